"""Many Pods on many nodes: the same answer as Pod by Pod, whatever stands among them, and one that stays small."""

from __future__ import annotations

import json

import pytest

from kubelens.predict.api import Oracle
from kubelens.predict.chain import placed
from kubelens.predict.chain.placed import Placed, Schedule
from kubelens.predict.scheduler import queue
from kubelens.predict.scheduler.made_up import made_up_nodes
from kubelens.predict.scheduler.pod_info import PodReader, read_pod
from kubelens.report.schedule import as_data
from kubelens.testing import bundle_from_text

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: NAME}
spec:
  replicas: 6
  selector: {matchLabels: {app: NAME}}
  template:
    metadata: {labels: {app: NAME, tier: front}}
    spec:
      SPEC
      containers: [{name: c, image: "x:1", resources: {requests: {cpu: 500m, memory: 1Gi}} PORTS}]
"""
SPREAD = """topologySpreadConstraints:
      - maxSkew: 1
        topologyKey: topology.kubernetes.io/zone
        whenUnsatisfiable: DoNotSchedule
        labelSelector: {matchLabels: {app: NAME}}"""
AWAY = """affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
          - {weight: 50, podAffinityTerm: {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {tier: front}}}}
          requiredDuringSchedulingIgnoredDuringExecution:
          - {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: NAME}}}"""
NEAR = """affinity:
        podAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
          - {topologyKey: topology.kubernetes.io/zone, labelSelector: {matchLabels: {app: NAME}}}"""
NAMED = """affinity:
        nodeAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
          - {weight: 9, preference: {matchFields: [{key: metadata.name, operator: In, values: [node-b]}]}}"""


def deployment(name: str, spec: str = "", ports: str = "") -> str:
    return DEPLOYMENT.replace("SPEC", spec).replace("PORTS", ports).replace("NAME", name)


MIXED = "---".join(
    [
        deployment("spread", SPREAD),
        deployment("ported", "", ", ports: [{containerPort: 80, hostPort: 80}]"),
        deployment("away", AWAY),
        deployment("near", NEAR),
        deployment("named", NAMED),
        deployment("plain"),
    ]
)
URGENT = (
    deployment("urgent", "priorityClassName: first")
    + """---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: first}
value: 1000
"""
)


def schedule(text: str, nodes: str = "7x4cpu,16Gi") -> Schedule:
    made = tuple(json.dumps(node) for node in made_up_nodes([nodes], "a,b"))
    return Oracle(bundle_from_text(text))(Placed(made)).answer


@pytest.mark.parametrize("text", [MIXED, f"{URGENT}---{MIXED}---{URGENT.replace('urgent', 'later')}"])
def test_many_pods_go_where_they_go_one_by_one(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    one_by_one = [(p.pod.key, tuple(p.nodes), p.chosen, p.victims) for p in schedule(text).placements]
    monkeypatch.setattr(queue, "_EXPLAINED", 0)
    assert [(p.pod.key, tuple(p.nodes), p.chosen, p.victims) for p in schedule(text).placements] == one_by_one
    assert len({chosen for _, _, chosen, _ in one_by_one}) > 4


def test_of_many_nodes_that_tie_some_are_named_and_the_others_counted() -> None:
    first = as_data(schedule(deployment("plain"), "30x4cpu,16Gi"))["placements"][0]
    assert (len(first["tied"]), first["tied_more"]) == (20, 10)


def test_pods_beyond_the_most_that_are_placed_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placed, "MOST_PLACED", 4)
    answer = schedule(deployment("plain"))
    assert len(answer.placements) == 4
    assert "only the first 4 Pods are placed: there are more" in answer.assumptions


@pytest.mark.parametrize("label", ["x", "\ud800"])
def test_pods_that_differ_in_their_names_alone_are_read_as_each_by_itself(label: str) -> None:
    reader = PodReader()
    for name, cpu in (("a", "1"), ("b", "1"), ("c", "2")):
        container = {"name": "c", "resources": {"requests": {"cpu": cpu}}}
        value = {"metadata": {"name": name, "labels": {"app": label}}, "spec": {"containers": [container]}}
        read, alone = reader.read(value), read_pod(value)
        assert (read.key, read.labels, read.requests, read.value) == (alone.key, alone.labels, alone.requests, value)
