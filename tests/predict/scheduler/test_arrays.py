"""The array scheduler decides as the plain cycle does, Pod by Pod, over recorded scenarios."""

from __future__ import annotations

from typing import Any

import pytest

from kubelens.predict.scheduler.arrays import ArrayScheduler
from kubelens.predict.scheduler.cycle import schedule
from kubelens.predict.scheduler.pod_info import read_pod
from kubelens.predict.scheduler.state import cluster_state
from tests.agreement.scheduler import DEFAULT, admitted_pod, classes_among, objects_of
from tests.agreement.suite import read_records

RECORDS = [r for n, (_, r) in enumerate(read_records(DEFAULT)) if n % 7 == 0]


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: str(r["id"]))
def test_arrays_decide_as_the_cycle(record: dict[str, Any]) -> None:
    objects = objects_of(record["objects"])
    classes = classes_among(objects)
    state = cluster_state(admitted_pod(o, classes) if o.get("kind") == "Pod" else o for o in objects)
    arrays = ArrayScheduler(state)
    for step in record["steps"]:
        if step.get("context") or step.get("nominated") or step.get("rejected") or step.get("direct"):
            return
        pod = read_pod(admitted_pod(objects_of(step["pod"])[0], classes))
        if not arrays.supports(pod):
            return
        decision = schedule(pod, state)
        if decision.error:
            return
        feasible, totals = arrays.decide(pod)
        assert tuple(n for n, ok in zip(arrays.names, feasible, strict=True) if ok) == decision.feasible
        if decision.scores is not None:
            assert totals is not None
            assert {n: int(t) for n, t, ok in zip(arrays.names, totals, feasible, strict=True) if ok} == decision.scores
        if step["chosen"]:
            arrays.add(pod, step["chosen"])


def test_arrays_find_room_on_a_node_that_says_none() -> None:
    room = {"cpu": "1", "memory": "1Gi", "pods": "1"}
    nodes: list[dict[str, Any]] = [
        {"kind": "Node", "metadata": {"name": "said"}, "status": {"allocatable": room}},
        {"kind": "Node", "metadata": {"name": "silent"}},
        {"kind": "Node", "metadata": {"name": "closed"}, "spec": {"unschedulable": True}},
    ]
    asks = {"resources": {"requests": {"cpu": "3", "example.org/lens": "2"}}}
    pod = read_pod({"kind": "Pod", "metadata": {"name": "big"}, "spec": {"containers": [{"name": "c", **asks}]}})
    state = cluster_state(nodes)
    arrays = ArrayScheduler(state)
    feasible, _ = arrays.decide(pod)
    found = tuple(name for name, fits in zip(arrays.names, feasible, strict=True) if fits)
    assert found == schedule(pod, state).feasible == ("silent",)
