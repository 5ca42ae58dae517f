"""Which Pods manifests bring, and what claims come to before Pods are placed."""

from __future__ import annotations

import json

import pytest

from kubelens.predict.api import Oracle
from kubelens.predict.chain.placed import Placed
from kubelens.predict.scheduler.made_up import made_up_nodes
from kubelens.testing import bundle_from_text

NODES = tuple(json.dumps(node) for node in made_up_nodes(["2x4cpu,16Gi"], "a,b"))


def placed(text: str, nodes: tuple[str, ...] = NODES) -> dict[str, str]:
    schedule = Oracle(bundle_from_text(text))(Placed(nodes)).answer
    return {p.pod.name: p.chosen for p in schedule.placements}


def test_a_daemonset_brings_no_pod_to_a_node_it_does_not_tolerate() -> None:
    tainted = json.loads(NODES[1])
    tainted["spec"] = {"taints": [{"key": "dedicated", "value": "x", "effect": "NoSchedule"}]}
    text = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: a}}
  template:
    metadata: {labels: {app: a}}
    spec: {containers: [{name: c, image: x}]}
"""
    assert placed(text, (NODES[0], json.dumps(tainted))) == {"agent-node-a": "node-a"}


CLAIMS = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 2
  ordinals: {start: 3}
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: c, image: x}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {CLASS accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: scratch}
spec:
  containers: [{name: c, image: x}]
  volumes:
  - name: e
    ephemeral:
      volumeClaimTemplate: {spec: {CLASS accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: at-once}
provisioner: disk.example
volumeBindingMode: Immediate
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: by-hand}
provisioner: kubernetes.io/no-provisioner
volumeBindingMode: WaitForFirstConsumer
"""


@pytest.mark.parametrize(
    ("written", "fits"),
    [
        ("", True),
        ("storageClassName: at-once,", True),
        ("storageClassName: elsewhere,", True),
        ("storageClassName: by-hand,", False),
    ],
)
def test_claims_are_provided_for_where_a_cluster_could(written: str, fits: bool) -> None:
    found = placed(CLAIMS.replace("CLASS", written))
    assert set(found) == {"db-3", "scratch", *(["db-4"] if fits else [])}
    assert all(bool(node) == fits for node in found.values())


def test_what_is_taken_for_granted_of_claims_is_said() -> None:
    schedule = Oracle(bundle_from_text(CLAIMS.replace("CLASS", "")))(Placed(NODES)).answer
    assert "claims of the default storage class get a volume where their Pod goes" in schedule.assumptions


def test_pods_of_a_deployment_are_spread_without_a_service() -> None:
    nodes = tuple(json.dumps(node) for node in made_up_nodes(["1x64cpu,256Gi", "2x4cpu,16Gi"], "a,b,c"))
    text = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: worker}
spec:
  replicas: 6
  selector: {matchLabels: {app: worker}}
  template:
    metadata: {labels: {app: worker}}
    spec: {containers: [{name: c, image: x, resources: {requests: {cpu: 100m, memory: 64Mi}}}]}
"""
    found = list(placed(text, nodes).values())
    assert [found.count(node) for node in ("node-a", "node-b", "node-c")] == [2, 2, 2]
