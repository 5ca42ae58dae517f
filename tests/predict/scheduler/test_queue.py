"""Who comes first, who is looked at again, and who comes only when others run."""

from __future__ import annotations

import json

import pytest

from kubelens.predict.api import Oracle
from kubelens.predict.chain.placed import Placed, Schedule
from kubelens.predict.scheduler.made_up import made_up_nodes
from kubelens.testing import bundle_from_text

WORKLOAD = """
apiVersion: apps/v1
kind: {kind}
metadata: {{name: {name}}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      {more}
      containers: [{{name: c, image: "x:1", resources: {{requests: {{cpu: {cpu}}}}}}}]
"""
URGENT = "---\napiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: {name: urgent}\nvalue: 70\n"
NEXT_TO = "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: %s}}}]}}"
POD = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: %s}\nspec: {containers: [{name: c, image: 'x:1', resources: {requests: {cpu: %s}}}]}\n"


def workload(kind: str, name: str, replicas: int, cpu: str = "1", more: str = "restartPolicy: Always") -> str:
    return "---" + WORKLOAD.format(kind=kind, name=name, replicas=replicas, cpu=cpu, more=more)


@pytest.fixture(params=[False, True], ids=["each score", "arrays"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways of placing: few Pods with every score, and many over arrays."""
    if request.param:
        pytest.importorskip("numpy")
        monkeypatch.setattr("kubelens.predict.scheduler.queue._EXPLAINED", 0)


def schedule(text: str, nodes: str = "1x4cpu,8Gi") -> Schedule:
    made = tuple(json.dumps(node) for node in made_up_nodes([nodes], "a"))
    return Oracle(bundle_from_text(text))(Placed(made)).answer


def without(found: Schedule) -> list[str]:
    return [p.pod.name for p in found.placements if not p.chosen]


@pytest.mark.usefixtures("way")
def test_pods_made_in_turn_come_after_all_that_are_there_at_once() -> None:
    found = schedule(workload("StatefulSet", "books", 3) + workload("Deployment", "web", 3))
    assert without(found) == ["books-1"]
    assert [one.name for one in found.held_back] == ["books-2"]
    two = schedule(workload("StatefulSet", "books", 3) + workload("StatefulSet", "notes", 3))
    assert sorted(p.pod.name for p in two.placements if p.chosen) == ["books-0", "books-1", "notes-0", "notes-1"]


@pytest.mark.usefixtures("way")
def test_a_pod_that_waits_for_another_is_looked_at_again_when_that_has_a_node() -> None:
    text = workload("Deployment", "tail", 2, more=NEXT_TO % "head") + workload("Deployment", "head", 1)
    assert without(schedule(text)) == []
    chain = workload("Deployment", "third", 1, more=NEXT_TO % "second") + workload(
        "Deployment", "second", 1, more=NEXT_TO % "first"
    )
    assert without(schedule(chain + workload("Deployment", "first", 1))) == []
    assert without(schedule(chain)) == ["third-0", "second-0"]


@pytest.mark.usefixtures("way")
def test_who_is_sent_away_by_a_pod_that_came_later_waits() -> None:
    text = URGENT + workload("StatefulSet", "books", 2, "2", "priorityClassName: urgent")
    found = schedule(text + workload("Deployment", "web", 3))
    by = {p.pod.name: p for p in found.placements}
    assert by["books-1"].victims
    assert without(found) == ["web-0", "web-1", "web-2"]
    alone = schedule(text + POD % ("old", 2))
    assert [p.message for p in alone.placements if not p.chosen] == [
        "sent away for default/books-1, and nothing makes it anew"
    ]


def test_room_that_victims_leave_is_for_those_that_wait_too() -> None:
    node = made_up_nodes(["1x4cpu,8Gi"], "a")[0]
    name = node["metadata"]["name"]
    old = POD % ("old", 4)
    old = old.replace("{name: old}", "{name: old, uid: o-1}").replace("spec: {", f"spec: {{nodeName: {name}, ")
    urgent = (POD % ("loud", 2)).replace("spec: {", "spec: {priorityClassName: urgent, ")
    never = URGENT.replace("name: urgent", "name: quiet") + "preemptionPolicy: Never\n"
    quiet = (POD % ("quiet", 1)).replace("spec: {", "spec: {priorityClassName: quiet, ")
    found = Oracle(bundle_from_text(URGENT + never + old + quiet + urgent))(Placed((json.dumps(node),))).answer
    assert [p.victims for p in found.placements if p.pod.name == "loud"] == [("default/old",)]
    assert without(found) == []
