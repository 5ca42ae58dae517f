"""A paused Deployment has the Pods from before it was paused, and none where it is created so: both are said."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.predict import command

MILL = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: mill, namespace: brook}
spec:
  paused: true
  replicas: 2
  selector: {matchLabels: {app: mill}}
  template:
    metadata: {labels: {app: mill}}
    spec: {containers: [{name: c, image: "brook/mill:1", ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: mill, namespace: brook}
spec: {selector: {app: mill}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Node
metadata: {name: n1}
status: {allocatable: {cpu: "4", memory: 8Gi, pods: "110"}}
"""


@pytest.mark.parametrize("asked", ["schedule", "endpoints", "rollout", "drain"])
def test_which_pods_a_paused_deployment_has(asked: str, tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(MILL)
    told = " ".join(CliRunner().invoke(command, [asked, str(path)]).stdout.split())
    assert (
        "which is paused, has the Pods from before it was: where it is created so, it has none until it goes on" in told
    )
    path.write_text(MILL.replace("paused: true", "paused: false"))
    assert "from before it was" not in " ".join(CliRunner().invoke(command, [asked, str(path)]).stdout.split())
