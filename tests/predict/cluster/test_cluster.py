"""What happens when things happen: whole bundles on a virtual cluster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from kubelens.kube.node import Taint
from kubelens.predict.cluster.actions import (
    Action,
    AddNode,
    Cordon,
    Delete,
    Drain,
    FindNode,
    LoseNode,
    Patch,
    RemoveNode,
    Scale,
    TaintNode,
    Uncordon,
)
from kubelens.predict.cluster.cluster import Cluster
from kubelens.predict.scheduler.made_up import made_up_nodes
from kubelens.predict.store.objects import ObjectKey
from kubelens.testing import resources_from_text

WEB = ObjectKey("Deployment", "default", "web")
DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: "web:1", resources: {requests: {cpu: 500m}}}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
"""
BUDGET = """
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 3, selector: {matchLabels: {app: web}}}
"""
V2 = Patch(WEB, {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "web:2"}]}}}})


def cluster_of(*texts: str, nodes: str = "3x2cpu,8Gi") -> Cluster:
    cluster = Cluster()
    for node in made_up_nodes([nodes], "a,b,c"):
        cluster.requests.add_node(node)
    cluster.start(resources_from_text(*texts))
    return cluster


def run(cluster: Cluster, ticks: int, actions: Sequence[Action] = ()) -> Cluster:
    cluster.step(actions)
    for _ in range(ticks - 1):
        cluster.step()
    return cluster


def states(cluster: Cluster) -> Counter[str]:
    return Counter(r.state + ("!" if r.pod.terminating else "") for r in cluster.world.pods.values())


def ready_endpoints(cluster: Cluster) -> int:
    return cluster.endpoints.found[ObjectKey("Service", "default", "web")].ready


def test_pods_start_and_stand_behind_their_service() -> None:
    cluster = cluster_of(DEPLOYMENT)
    assert states(cluster) == {"bound": 4}
    assert ready_endpoints(cluster) == 0
    run(cluster, 1)
    assert states(cluster) == {"ready": 4}
    assert ready_endpoints(cluster) == 4


def test_a_rollout_keeps_every_endpoint() -> None:
    cluster = run(cluster_of(DEPLOYMENT), 1)
    lowest = 4
    cluster.step([V2])
    for _ in range(12):
        cluster.step()
        lowest = min(lowest, ready_endpoints(cluster))
    assert lowest == 4
    assert {r.image for r in cluster.world.pods.values()} == {"web:2"}


def test_a_drain_waits_for_the_budget() -> None:
    cluster = run(cluster_of(DEPLOYMENT, BUDGET, nodes="2x4cpu,8Gi"), 1)
    node = next(r.pod.node for r in cluster.world.pods.values())
    lowest = 4
    cluster.step([Drain(node)])
    codes = [e.answer.code for e in cluster.drains.answers]
    for _ in range(8):
        cluster.step()
        lowest = min(lowest, ready_endpoints(cluster))
    assert codes.count(201) == 1
    assert 429 in codes or codes == [201]
    assert lowest >= 3
    assert all(r.pod.node != node for r in cluster.world.pods.values())
    assert not cluster.drains.open


def test_a_budget_that_allows_nothing_blocks_a_drain_for_ever() -> None:
    budget = BUDGET.replace("minAvailable: 3", "minAvailable: 4")
    cluster = run(cluster_of(DEPLOYMENT, budget), 1)
    node = next(r.pod.node for r in cluster.world.pods.values())
    run(cluster, 10, [Drain(node)])
    assert cluster.drains.open
    assert states(cluster) == {"ready": 4}


def test_pods_of_a_lost_node_go_after_five_minutes() -> None:
    cluster = run(cluster_of(DEPLOYMENT), 1)
    node = next(r.pod.node for r in cluster.world.pods.values())
    there = sum(r.pod.node == node for r in cluster.world.pods.values())
    run(cluster, 29, [LoseNode(node)])
    assert ready_endpoints(cluster) == 4 - there
    run(cluster, 3)
    assert states(cluster) == {"ready": 4, "running!": there}
    run(cluster, 3, [FindNode(node)])
    assert states(cluster) == {"ready": 4}


def test_nobody_is_evicted_where_every_node_is_lost() -> None:
    cluster = run(cluster_of(DEPLOYMENT), 1)
    run(cluster, 60, [LoseNode(name) for name in list(cluster.world.nodes)])
    assert states(cluster) == {"running": 4}


