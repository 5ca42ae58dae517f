"""Where no node is known: Pods that none would take, and everything that follows from it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kubelens.cli.predict import command
from kubelens.predict.api import Oracle
from kubelens.predict.chain.homeless import Homeless
from kubelens.testing import bundle_from_text

VOLUME = """
apiVersion: v1
kind: PersistentVolume
metadata: {name: shelf}
spec: {storageClassName: hand, accessModes: [ReadWriteOnce], capacity: {storage: 10Gi}, nfs: {server: a, path: /}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: books}
spec: {storageClassName: hand, accessModes: [MODE], resources: {requests: {storage: 1Gi}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: library}
spec:
  replicas: 2
  selector: {matchLabels: {app: library}}
  template:
    metadata: {labels: {app: library}}
    spec:
      volumes: [{name: books, persistentVolumeClaim: {claimName: books}}]
      containers: [{name: main, image: "shop/library:1", ports: [{containerPort: 80}]}]
---
apiVersion: v1
kind: Service
metadata: {name: library}
spec: {selector: {app: library}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: reader}
spec: {containers: [{name: main, image: "shop/reader:1"}]}
"""
DISKS = """
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: disks}
provisioner: kubernetes.io/no-provisioner
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: disk}
spec: {storageClassName: disks, accessModes: [ReadWriteOnce], capacity: {storage: 1Gi}, nfs: {server: a, path: /}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 3
  serviceName: db
  podManagementPolicy: POLICY
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: main, image: "shop/db:1"}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {storageClassName: disks, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
"""
GATED = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {schedulingGates: [{name: shop.example/ready}], containers: [{name: main, image: "shop/agent:1"}]}
---
apiVersion: v1
kind: Service
metadata: {name: agent}
spec: {selector: {app: agent}, ports: [{port: 80}]}
"""


def _asked(text: str, folder: Path, *words: str) -> tuple[int, Any]:
    file = folder / "all.yaml"
    file.write_text(text)
    done = CliRunner().invoke(command, [*words, str(file), "--isolated", "--format", "json"])
    return done.exit_code, json.loads(done.output[done.output.index("{") :])


def test_a_claim_that_never_binds_keeps_pods_from_everything(tmp_path: Path) -> None:
    text = VOLUME.replace("MODE", "ReadWriteMany")
    code, rollouts = _asked(text, tmp_path, "rollout")
    (rollout,) = rollouts["rollouts"]
    assert code == 1
    assert "nodes take none of these Pods" in rollout["stuck"]
    assert "claim default/books gets no volume: volume shelf offers ReadWriteOnce" in rollout["stuck"]
    assert "the files hold every volume of class 'hand'" in rollout["assumptions"]
    code, found = _asked(text, tmp_path, "endpoints")
    assert code == 1
    assert found["services"][0]["ports"][0]["pods"] == []
    assert "claim default/books gets no volume" in found["services"][0]["ports"][0]["reasons"][0]
    code, found = _asked(text, tmp_path, "connect", "reader -> library")
    assert code == 1
    code, found = _asked(text, tmp_path, "drain")
    assert {one["owner"] for one in found["evictions"] if not one["left"]} == {"Pod reader"}


def test_a_claim_that_binds_keeps_nobody_from_anything(tmp_path: Path) -> None:
    text = VOLUME.replace("MODE", "ReadWriteOnce")
    assert _asked(text, tmp_path, "rollout")[0] == 0
    assert _asked(text, tmp_path, "endpoints")[0] == 0
    evictions = _asked(text, tmp_path, "drain")[1]["evictions"]
    assert {one["owner"] for one in evictions} == {"Pod reader", "Deployment library"}


@pytest.mark.parametrize(("policy", "why"), [("OrderedReady", "OrderedReady"), ("Parallel", "come first")])
def test_too_few_volumes_leave_the_last_pods_without(policy: str, why: str) -> None:
    ask = Oracle(bundle_from_text(DISKS.replace("POLICY", policy)))
    found = ask(Homeless())
    assert list(found.answer) == ["default/db-1", "default/db-2"]
    assert why in found.answer["default/db-2"]
    assert "come first" in found.answer["default/db-1"]
    assert "the files hold every volume of class 'disks'" in [one.text for one in found.assumptions]


def test_volumes_and_rollout_say_the_same_of_too_few(tmp_path: Path) -> None:
    text = DISKS.replace("POLICY", "OrderedReady")
    claims = {one["claim"]: one["outcome"] for one in _asked(text, tmp_path, "volumes")[1]["claims"]}
    assert claims == {"default/data-db-0": "waits", "default/data-db-1": "pending"}  # db-2 is not made
    (rollout,) = _asked(text, tmp_path, "rollout")[1]["rollouts"]
    assert "nodes take 1 of these Pods" in rollout["stuck"]


def test_a_gate_keeps_a_daemon_from_its_nodes(tmp_path: Path) -> None:
    code, found = _asked(GATED, tmp_path, "endpoints")
    assert code == 1
    assert "scheduling gates" in found["services"][0]["ports"][0]["reasons"][0]
    (rollout,) = _asked(GATED, tmp_path, "rollout")[1]["rollouts"]
    assert "scheduling gates" in rollout["stuck"]
    open_now = GATED.replace("schedulingGates: [{name: shop.example/ready}], ", "")
    assert _asked(open_now, tmp_path, "endpoints")[0] == 0
    assert _asked(open_now, tmp_path, "rollout")[0] == 0


def test_a_pod_that_has_its_node_is_there() -> None:
    text = VOLUME.replace("MODE", "ReadWriteMany").replace(
        'spec: {containers: [{name: main, image: "shop/reader:1"}]}',
        "spec: {nodeName: a, volumes: [{name: v, persistentVolumeClaim: {claimName: books}}], "
        'containers: [{name: main, image: "shop/reader:1"}]}',
    )
    assert "default/reader" not in Oracle(bundle_from_text(text))(Homeless()).answer
