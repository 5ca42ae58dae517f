"""A quota whose status says more than the Pods of a snapshot come to: whose that is, is taken for granted aloud."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.commands import cli

GRANARY = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: mice, namespace: granary}
spec:
  replicas: 2
  selector: {matchLabels: {app: mice}}
  template:
    metadata: {labels: {app: mice}}
    spec: {containers: [{name: mouse, image: "granary/mouse:1"}]}
"""
THERE = """
apiVersion: v1
kind: ResourceQuota
metadata: {name: sacks, namespace: granary, uid: q1}
spec: {hard: {pods: "3", services: "5"}}
status: {hard: {pods: "3", services: "5"}, used: {pods: "USED", services: "4"}}
---
apiVersion: v1
kind: Pod
metadata: {name: cat, namespace: granary, uid: p1}
spec: {nodeName: barn, containers: [{name: cat, image: "granary/cat:1"}]}
status: {phase: Running}
---
apiVersion: v1
kind: Node
metadata: {name: barn, uid: n1}
status: {allocatable: {cpu: "4", memory: 8Gi, pods: "20"}}
"""


@pytest.mark.parametrize(("used", "told"), [("1", False), ("3", True)])
@pytest.mark.parametrize("question", ["schedule", "rollout"])
def test_what_is_in_use_elsewhere_is_told(tmp_path: Path, used: str, told: bool, question: str) -> None:
    (tmp_path / "new.yaml").write_text(GRANARY)
    (tmp_path / "there.yaml").write_text(THERE.replace("USED", used))
    words = [str(tmp_path / "new.yaml"), "--cluster", str(tmp_path / "there.yaml"), "--isolated"]
    said = " ".join(CliRunner().invoke(cli, ["predict", question, *words]).stdout.split())
    assert ("ResourceQuota 'sacks' says pods: 3 in use, by more than the files show" in said) == told
    assert "services: 4" not in said
