"""Pods with scheduling gates wait, and every prediction says that it does not know who takes the gates away."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.predict import command

GATED = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: lock, namespace: canal}
spec:
  selector: {matchLabels: {app: lock}}
  template:
    metadata: {labels: {app: lock}}
    spec:
      schedulingGates: [{name: canal.example.com/water}]
      containers: [{name: main, image: "canal/lock:1", ports: [{containerPort: 80}]}]
---
apiVersion: v1
kind: Service
metadata: {name: lock, namespace: canal}
spec: {selector: {app: lock}, ports: [{port: 80}]}
"""


@pytest.mark.parametrize("asked", ["schedule", "endpoints", "rollout", "drain"])
def test_who_takes_a_gate_away_is_not_known(asked: str, tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(GATED)
    told = " ".join(CliRunner().invoke(command, [asked, str(path)]).stdout.split())
    assert "'canal.example.com/water'" in told
    assert "who is to do so is not known" in told
    path.write_text(GATED.replace("schedulingGates: [{name: canal.example.com/water}]", "priority: 0"))
    assert "who is to do so" not in CliRunner().invoke(command, [asked, str(path)]).stdout
