"""A preemption while Pods of no lower priority wait is said to be unsure."""

from __future__ import annotations

import json

import pytest

from kubelens.predict.api import Oracle
from kubelens.predict.chain.moved import Moved
from kubelens.predict.chain.placed import Placed
from kubelens.predict.scheduler.made_up import made_up_nodes
from kubelens.testing import bundle_from_text

POD = """
apiVersion: v1
kind: Pod
metadata: {name: %s}
spec:
  priorityClassName: %s
  %s
  containers: [{name: c, image: "x:1", resources: {requests: {cpu: %s}}}]
---
"""
CLASSES = """
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: patient}
value: 90
preemptionPolicy: Never
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: pushing}
value: 50
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: polite}
value: 50
preemptionPolicy: Never
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: low}
value: 1
---
"""


@pytest.mark.parametrize(
    ("waits", "cpu", "named", "told"),
    [
        (True, 3, "patient", True),
        (False, 3, "patient", False),
        (True, "500m", "patient", False),
        (True, 5, "patient", False),
        (True, 3, "patient\n  nodeSelector: {disk: none}", False),
        (True, 3, "polite", False),
    ],
)
def test_who_waited_before_may_come_first_where_it_fits(waits: bool, cpu: object, named: str, told: bool) -> None:
    node = json.dumps(made_up_nodes(["1x4cpu,8Gi"], "")[0])
    name = json.loads(node)["metadata"]["name"]
    standing = POD % ("old", "low", f"nodeName: {name}\n  priority: 1", 3)
    standing = standing.replace("{name: old}", "{name: old, uid: a-b-c}")
    text = CLASSES + standing + (POD % ("quiet", named, "", cpu) if waits else "") + POD % ("loud", "pushing", "", 3)
    schedule = Oracle(bundle_from_text(text))(Placed((node,))).answer
    assert [one.victims for one in schedule.placements if one.pod.name == "loud"] == [("default/old",)]
    found = [one for one in schedule.assumptions if one.startswith("default/loud gets the room")]
    assert bool(found) is told
    assert all("default/quiet" in one for one in found)


@pytest.mark.parametrize(("started", "told"), [("", True), ("2026-01-01T00:00:00Z", False)])
def test_of_equals_another_may_go(started: str, told: bool) -> None:
    node = json.dumps(made_up_nodes(["1x4cpu,8Gi"], "")[0])
    name = json.loads(node)["metadata"]["name"]
    pods = ""
    for number, called in enumerate(("one", "two")):
        pod = POD % (called, "low", f"nodeName: {name}\n  priority: 1", 2)
        since = started.replace("01T", f"0{number + 1}T")
        status = f"status: {{phase: Running, startTime: '{since}'}}\n" if since else ""
        by = f"ownerReferences: [{{apiVersion: v1, kind: X, name: {called}, uid: u, controller: true}}]"
        pods += pod.replace(f"{{name: {called}}}", f"{{name: {called}, uid: u-{called}, {by}}}").replace(
            "---", f"{status}---"
        )
    schedule = Oracle(bundle_from_text(CLASSES + pods + POD % ("loud", "pushing", "", 2)))(Placed((node,))).answer
    assert [len(one.victims) for one in schedule.placements] == [1]
    assert any("may go in its place" in one for one in schedule.assumptions) is told


def test_in_a_what_if_too_a_pod_that_waits_may_come_first() -> None:
    two = [json.dumps(one) for one in made_up_nodes(["2x2cpu,8Gi"], "")]
    names = [json.loads(one)["metadata"]["name"] for one in two]
    pods = POD % ("quiet", "patient", "", 2)
    for called, name, klass, priority in (("old", names[0], "low", 1), ("loud", names[1], "pushing", 50)):
        pod = POD % (called, klass, f"nodeName: {name}\n  priority: {priority}", 2)
        by = f"ownerReferences: [{{apiVersion: v1, kind: X, name: {called}, uid: u, controller: true}}]"
        pods += pod.replace(f"{{name: {called}}}", f"{{name: {called}, uid: u-{called}, {by}}}")
    moved = Oracle(bundle_from_text(CLASSES + pods))(Moved(tuple(two), drained=(names[1],)))
    assert any(
        one.text.startswith("default/loud gets the room") and "default/quiet" in one.text for one in moved.assumptions
    )
