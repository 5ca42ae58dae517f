"""``--cluster``: what manifests are applied over, and which namespace they land in."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kubelens.cli.commands import cli

CLUSTER = """
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Namespace
  metadata: {name: mill, uid: u1, labels: {pod-security.kubernetes.io/enforce: restricted}}
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: wheel, namespace: open, uid: u2, generation: 3}
  spec:
    replicas: 4
    strategy: {type: Recreate}
    selector: {matchLabels: {app: wheel}}
    template:
      metadata: {labels: {app: wheel}}
      spec: {restartPolicy: Always, containers: [{name: main, image: "mill/wheel:1", imagePullPolicy: IfNotPresent}]}
- apiVersion: v1
  kind: PersistentVolumeClaim
  metadata: {name: grain, namespace: open, uid: u3, annotations: {pv.kubernetes.io/bind-completed: "yes"}}
  spec: {volumeName: sack-9, storageClassName: dry, accessModes: [ReadWriteOnce], resources: {requests: {storage: 3Gi}}}
  status: {phase: Bound, capacity: {storage: 3Gi}}
- apiVersion: v1
  kind: PersistentVolume
  metadata: {name: sack-9, uid: u4}
  spec:
    storageClassName: dry
    accessModes: [ReadWriteOnce]
    capacity: {storage: 3Gi}
    claimRef: {namespace: open, name: grain, uid: u3}
    nfs: {server: store.test, path: /}
  status: {phase: Bound}
"""
WHEEL = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: wheel%s}
spec:
  replicas: 4
  strategy: {type: Recreate}
  selector: {matchLabels: {app: wheel}}
  template:
    metadata: {labels: {app: wheel}}
    spec: {containers: [{name: main, image: "mill/wheel:%s"}]}
"""
GRAIN = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: grain, namespace: open}
spec: {storageClassName: dry, accessModes: [ReadWriteOnce], resources: {requests: {storage: 3Gi}}}
"""


@pytest.fixture
def cluster(tmp_path: Path) -> str:
    file = tmp_path / "cluster.yaml"
    file.write_text(CLUSTER)
    return str(file)


def _run(tmp_path: Path, text: str, *words: str) -> Result:
    file = tmp_path / "mill.yaml"
    file.write_text(text)
    return CliRunner().invoke(cli, [str(file) if word == "FILE" else word for word in words])


def test_a_rollout_starts_from_what_the_cluster_holds(tmp_path: Path, cluster: str) -> None:
    same = _run(tmp_path, WHEEL % (", namespace: open", 1), "predict", "rollout", "FILE", "--cluster", cluster)
    assert "the same for the server: no new revision" in same.stdout
    other = _run(tmp_path, WHEEL % (", namespace: open", 2), "predict", "rollout", "FILE", "--cluster", cluster)
    assert "old terminating" in other.stdout
    assert "lowest ready     0" in other.stdout
    elsewhere = _run(tmp_path, WHEEL % (", namespace: far", 2), "predict", "rollout", "FILE", "--cluster", cluster)
    assert "old" not in elsewhere.stdout.partition("- assumed")[0]


def test_a_claim_keeps_the_volume_that_the_cluster_gave_it(tmp_path: Path, cluster: str) -> None:
    held = _run(tmp_path, GRAIN, "predict", "volumes", "FILE", "--cluster", cluster)
    assert "-> volume sack-9" in held.stdout
    assert held.exit_code == 0
    other = _run(
        tmp_path, GRAIN.replace("name: grain", "name: chaff"), "predict", "volumes", "FILE", "--cluster", cluster
    )
    assert "chaff  3Gi ReadWriteOnce, class 'dry'  -> volume" not in other.stdout


@pytest.mark.parametrize("question", [("check", "FILE"), ("predict", "schedule", "FILE", "--nodes", "1x4cpu,8Gi")])
def test_where_objects_without_a_namespace_land_is_said(
    question: tuple[str, ...], tmp_path: Path, cluster: str
) -> None:
    bare = WHEEL % ("", 1)
    unsaid = _run(tmp_path, bare, *question, "--cluster", cluster)
    assert "no namespace is written, 'default' is taken" in unsaid.stderr
    assert "mill, open" in unsaid.stderr
    assert "PodSecurity" not in unsaid.stdout
    said = _run(tmp_path, bare, *question, "--cluster", cluster, "-n", "mill")
    assert "no namespace is written" not in said.stderr
    assert (said.exit_code, "PodSecurity" in said.stdout) == (1, True)
    assert "no namespace is written" not in _run(tmp_path, bare, *question).stderr
