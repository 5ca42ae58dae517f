"""Devices: who gets which, and what is said where there are none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelens.predict.api import Oracle
from kubelens.predict.chain.placed import Placed
from kubelens.predict.scheduler.cycle import schedule
from kubelens.predict.scheduler.default_preemption import preempt
from kubelens.predict.scheduler.made_up import made_up_nodes
from kubelens.predict.scheduler.message import failure_message
from kubelens.predict.scheduler.placement import place
from kubelens.predict.scheduler.pod_info import read_pod
from kubelens.predict.scheduler.state import ClusterState, cluster_state
from kubelens.testing import bundle_from_text

DRIVER = "gpu.example.com"
API = "resource.k8s.io/v1"
NODES = ("a", "b")


def resource(kind: str, name: str, spec: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"apiVersion": API, "kind": kind, "metadata": {"name": name, "namespace": "default"}, "spec": spec, **more}


def device_class(**more: Any) -> dict[str, Any]:
    selectors = [{"cel": {"expression": f'device.driver == "{DRIVER}"'}}]
    return resource("DeviceClass", "gpu", {"selectors": selectors, **more})


def gpu(name: str, model: str = "a", memory: str = "40Gi", **more: Any) -> dict[str, Any]:
    return {"name": name, "attributes": {"model": {"string": model}}, "capacity": {"memory": {"value": memory}}, **more}


def sliced(node: str, *devices: dict[str, Any], slices: int = 1, **more: Any) -> dict[str, Any]:
    pool = {"name": node, "generation": 1, "resourceSliceCount": slices}
    return resource(
        "ResourceSlice", node, {"driver": DRIVER, "nodeName": node, "pool": pool, "devices": list(devices), **more}
    )


def claim(name: str, constraints: list[Any] | None = None, **exactly: Any) -> dict[str, Any]:
    request = {"name": "g", "exactly": {"deviceClassName": "gpu", **exactly}}
    return resource("ResourceClaim", name, {"devices": {"requests": [request], "constraints": constraints or []}})


def cluster(*more: dict[str, Any]) -> ClusterState:
    room = {"cpu": "4", "memory": "8Gi", "pods": "10"}
    nodes = [{"kind": "Node", "metadata": {"name": n}, "status": {"allocatable": room}} for n in NODES]
    return cluster_state([*nodes, *more])


def pod(name: str, *claims: str, **resources: Any) -> dict[str, Any]:
    named = [{"name": c, "resourceClaimName": c} for c in claims]
    container = {"name": "main", "resources": resources}
    return {
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"containers": [container], "resourceClaims": named},
    }


def feasible(state: ClusterState, new: dict[str, Any]) -> list[str]:
    return sorted(schedule(read_pod(new), state).feasible)


def message(state: ClusterState, new: dict[str, Any]) -> str:
    decision = schedule(read_pod(new), state)
    assert not decision.feasible
    looks = decision.refusal is None and not decision.error
    return failure_message(decision, preempt(decision, state) if looks else None)


def test_a_claim_is_served_where_there_are_enough_devices() -> None:
    state = cluster(device_class(), sliced("a", gpu("0")), sliced("b", gpu("0"), gpu("1")), claim("two", count=2))
    assert feasible(state, pod("new", "two")) == ["b"]


def test_what_is_given_away_is_gone_and_a_claim_stays_where_its_devices_are() -> None:
    state = cluster(device_class(), sliced("a", gpu("0")), sliced("b"), claim("one"), claim("other"))
    assert place(read_pod(pod("first", "one")), None, state).chosen == "a"
    assert feasible(state, pod("second", "other")) == []
    assert feasible(state, pod("third", "one")) == ["a"]


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        (f'device.attributes["{DRIVER}"].model == "h"', ["b"]),
        (f'device.capacity["{DRIVER}"].memory.compareTo(quantity("50Gi")) >= 0', ["a"]),
        ('has(device.attributes["other.example"].model)', []),
        ("device.allowMultipleAllocations", []),
    ],
)
def test_selectors(expression: str, wanted: list[str]) -> None:
    asked = claim("one", selectors=[{"cel": {"expression": expression}}])
    state = cluster(device_class(), sliced("a", gpu("0", memory="80Gi")), sliced("b", gpu("0", "h")), asked)
    assert feasible(state, pod("new", "one")) == wanted


def test_a_selector_that_fails_ends_the_cycle() -> None:
    asked = claim("one", selectors=[{"cel": {"expression": f'device.attributes["{DRIVER}"].size == 1'}}])
    text = message(cluster(device_class(), sliced("a", gpu("0")), asked), pod("new", "one"))
    assert text.startswith('running "DynamicResources" filter plugin: claim default/one: selector #0 on device')
    assert "no such key: size" in text


@pytest.mark.parametrize(("constraint", "wanted"), [("matchAttribute", ["a"]), ("distinctAttribute", ["b"])])
def test_constraints(constraint: str, wanted: list[str]) -> None:
    asked = claim("two", [{constraint: f"{DRIVER}/model"}], count=2)
    slices = (sliced("a", gpu("0"), gpu("1", "h"), gpu("2", "h")), sliced("b", gpu("0"), gpu("1", "h")))
    if constraint == "distinctAttribute":
        slices = (sliced("a", gpu("0"), gpu("1")), slices[1])
    assert feasible(cluster(device_class(), *slices, asked), pod("new", "two")) == wanted


def test_tainted_devices_want_a_toleration() -> None:
    tainted = gpu("0", taints=[{"key": "broken", "effect": "NoSchedule"}])
    state = cluster(device_class(), sliced("a", tainted), claim("one"))
    assert feasible(state, pod("new", "one")) == []
    tolerated = claim("one", tolerations=[{"key": "broken", "operator": "Exists"}])
    assert feasible(cluster(device_class(), sliced("a", tainted), tolerated), pod("new", "one")) == ["a"]


def test_partitions_share_counters() -> None:
    part = [{"counterSet": "card", "counters": {"memory": {"value": "30Gi"}}}]
    shared = [{"name": "card", "counters": {"memory": {"value": "40Gi"}}}]
    parts = sliced("a", gpu("0", consumesCounters=part), gpu("1", consumesCounters=part), sharedCounters=shared)
    state = cluster(device_class(), parts, claim("one"), claim("two", count=2))
    assert feasible(state, pod("new", "two")) == []
    assert feasible(state, pod("new", "one")) == ["a"]


def test_an_incomplete_pool_gives_nothing() -> None:
    state = cluster(device_class(), sliced("a", gpu("0"), slices=2), claim("one"))
    assert feasible(state, pod("new", "one")) == []


def test_all_devices_of_a_node() -> None:
    state = cluster(device_class(), sliced("a", gpu("0"), gpu("1")), claim("all", allocationMode="All"), claim("one"))
    assert place(read_pod(pod("new", "all")), None, state).chosen == "a"
    assert feasible(state, pod("next", "one")) == []


def test_better_alternatives_score_higher() -> None:
    ranked = [
        {
            "name": name,
            "deviceClassName": "gpu",
            "selectors": [{"cel": {"expression": f'device.attributes["{DRIVER}"].model == "{name}"'}}],
        }
        for name in ("h", "a")
    ]
    asked = resource("ResourceClaim", "any", {"devices": {"requests": [{"name": "g", "firstAvailable": ranked}]}})
    state = cluster(device_class(), sliced("a", gpu("0")), sliced("b", gpu("0", "h")), asked)
    decision = schedule(read_pod(pod("new", "any")), state)
    assert {n: p["DynamicResources"] for n, p in (decision.plugin_scores or {}).items()} == {"a": 174, "b": 200}


def test_messages() -> None:
    nothing = cluster(device_class(), claim("one"))
    assert message(nothing, pod("new", "one")) == (
        "0/2 nodes are available: 2 cannot allocate all claims. still not schedulable, preemption: "
        "0/2 nodes are available: 2 Preemption is not helpful for scheduling."
    )
    assert message(cluster(claim("one")), pod("new", "one")).startswith(
        "0/2 nodes are available: request g: device class gpu does not exist."
    )
    assert message(nothing, pod("new", "two")) == 'could not find v1.ResourceClaim "default/two"'


def test_extended_resources_that_a_class_gives() -> None:
    amount = {"example.com/gpu": "2"}
    slices = (sliced("a", gpu("0")), sliced("b", gpu("0"), gpu("1")))
    state = cluster(device_class(extendedResourceName="example.com/gpu"), *slices)
    new = pod("new", requests=amount, limits=amount)
    assert feasible(state, new) == ["b"]
    assert place(read_pod(new), None, state).chosen == "b"
    assert feasible(state, {**new, "metadata": {"name": "next", "namespace": "default"}}) == []
    assert feasible(cluster(*slices), new) == []


@given(st.lists(st.integers(0, 4), min_size=2, max_size=2), st.lists(st.integers(1, 3), max_size=5))
def test_no_device_is_given_twice(devices: list[int], counts: list[int]) -> None:
    slices = [sliced(n, *(gpu(str(i)) for i in range(many))) for n, many in zip(NODES, devices, strict=True)]
    claims = [claim(f"c{i}", count=count) for i, count in enumerate(counts)]
    state = cluster(device_class(), *slices, *claims)
    for number in range(len(counts)):
        place(read_pod(pod(f"p{number}", f"c{number}")), None, state)
    held = [device for one in state.devices.claims.values() for device in one.allocated or ()]
    assert len(held) == len(set(held)) <= sum(devices)


TEMPLATED = """
apiVersion: resource.k8s.io/v1
kind: DeviceClass
metadata: {name: gpu}
spec: {}
---
apiVersion: resource.k8s.io/v1
kind: ResourceClaimTemplate
metadata: {name: one, namespace: default}
spec: {spec: {devices: {requests: [{name: g, exactly: {deviceClassName: gpu}}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: train, namespace: default}
spec:
  replicas: 2
  selector: {matchLabels: {app: train}}
  template:
    metadata: {labels: {app: train}}
    spec:
      resourceClaims: [{name: d, resourceClaimTemplateName: one}]
      containers: [{name: c, image: x, resources: {claims: [{name: d}]}}]
"""


def test_each_pod_gets_a_claim_of_its_template() -> None:
    nodes = tuple(json.dumps(node) for node in made_up_nodes(["1x4cpu,16Gi"]))
    answer = Oracle(bundle_from_text(TEMPLATED))(Placed(nodes)).answer
    assert [p.chosen for p in answer.placements] == ["node-a", "node-a"]
    assert any("no ResourceSlice is given" in text for text in answer.assumptions)
    one = json.dumps(sliced("node-a", gpu("0")))
    answer = Oracle(bundle_from_text(f"{TEMPLATED}---\n{one}\n"))(Placed(nodes)).answer
    assert [p.chosen for p in answer.placements] == ["node-a", ""]
    assert not any("ResourceSlice" in text for text in answer.assumptions)


def test_values_of_wrong_types_bring_no_cycle_down() -> None:
    odd = {
        "name": 1,
        "attributes": {1: 2, "b": {"string": []}},
        "capacity": {"m": []},
        "taints": [3],
        "consumesCounters": 4,
    }
    slices = resource("ResourceSlice", "a", {"driver": 5, "pool": [], "nodeName": "a", "devices": [odd, 6]})
    requests = [
        {"name": "g", "exactly": {"deviceClassName": "gpu", "count": 10**9}},
        {"name": "h", "firstAvailable": [3]},
    ]
    asked = resource("ResourceClaim", "one", {"devices": {"requests": requests, "constraints": [7]}})
    broken = device_class(selectors=[{"cel": {"expression": "device.attributes["}}])
    assert feasible(cluster(broken, slices, sliced("a", odd), asked), pod("new", "one")) == []
    attachment = {"kind": "VolumeAttachment", "metadata": {"name": "v"}, "spec": {"attacher": [], "source": 4}}
    assert cluster(attachment).attachments == {}