def test_pods_of_a_removed_node_are_made_anew() -> None:
    cluster = run(cluster_of(DEPLOYMENT), 1)
    node = next(r.pod.node for r in cluster.world.pods.values())
    run(cluster, 4, [RemoveNode(node)])
    assert states(cluster) == {"ready": 4}
    assert all(r.pod.node in cluster.world.nodes for r in cluster.world.pods.values())


def test_a_pod_that_found_no_node_goes_where_one_joins() -> None:
    cluster = run(cluster_of(DEPLOYMENT.replace("500m", "1500m")), 1)
    assert states(cluster) == {"ready": 3, "pending": 1}
    pending = next(r for r in cluster.world.pods.values() if not r.pod.bound)
    assert "3 Insufficient cpu" in pending.message
    node = made_up_nodes(["1x2cpu,8Gi"], prefix="new")[0]
    run(cluster, 2, [AddNode(node)])
    assert states(cluster) == {"ready": 4}


def test_a_cordoned_node_takes_nobody() -> None:
    cluster = cluster_of(DEPLOYMENT)
    node = "node-a"
    before = sum(r.pod.node == node for r in cluster.world.pods.values())
    run(cluster, 3, [Cordon(node), Scale(WEB, 8)])
    assert sum(r.pod.node == node for r in cluster.world.pods.values()) == before
    run(cluster, 3, [Uncordon(node)])
    assert states(cluster) == {"ready": 8}


def test_a_taint_that_is_not_tolerated_evicts_at_once() -> None:
    cluster = run(cluster_of(DEPLOYMENT), 1)
    node = next(r.pod.node for r in cluster.world.pods.values())
    cluster.step([TaintNode(node, Taint("maintenance", "", "NoExecute"))])
    assert all(r.pod.terminating for r in cluster.world.pods.values() if r.pod.node == node)


def test_deleting_a_deployment_takes_its_pods_along() -> None:
    cluster = run(cluster_of(DEPLOYMENT), 1)
    cluster.step([Delete(WEB)])
    assert states(cluster) == {"ready!": 4}
    cluster.step()
    assert not cluster.world.pods
    assert cluster.world.manifest(WEB) is None


def test_a_quota_stops_a_surge() -> None:
    quota = """
    apiVersion: v1
    kind: ResourceQuota
    metadata: {name: pods}
    spec: {hard: {pods: "4"}}
    """
    cluster = run(cluster_of(quota, DEPLOYMENT), 1)
    run(cluster, 5, [V2])
    assert {r.image for r in cluster.world.pods.values()} == {"web:1"}
    assert any("exceeded quota: pods" in e.message for e in cluster.world.events if e.reason == "FailedCreate")
    workload = cluster.workloads.get(WEB)
    assert workload is not None
    assert "ReplicaFailure=True:FailedCreate" in workload.conditions()


def test_a_more_important_pod_sends_others_away() -> None:
    classes = """
    apiVersion: scheduling.k8s.io/v1
    kind: PriorityClass
    metadata: {name: high}
    value: 1000
    """
    big = DEPLOYMENT.replace("name: web", "name: big").replace("app: web", "app: big").replace("500m", "1900m")
    big = big.replace("replicas: 4", "replicas: 1").replace(
        "spec: {containers", "spec: {priorityClassName: high, containers"
    )
    cluster = run(cluster_of(classes, DEPLOYMENT.replace("500m", "900m"), nodes="2x2cpu,8Gi"), 1)
    assert states(cluster) == {"ready": 4}
    cluster.requests.apply(resources_from_text(big)[0])
    run(cluster, 3)
    assert states(cluster) == {"ready": 3, "pending": 2}
    assert any(r.key.name.startswith("big") and r.pod.ready for r in cluster.world.pods.values())


def test_an_object_that_is_refused_changes_nothing() -> None:
    cluster = run(cluster_of(DEPLOYMENT), 1)
    cluster.step([Patch(WEB, {"spec": {"selector": {"matchLabels": {"app": "other"}}}})])
    assert cluster.requests.refused[0][0] == WEB
    assert "spec.selector" in cluster.requests.refused[0][1]
    assert states(cluster) == {"ready": 4}


