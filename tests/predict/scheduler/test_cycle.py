"""One cycle at a time: volumes, terms that cannot be parsed, resizes, images, and who is sent away."""

from __future__ import annotations

from typing import Any

import pytest

from kubelens.predict.scheduler.arrays import ArrayScheduler
from kubelens.predict.scheduler.cycle import Decision, schedule
from kubelens.predict.scheduler.default_preemption import preempt
from kubelens.predict.scheduler.message import failure_message
from kubelens.predict.scheduler.pod_info import PodInfo, read_pod
from kubelens.predict.scheduler.state import ClusterState, cluster_state
from tests.agreement.scheduler import admitted_pod


def node(name: str, cpu: str = "4", images: list[str] | None = None, **labels: str) -> dict[str, Any]:
    return {
        "kind": "Node",
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name, **labels}},
        "status": {
            "allocatable": {"cpu": cpu, "memory": "8Gi", "pods": "10"},
            "images": [{"names": images, "sizeBytes": 900 * 2**20}] if images else [],
        },
    }


def pod(name: str = "new", image: str = "app:1", cpu: str = "", **spec: Any) -> dict[str, Any]:
    container: dict[str, Any] = {"name": "main", "image": image}
    if cpu:
        container["resources"] = {"requests": {"cpu": cpu}}
    return {
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"containers": [container], **spec},
    }


def claim(name: str, volume: str = "", **metadata: Any) -> dict[str, Any]:
    bound = {"annotations": {"pv.kubernetes.io/bind-completed": "yes"}} if volume else {}
    return {
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "namespace": "default", **bound, **metadata},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "late",
            "resources": {"requests": {"storage": "2Gi"}},
            "volumeName": volume,
        },
    }


def volume(name: str, **labels: str) -> dict[str, Any]:
    return {
        "kind": "PersistentVolume",
        "metadata": {"name": name, "labels": labels},
        "spec": {"storageClassName": "late", "accessModes": ["ReadWriteOnce"], "capacity": {"storage": "2Gi"}},
    }


LATE = {
    "kind": "StorageClass",
    "metadata": {"name": "late"},
    "provisioner": "disk.example",
    "volumeBindingMode": "WaitForFirstConsumer",
}
USES = {"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]}


def decide(new: dict[str, Any], *objects: dict[str, Any]) -> tuple[Decision, ClusterState, PodInfo]:
    state = cluster_state(admitted_pod(o) if o["kind"] == "Pod" else o for o in objects)
    info = read_pod(admitted_pod(new))
    return schedule(info, state), state, info


DRIVER = {"kind": "CSIDriver", "metadata": {"name": "disk.example"}, "spec": {"storageCapacity": True}}


def capacity(size: str, host: str) -> dict[str, Any]:
    return {
        "kind": "CSIStorageCapacity",
        "metadata": {"name": f"c-{host}", "namespace": "kube-system"},
        "storageClassName": "late",
        "capacity": size,
        "nodeTopology": {"matchLabels": {"kubernetes.io/hostname": host}},
    }


@pytest.mark.parametrize(
    ("objects", "feasible"),
    [
        ([claim("data"), DRIVER, capacity("1Gi", "a"), capacity("3Gi", "b")], ("b",)),
        ([claim("data", annotations={"volume.kubernetes.io/selected-node": "a"})], ("a",)),
        ([claim("data", "v"), volume("v", **{"topology.kubernetes.io/zone": "x"})], ("a",)),
        ([claim("data", "v"), volume("v", **{"failure-domain.beta.kubernetes.io/zone": "y"})], ("b",)),
    ],
)
def test_where_a_claim_lets_a_pod_go(objects: list[dict[str, Any]], feasible: tuple[str, ...]) -> None:
    zone = "topology.kubernetes.io/zone"
    nodes = [node("a", **{zone: "x"}), node("b", **{zone: "y"})]
    assert decide(pod(**USES), *nodes, LATE, *objects)[0].feasible == feasible


def test_a_new_zone_label_of_a_volume_is_not_found_under_the_old_name_of_a_node() -> None:
    old = node("a", **{"failure-domain.beta.kubernetes.io/zone": "x"})
    decision, _, _ = decide(
        pod(**USES), old, LATE, claim("data", "v"), volume("v", **{"topology.kubernetes.io/zone": "x"})
    )
    assert decision.statuses["a"].reasons == ("node(s) had no available volume zone",)


def test_too_little_capacity_has_its_own_reason() -> None:
    decision, _, _ = decide(pod(**USES), node("a"), LATE, claim("data"), DRIVER, capacity("1Gi", "a"))
    assert decision.statuses["a"].reasons == ("node(s) did not have enough free storage",)


def test_a_missing_claim_is_named_before_one_that_is_going() -> None:
    volumes = [{"name": n, "persistentVolumeClaim": {"claimName": n}} for n in ("going", "ghost")]
    going = claim("going", deletionTimestamp="2026-01-01T00:00:00Z")
    decision, _, _ = decide(pod(volumes=volumes), node("a"), LATE, going)
    assert failure_message(decision, None).startswith(
        '0/1 nodes are available: persistentvolumeclaim "ghost" not found.'
    )


def preferring(operator: str, *values: str) -> dict[str, Any]:
    term = {"matchExpressions": [{"key": "gen", "operator": operator, "values": list(values)}]}
    preferred = [{"weight": 1, "preference": term}]
    return {"affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": preferred}}}


@pytest.mark.parametrize(
    ("operator", "value", "error"),
    [("In", "-x", "a valid label must be"), ("Lt", "9" * 19, "must be an integer"), ("Gt", "9" * 18, "")],
)
def test_preferred_terms_that_cannot_be_parsed_fail_the_scoring(operator: str, value: str, error: str) -> None:
    new = pod(**preferring(operator, value))
    decision, _, info = decide(new, node("a"), node("b"))
    assert error in decision.error
    assert bool(decision.error) == bool(error)
    assert ArrayScheduler(cluster_state([node("a")])).supports(info) != bool(error)


def test_images_are_found_under_the_names_the_kubelet_gives() -> None:
    scored = [node("a", images=["busybox:latest"]), node("b", images=["busybox"])]
    decision, _, _ = decide(pod(image="busybox"), *scored)
    assert decision.plugin_scores is not None
    assert decision.plugin_scores["a"]["ImageLocality"] > 0
    assert decision.plugin_scores["b"]["ImageLocality"] == 0


@pytest.mark.parametrize(("reason", "free"), [("Deferred", False), ("Infeasible", True)])
def test_a_resize_counts_unless_it_cannot_be_done(reason: str, free: bool) -> None:
    there = pod("there", cpu="3500m", nodeName="a")
    there["status"] = {
        "phase": "Running",
        "conditions": [{"type": "PodResizePending", "status": "True", "reason": reason}],
        "containerStatuses": [
            {"name": "main", "resources": {"requests": {"cpu": "1"}}, "allocatedResources": {"cpu": "1"}}
        ],
    }
    assert bool(decide(pod(cpu="1"), node("a"), there)[0].feasible) == free


def test_pods_that_are_going_already_are_not_sent_away_again() -> None:
    there = pod("there", cpu="4", nodeName="a")
    there["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    new = pod(cpu="1")
    new["spec"]["priority"] = 10
    decision, state, info = decide(new, node("a"), there)
    found = preempt(decision, state)
    assert info.priority == 10
    assert [c.node for c in found.candidates] == ["a"]
    assert found.candidates[0].sent_away == ()
