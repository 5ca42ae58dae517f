"""Pods that run and go: those that others send away, and those in whose place none is let in."""

from __future__ import annotations

import json
from typing import Any

from kubelens.predict.api import Oracle
from kubelens.predict.chain.moved import Moved
from kubelens.predict.controllers.budget_pods import BudgetPods
from kubelens.predict.controllers.disruption import PodState
from kubelens.predict.controllers.drain import DrainOf
from kubelens.testing import bundle_from_text

ROOM = {"cpu": "2", "memory": "8Gi", "pods": "20"}
BUDGET: dict[str, Any] = {
    "apiVersion": "policy/v1",
    "kind": "PodDisruptionBudget",
    "metadata": {"name": "loom", "namespace": "hall"},
    "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "loom"}}},
}


def _node(name: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}, "status": {"allocatable": ROOM}}


def _spec(cpu: str, **more: Any) -> dict[str, Any]:
    container = {"name": "main", "image": "hall/loom:1", "resources": {"requests": {"cpu": cpu}}}
    return {"containers": [container], **more}


def _loom(**more: Any) -> dict[str, Any]:
    template = {"metadata": {"labels": {"app": "loom"}}, "spec": _spec("1500m", **more)}
    return {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "metadata": {"name": "loom", "namespace": "hall", "uid": "7"},
        "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "loom"}}, "template": template},
    }


def _running(number: int, node: str) -> dict[str, Any]:
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "loom", "uid": "7", "controller": True}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": f"loom-{number}",
            "namespace": "hall",
            "uid": f"1{number}",
            "labels": {"app": "loom"},
            "ownerReferences": [owner],
        },
        "spec": {**_spec("1500m"), "nodeName": node, "priority": 0},
        "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]},
    }


def _oracle(*objects: dict[str, Any]) -> Oracle:
    return Oracle(bundle_from_text("\n---\n".join(map(json.dumps, objects))))


THERE = (_node("one"), _node("two"), _loom(), _running(1, "one"), _running(2, "two"), BUDGET)


def test_a_pod_that_is_sent_away_is_not_healthy() -> None:
    urgent: dict[str, Any] = {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": "urgent"},
        "value": 1000,
    }
    pushing: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "bell", "namespace": "hall"},
        "spec": _spec("1500m", priorityClassName="urgent"),
    }
    ask = _oracle(*THERE, urgent, pushing)
    met = [p for p in ask(BudgetPods("hall")).answer if p.owner == "ReplicaSet loom"]
    assert sorted(p.seen.state for p in met) == [PodState.PENDING, PodState.READY]
    rows = {row.eviction.code: row for row in ask(DrainOf("hall")).answer.drained if row.owner == "ReplicaSet loom"}
    assert rows[429].guards[0].status.healthy == 1
    assert all(row.eviction.code == 201 for row in _oracle(*THERE)(DrainOf("hall")).answer.drained)


def test_a_drain_stops_where_none_comes_in_the_place_of_what_goes() -> None:
    strict: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": "hall", "labels": {"pod-security.kubernetes.io/enforce": "baseline"}},
    }
    there = [one for one in THERE if one["kind"] != "ReplicaSet"]
    ask = _oracle(strict, _loom(hostNetwork=True), *there)
    rows = ask(DrainOf("hall")).answer.drained
    assert sorted((row.eviction.code, row.count) for row in rows) == [(201, 1), (429, 1)]
    (stays,) = [row for row in rows if row.stays]
    assert "once 1 is gone: no Pod of ReplicaSet 'hall/loom' is created" in stays.eviction.cause
    moves = ask(Moved((), ("one", "two"))).answer
    told = {stay.pod: stay.why for stay in moves.stays}
    assert "is evicted, and none comes in its place" in told["hall/loom-1"]
    assert "needs 1 healthy pods and has 1 currently" in told["hall/loom-2"]


def test_pods_that_are_never_ready_are_not_healthy_where_nodes_are_drained() -> None:
    probed = _loom()
    probed["spec"]["template"]["spec"]["containers"][0]["readinessProbe"] = {"httpGet": {"port": "shuttle"}}
    ask = _oracle(_node("one"), _node("two"), probed, BUDGET)
    stays = ask(Moved((), ("one",))).answer.stays
    assert ["needs 1 healthy pods and has 0 currently" in stay.why for stay in stays] == [True]
    (row,) = ask(DrainOf("hall")).answer.drained
    assert row.eviction.code == 429
    assert "declares no port named 'shuttle'" in row.eviction.cause
    assert not _oracle(_node("one"), _node("two"), _loom(), BUDGET)(Moved((), ("one",))).answer.stays