def bare(name: str, node: str = "", cpu: str = "500m") -> str:
    where = f"nodeName: {node}, " if node else ""
    resources = f"resources: {{requests: {{cpu: {cpu}}}}}"
    return f"""
    apiVersion: v1
    kind: Pod
    metadata: {{name: {name}}}
    spec: {{{where}containers: [{{name: main, image: "{name}:1", {resources}}}]}}
    """


def test_a_pod_that_has_its_node_takes_room_there() -> None:
    cluster = run(cluster_of(bare("static", "node-a", "1900m"), DEPLOYMENT, nodes="1x2cpu,8Gi"), 1)
    assert states(cluster) == {"ready": 1, "pending": 4}


def test_nobody_makes_a_bare_pod_anew() -> None:
    cluster = run(cluster_of(bare("solo")), 1)
    node = next(r.pod.node for r in cluster.world.pods.values())
    run(cluster, 3, [Drain(node)])
    assert not cluster.world.pods


def test_a_quota_keeps_bare_pods_out() -> None:
    quota = """
    apiVersion: v1
    kind: ResourceQuota
    metadata: {name: pods}
    spec: {hard: {pods: "1"}}
    """
    cluster = run(cluster_of(quota, bare("one"), bare("two")), 1)
    assert states(cluster) == {"ready": 1}
    assert "exceeded quota: pods" in cluster.requests.refused[0][1]


def test_a_custom_kind_is_no_built_in_one() -> None:
    other = """
    apiVersion: serving.knative.dev/v1
    kind: Service
    metadata: {name: web}
    spec: {template: {spec: {containers: [{image: "web:1"}]}}}
    """
    cluster = run(cluster_of(DEPLOYMENT, other), 1)
    assert ready_endpoints(cluster) == 4
    assert not cluster.requests.refused


def test_a_pod_that_has_ended_takes_no_room() -> None:
    there = bare("old", "node-a", cpu="2").replace("name: old", "name: old, uid: abc")
    cluster = cluster_of(there + "status: {phase: Succeeded}\n", nodes="1x2cpu,8Gi")
    assert states(cluster) == {"succeeded": 1}
    assert cluster.scheduler.nodes["node-a"].requested.get("cpu", 0) == 0


DEVICES = """
apiVersion: storage.k8s.io/v1
kind: CSINode
metadata: {name: node-a}
spec: {drivers: [{name: disk.example, nodeID: a, allocatable: {count: 1}}]}
"""
DISK = """
apiVersion: v1
kind: PersistentVolume
metadata: {name: disk-N}
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteOnce]
  storageClassName: ""
  csi: {driver: disk.example, volumeHandle: disk-N}
  claimRef: {namespace: default, name: data-N}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data-N}
spec: {accessModes: [ReadWriteOnce], storageClassName: "", volumeName: disk-N, resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: pod-N}
spec:
  containers: [{name: main, image: "db:1"}]
  volumes: [{name: data, persistentVolumeClaim: {claimName: data-N}}]
"""


def test_a_node_takes_as_many_volumes_as_its_driver_allows() -> None:
    disks = [DISK.replace("-N", f"-{number}") for number in range(2)]
    cluster = run(cluster_of(DEVICES, *disks, nodes="1x2cpu,8Gi"), 1)
    assert states(cluster) == {"ready": 1, "pending": 1}


@pytest.mark.parametrize(("release", "said"), [("1.32", True), ("1.33", False), ("1.36", False)])
def test_a_pause_that_earlier_schedulers_make_is_said(release: str, said: bool) -> None:
    cluster = Cluster(release=release)
    cluster.requests.add_node(made_up_nodes(["1x1cpu,8Gi"])[0])
    cluster.start(resources_from_text(DEPLOYMENT))
    run(cluster, 2)
    assert not cluster.scheduler.assumed
    run(cluster, 2, [Scale(WEB, 1), AddNode(made_up_nodes(["2x4cpu,8Gi"])[1])])
    assert not cluster.scheduler.assumed
    run(cluster, 2, [Scale(WEB, 4)])
    assert not cluster.scheduler.assumed
    run(cluster, 2, [Scale(WEB, 30)])
    run(cluster, 2, [AddNode(made_up_nodes(["3x64cpu,64Gi"])[2])])
    assert any("before 1.33" in text for text in cluster.scheduler.assumed) is said
