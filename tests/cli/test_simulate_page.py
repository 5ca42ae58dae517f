"""``kubelens simulate --format html``: a page of its own that runs nothing but its own script."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

HOSTILE = """
scenario: "</script><script>alert(1)</script>"
says: "<img src=x onerror=alert(2)>"
cluster: {nodes: ["2x4cpu,16Gi"], zones: [a, b]}
events:
- {at: 0, lose-node: node-a}
promises:
- {name: "</title><b>", always: 'nodes["node-a"].ready'}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: "web:1"}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: "</script><svg onload=alert(3)>"}
spec: {containers: [{name: main, image: "web:1"}]}
"""


@pytest.fixture
def shown(tmp_path: Path) -> str:
    path = tmp_path / "hostile.yaml"
    path.write_text(HOSTILE)
    result = CliRunner().invoke(cli, ["simulate", str(path), "--format", "html", "--isolated"])
    assert result.exit_code == 1, result.output
    return result.stdout


def test_no_script_runs_but_the_pages_own(shown: str) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', shown)
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", shown, re.DOTALL)
    assert policy is not None
    assert [kind for kind, _ in scripts] == [' type="application/json" id="told"', ""]
    digest = b64encode(sha256(scripts[1][1].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy[1]
    assert policy[1].startswith("default-src 'none'")


def test_what_a_manifest_holds_stays_text(shown: str) -> None:
    assert "<img" not in shown
    assert "<svg onload" not in shown
    assert "</title><b>" not in shown
    assert shown.count("<script") == 2


def test_the_page_knows_every_state(shown: str) -> None:
    told = json.loads(re.findall(r'id="told">(.*?)</script>', shown, re.DOTALL)[0])
    assert told["nodes"] == ["node-a", "node-b"]
    assert set(told["services"]) == {"default/web"}
    assert len(told["services"]["default/web"]) == len(told["frames"])
    assert [p["second"] for p in told["promises"]] == [10]
    pods: dict[int, list[object]] = {}
    for frame in told["frames"]:
        for index in frame["gone"]:
            del pods[index]
        pods.update({pod[0]: pod[1:] for pod in frame["pods"]})
    web = told["owners"].index("default/Deployment/web")
    alive = [pod for index, pod in pods.items() if not pod[2] and told["pods"][index][1] == web]
    assert [(node, state) for node, state, *_ in alive] == [(1, "ready")] * 3
