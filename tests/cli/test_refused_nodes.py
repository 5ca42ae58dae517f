"""A Node of the manifests that the API server refuses takes no Pod; one that a cluster is told to have takes some."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kubelens.cli.predict import command

NODE = """
apiVersion: v1
kind: Node
metadata: {name: dock, labels: {LABEL: yes}}
status: {allocatable: {cpu: "4", memory: 8Gi, pods: "110"}}
"""
OTHER = """
apiVersion: v1
kind: Node
metadata: {name: pier}
status: {allocatable: {cpu: "1", memory: 8Gi, pods: "110"}}
"""
POD = """
apiVersion: v1
kind: Pod
metadata: {name: crane, namespace: dock}
spec: {containers: [{name: main, image: "dock/crane:1", resources: {requests: {cpu: "2"}}}]}
"""


@pytest.mark.parametrize(("label", "fits"), [("deep", True), ('"not deep"', False)])
def test_a_refused_node_takes_nothing(label: str, fits: bool, tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text("---".join((NODE.replace("LABEL: yes", f'{label}: "yes"'), OTHER, POD)))
    run = CliRunner().invoke(command, ["schedule", str(path)])
    assert ("fits nowhere" not in run.stdout) == fits
    assert ("which counts for nothing" in run.stderr) == (not fits)


def test_what_tells_of_a_cluster_is_there(tmp_path: Path) -> None:
    (tmp_path / "pod.yaml").write_text(POD)
    (tmp_path / "nodes.yaml").write_text(NODE.replace("LABEL: yes", '"not deep": "yes"'))
    words = ["schedule", str(tmp_path / "pod.yaml"), "--cluster", str(tmp_path / "nodes.yaml")]
    run = CliRunner().invoke(command, words)
    assert "fits nowhere" not in run.stdout
    assert "counts for nothing" not in run.stderr
