"""What a placement leaves out or takes twice is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli
from kubelens.predict.api import Oracle
from kubelens.predict.chain.placed import Placed
from kubelens.testing import bundle_from_text

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: lone}\nspec: {containers: [{name: c, image: 'x:1'}]}\n"
DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: x:1}]}}
"""


def said(text: str) -> str:
    return "\n".join(Oracle(bundle_from_text(text))(Placed()).answer.assumptions)


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("{replicas: 3}", True),
        ("{instances: 2, storage: {}}", True),
        ("{template: {spec: {containers: [{name: c}]}}}", True),
        ("{size: 3}", False),
        ("{replicas: 0}", False),
    ],
)
def test_custom_resources_that_bring_pods_are_named(spec: str, told: bool) -> None:
    custom = f"apiVersion: db.example.com/v1\nkind: Cluster\nmetadata: {{name: main}}\nspec: {spec}\n"
    assert ("operators make of Cluster 'default/main'" in said(custom)) is told


def test_objects_of_one_name_are_said() -> None:
    assert "2 times" not in said(POD + "---\n" + DEPLOYMENT)
    assert "Pod 'default/lone' (2 times)" in said(POD + "---\n" + POD)


def test_what_if_says_what_it_takes_for_granted(tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text(DEPLOYMENT)
    words = ["predict", "schedule", str(tmp_path), "--nodes", "2x4cpu,8Gi", "--what-if", "drain=node-a"]
    taken = "an evicted Pod's successor is Ready before the next eviction"
    assert taken in CliRunner().invoke(cli, words).stdout
    data = json.loads(CliRunner().invoke(cli, [*words, "--format", "json"]).stdout)
    assert any(taken in text for text in data["what_if"]["assumptions"])


def test_a_rollout_names_the_workloads_that_it_does_not_show(tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text(f"{DEPLOYMENT}---\n{POD}")
    done = CliRunner().invoke(cli, ["predict", "rollout", str(tmp_path)])
    assert "Deployment web" in done.stdout
    assert "Pod 'default/lone'" in done.stderr
