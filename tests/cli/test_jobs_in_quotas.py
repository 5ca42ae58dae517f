"""Jobs end, and then their Pods count in no quota: what shares it with them is not kept out for good."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

QUOTA = """\
apiVersion: v1
kind: ResourceQuota
metadata: {name: seats, namespace: cafe}
spec: {hard: {pods: "PODS"}}
"""
JOB = """\
apiVersion: batch/v1
kind: Job
metadata: {name: bake, namespace: cafe}
spec:
  parallelism: 2
  completions: 2
  template: {spec: {restartPolicy: Never, containers: [{name: main, image: "cafe/bake:1"}]}}
"""
WAITER = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: waiter, namespace: cafe}
spec:
  replicas: REPLICAS
  selector: {matchLabels: {app: waiter}}
  template: {metadata: {labels: {app: waiter}}, spec: {containers: [{name: main, image: "cafe/waiter:1"}]}}
"""


def _said(tmp_path: Path, documents: list[str], *asked: str) -> tuple[int, str]:
    (tmp_path / "cafe.yaml").write_text("---\n".join(documents))
    found = CliRunner().invoke(cli, [*asked, str(tmp_path / "cafe.yaml")])
    return found.exit_code, found.stdout


def _documents(pods: int, replicas: int) -> list[str]:
    return [QUOTA.replace("PODS", str(pods)), JOB, WAITER.replace("REPLICAS", str(replicas))]


@pytest.mark.parametrize("turned", [False, True])
def test_a_deployment_comes_once_the_job_beside_it_has_ended(tmp_path: Path, turned: bool) -> None:
    documents = _documents(2, 1)
    documents = [documents[0], documents[2], documents[1]] if turned else documents
    assert "never finishes" not in _said(tmp_path, documents, "check", "--select", "rollout-never-finishes")[1]
    code, told = _said(tmp_path, documents, "predict", "rollout", "--name", "Deployment/waiter")
    assert code == 0, told
    assert ("Jobs that share a ResourceQuota with" in told) is not turned


def test_one_that_asks_for_more_than_its_quota_still_never_comes(tmp_path: Path) -> None:
    told = _said(tmp_path, _documents(2, 2), "check", "--select", "rollout-never-finishes")[1]
    assert "a rollout of Deployment 'cafe/waiter' never finishes" in told
    code, told = _said(tmp_path, _documents(2, 3), "predict", "rollout", "--name", "Deployment/waiter")
    assert code == 1
    assert "room for 2 of these Pods" in told
