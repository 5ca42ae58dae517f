"""What-ifs start from the placement: a Pod moves where an eviction or a lost node moves it, and nowhere else."""

from __future__ import annotations

import json

import pytest

from kubelens.predict.api import Oracle
from kubelens.predict.chain.moved import Moved, Moves
from kubelens.predict.chain.placed import Placed, placed_pods
from kubelens.predict.scheduler.made_up import made_up_nodes
from kubelens.testing import bundle_from_text

WORKLOAD = """
apiVersion: apps/v1
kind: {kind}
metadata: {{name: web}}
spec:
  replicas: {replicas}
  serviceName: web
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: c, image: "x:1", resources: {{requests: {{cpu: {cpu}}}}}}}]}}
"""
AGENT = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template: {metadata: {labels: {app: agent}}, spec: {containers: [{name: c, image: "x:1"}]}}
"""
BUDGET = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {%s, selector: {matchLabels: {app: web}}}\n"


def nodes(text: str, zones: str = "a,b") -> tuple[str, ...]:
    return tuple(json.dumps(node, sort_keys=True) for node in made_up_nodes([text], zones))


def workload(kind: str = "Deployment", replicas: int = 4, cpu: str = "900m") -> str:
    return WORKLOAD.format(kind=kind, replicas=replicas, cpu=cpu).replace(
        "  serviceName: web\n" if kind == "Deployment" else "\0", ""
    )


def moved(text: str, at: tuple[str, ...], **change: tuple[str, ...]) -> tuple[dict[str, str], Moves]:
    oracle = Oracle(bundle_from_text(text))
    before = placed_pods(oracle(Placed(at)).answer)
    after = oracle(Moved(at, **change)).answer
    assert placed_pods(oracle(Placed(at)).answer) == before, "the placement itself does not change"
    return before, after


def changes(before: dict[str, str], after: Moves) -> dict[str, str]:
    new = placed_pods(after.schedule)
    return {key: new.get(key, "") for key in before if new.get(key, "") != before[key]}


def test_a_drain_moves_the_pods_of_its_node_alone() -> None:
    before, after = moved(f"{workload(cpu='100m')}---\n{AGENT}", nodes("3x4cpu,16Gi"), drained=("node-a",))
    found = changes(before, after)
    assert set(found) == {key for key, node in before.items() if node == "node-a" and "agent" not in key}
    assert "node-a" not in found.values()
    assert after.stays == ()


def test_what_finds_no_room_waits_and_the_others_stay() -> None:
    before, after = moved(workload(), nodes("2x2cpu,8Gi"), drained=("node-a",))
    assert changes(before, after) == {key: "" for key, node in before.items() if node == "node-a"}
    assert all("1 node(s) were unschedulable" in p.message for p in after.schedule.placements if not p.chosen)


@pytest.mark.parametrize(
    ("budget", "evicted"), [("minAvailable: 4", 0), ("minAvailable: 3", 1), ("maxUnavailable: 0", 0)]
)
def test_a_budget_lets_go_only_as_many_as_find_a_new_place(budget: str, evicted: int) -> None:
    before, after = moved(f"{workload()}---\n{BUDGET % budget}", nodes("2x2cpu,8Gi"), drained=("node-a",))
    assert len(changes(before, after)) == evicted
    assert len(after.stays) == 2 - evicted


def test_a_budget_lets_all_go_one_by_one_where_there_is_room() -> None:
    text = f"{workload(cpu='100m')}---\n{BUDGET % 'maxUnavailable: 1'}"
    before, after = moved(text, nodes("2x4cpu,16Gi"), drained=("node-a",))
    assert len(changes(before, after)) == 2
    assert after.stays == ()


def test_pods_of_a_lost_zone_are_made_elsewhere() -> None:
    before, after = moved(workload(cpu="100m"), nodes("2x4cpu,16Gi"), lost_zones=("b",))
    assert set(changes(before, after).values()) == {"node-a"}


def test_a_stateful_set_does_not_replace_what_it_cannot_see_gone() -> None:
    before, after = moved(workload("StatefulSet", 2, "100m"), nodes("2x4cpu,16Gi"), lost_zones=("b",))
    assert changes(before, after) == {}
    assert [stay.node for stay in after.stays] == ["node-b"]
    assert "Terminating" in after.stays[0].why


def test_nothing_is_evicted_where_every_node_is_lost() -> None:
    before, after = moved(workload(cpu="100m"), nodes("2x4cpu,16Gi", "a"), lost_zones=("a",))
    assert changes(before, after) == {}
    assert len(after.stays) == 4


def test_a_new_node_takes_what_waits_and_its_daemons() -> None:
    added = tuple(json.dumps(n, sort_keys=True) for n in made_up_nodes(["1x2cpu,8Gi"], "c", prefix="new"))
    before, after = moved(f"{workload(replicas=5)}---\n{AGENT}", nodes("2x2cpu,8Gi"), added=added)
    assert changes(before, after) == {}
    new = {key: node for key, node in placed_pods(after.schedule).items() if key not in before}
    assert new == {"default/web-4": "new-a", "default/agent-new-a": "new-a"}
