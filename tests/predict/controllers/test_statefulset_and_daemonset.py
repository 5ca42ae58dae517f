"""StatefulSets by ordinal and DaemonSets by node."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelens.predict.controllers.daemonset import DaemonSet
from kubelens.predict.controllers.statefulset import StatefulSet
from kubelens.predict.controllers.ticks.pace import ChangeNodes, DeleteObject, DeletePods, Edit, Pace, PickedPods
from kubelens.predict.controllers.ticks.ticks import run
from kubelens.predict.controllers.ticks.timeline import End, Timeline
from tests.predict.controllers.test_deployment import deployment, image_of


def stateful(old: dict[str, Any], new: dict[str, Any], pace: Pace | None = None) -> Timeline:
    return run(StatefulSet(old, pace or Pace(), image_of), {0: (Edit(new),)})


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 8), st.integers(0, 9), st.sampled_from(["OrderedReady", "Parallel"]))
def test_one_pod_at_a_time_down_to_the_partition(replicas: int, partition: int, policy: str) -> None:
    spec = {"podManagementPolicy": policy, "updateStrategy": {"rollingUpdate": {"partition": partition}}}
    timeline = stateful(deployment("v1", replicas, **spec), deployment("v2", replicas, **spec))
    assert timeline.min_ready >= replicas - 1
    images = [image for _, image, _ in timeline.last.pods]
    assert images == ["v1"] * min(partition, replicas) + ["v2"] * max(0, replicas - partition)


def test_a_broken_version_blocks_at_the_highest_ordinal() -> None:
    timeline = stateful(deployment("v1", 3), deployment("v2", 3), Pace({"v1": 1, "v2": None}))
    assert timeline.end is End.STUCK
    assert timeline.last.pods == (("web-0", "v1", "ready"), ("web-1", "v1", "ready"), ("web-2", "v2", "starting"))


@pytest.mark.parametrize(("policy", "left"), [("Retain", 3), ("Delete", 1)])
def test_claims_after_scaling_down(policy: str, left: int) -> None:
    spec = {
        "volumeClaimTemplates": [{"metadata": {"name": "data"}}],
        "persistentVolumeClaimRetentionPolicy": {"whenScaled": policy},
    }
    timeline = stateful(deployment("v1", 3, **spec), deployment("v1", 1, **spec))
    assert len(timeline.last.claims) == left


def test_claims_go_with_the_set_where_the_policy_says_so() -> None:
    spec = {
        "volumeClaimTemplates": [{"metadata": {"name": "data"}}],
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete"},
    }
    controller = StatefulSet(deployment("v1", 2, **spec), Pace(), image_of)
    timeline = run(controller, {0: (DeleteObject("Background"),)})
    assert timeline.states[0].claims[0] == ("data-web-0", ("StatefulSet",), "terminating")
    assert timeline.last.claims == ()


def node(name: str, effect: str = "") -> dict[str, Any]:
    taints = [{"key": "dedicated", "value": "x", "effect": effect}] if effect else []
    return {"metadata": {"name": name}, "spec": {"taints": taints}}


NODES = [node("a"), node("b"), node("c", "NoSchedule"), node("d", "NoExecute"), node("e")]


@pytest.mark.parametrize(
    ("tolerations", "desired"),
    [([], 3), ([{"operator": "Exists"}], 5), ([{"key": "dedicated", "value": "x", "effect": "NoSchedule"}], 4)],
)
def test_which_nodes(tolerations: list[dict[str, str]], desired: int) -> None:
    value = deployment("v1", 0)
    value["spec"]["template"]["spec"]["tolerations"] = tolerations
    timeline = run(DaemonSet(value, Pace(), image_of, NODES), {}, settle=False)
    assert timeline.last.ready == desired


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 9), st.integers(1, 9))
def test_daemonset_stays_within_max_unavailable(nodes: int, unavailable: int) -> None:
    strategy = {"updateStrategy": {"rollingUpdate": {"maxUnavailable": unavailable}}}
    old, new = deployment("v1", 0, **strategy), deployment("v2", 0, **strategy)
    controller = DaemonSet(old, Pace(), image_of, [node(f"n{n}") for n in range(nodes)])
    timeline = run(controller, {0: (Edit(new),)})
    assert timeline.end is End.DONE
    assert timeline.min_ready >= nodes - unavailable


def test_daemonset_surge_keeps_every_old_pod_until_the_new_one_is_there() -> None:
    strategy = {"updateStrategy": {"rollingUpdate": {"maxSurge": 2, "maxUnavailable": 0}}}
    old, new = deployment("v1", 0, **strategy), deployment("v2", 0, **strategy)
    timeline = run(DaemonSet(old, Pace(), image_of, [node(f"n{n}") for n in range(4)]), {0: (Edit(new),)})
    assert timeline.min_ready == 4
    assert timeline.max_pods == 6


def test_daemonset_surge_keeps_a_pod_on_a_tainted_node_until_there_is_one_too_many() -> None:
    strategy = {"updateStrategy": {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}}
    old, new = deployment("v1", 0, **strategy), deployment("v2", 0, **strategy)
    actions = (DeletePods(PickedPods(names=("n0",))), ChangeNodes((node("n2", "NoSchedule"),)), Edit(new))
    timeline = run(DaemonSet(old, Pace(), image_of, [node(f"n{n}") for n in range(3)]), {0: actions})
    assert ("n2", "v1", "ready") in timeline.states[0].pods
    assert [name for name, _, _ in timeline.last.pods] == ["n0", "n1"]


@settings(max_examples=40, deadline=None)
@given(st.permutations(NODES + [node("f")]), st.integers(0, 2), st.integers(0, 2))
def test_the_order_of_nodes_changes_no_count(nodes: list[dict[str, Any]], surge: int, unavailable: int) -> None:
    strategy = {"updateStrategy": {"rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}}
    old, new = deployment("v1", 0, **strategy), deployment("v2", 0, **strategy)

    def counts(order: list[dict[str, Any]]) -> list[Any]:
        states = run(DaemonSet(old, Pace(), image_of, order), {0: (Edit(new),)}).states
        return [(s.revisions, s.status) for s in states]

    assert counts(nodes) == counts([*NODES, node("f")])


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 8),
    st.sampled_from([None, 1, 2, 3, "40%", "1%"]),
    st.integers(0, 3),
    st.sampled_from(["OrderedReady", "Parallel"]),
)
def test_as_many_at_a_time_as_may_be_down(replicas: int, most: Any, partition: int, policy: str) -> None:
    rolling = {"partition": partition, **({"maxUnavailable": most} if most is not None else {})}
    spec = {"podManagementPolicy": policy, "updateStrategy": {"rollingUpdate": rolling}}
    old, new = deployment("v1", replicas, **spec), deployment("v2", replicas, **spec)
    timeline = run(StatefulSet(old, Pace(), image_of, several=True), {0: (Edit(new),)})
    allowed = {None: 1, "40%": max(1, replicas * 2 // 5), "1%": 1}.get(most, most)
    updated = max(0, replicas - partition)
    assert timeline.min_ready == replicas - min(allowed, updated)
    assert [image for _, image, _ in timeline.last.pods] == ["v1"] * (replicas - updated) + ["v2"] * updated
    assert run(StatefulSet(old, Pace(), image_of), {0: (Edit(new),)}).min_ready >= replicas - 1


@pytest.mark.parametrize(("policy", "ends"), [("Parallel", End.DONE), ("OrderedReady", End.STUCK)])
def test_old_pods_that_are_down_cost_nothing_in_parallel(policy: str, ends: End) -> None:
    spec = {"podManagementPolicy": policy, "updateStrategy": {"rollingUpdate": {"maxUnavailable": 1}}}
    old, new = deployment("v1", 3, **spec), deployment("v2", 3, **spec)
    controller = StatefulSet(old, Pace({"v1": None, "v2": 1}), image_of, several=True)
    assert run(controller, {0: (Edit(new),)}, settle=False).end is ends
