"""The questions as rules and commands ask them: what stands in the way, real time, and values of any shape."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelens.kube.bundle import Bundle
from kubelens.kube.identity import GroupVersionKind, ResourceKey
from kubelens.kube.resource import Resource
from kubelens.predict.api import Oracle
from kubelens.predict.controllers.cronjob import NextRuns
from kubelens.predict.controllers.disruptions_allowed import DisruptionsAllowed
from kubelens.predict.controllers.drain import DrainOf
from kubelens.predict.controllers.fenceposts import Fenceposts, read_strategy
from kubelens.predict.controllers.podautoscaler.over_time import AutoscalingOf, Conditions, Series, Step
from kubelens.predict.controllers.podautoscaler.questions import ReplicasRange, Scaler
from kubelens.predict.controllers.podautoscaler.works import OutlookOf
from kubelens.predict.controllers.rollout.durations import gone_time, ready_deadline, ready_time
from kubelens.predict.controllers.rollout.rollout import NextRollout, RolloutOf
from kubelens.predict.controllers.ticks.timeline import End
from kubelens.predict.kubelet.interval import Interval
from kubelens.syntax.place import Place
from kubelens.testing import bundle_from_text
from tests.predict.controllers.test_jobs_and_schedules import NOON

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: UNAVAILABLE}}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      EXTRA
      containers:
      - name: main
        image: a:1
        resources: {requests: {cpu: 500m}}
        PORTS
"""
NODES = "".join(f"---\napiVersion: v1\nkind: Node\nmetadata: {{name: n{n}}}\n" for n in range(3))
APART = (
    "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
    "[{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}]}}"
)
QUOTA = "---\napiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q}\nspec: {hard: {requests.cpu: '1.5'}}\n"
CLAIM = (
    "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c}\nspec: {accessModes: [ReadWriteOncePod]}\n"
)


@pytest.mark.parametrize(
    ("extra", "ports", "others", "word"),
    [
        ("", "ports: [{containerPort: 80, hostPort: 80}]", NODES, "hostPort 80"),
        (APART, "", NODES, "anti-affinity"),
        ("", "", QUOTA, "ResourceQuota 'q'"),
        ("volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]", "", CLAIM, "ReadWriteOncePod"),
    ],
)
def test_what_leaves_no_room_for_one_more(extra: str, ports: str, others: str, word: str) -> None:
    text = WEB.replace("EXTRA", extra).replace("PORTS", ports) + others
    tight = bundle_from_text(text.replace("UNAVAILABLE", "0"))
    found = Oracle(tight)(NextRollout(tight.all("Deployment")[0])).answer
    assert found.end is End.STUCK
    assert word in found.stuck


def test_taking_one_away_first_makes_room() -> None:
    text = WEB.replace("EXTRA", "").replace("PORTS", "ports: [{containerPort: 80, hostPort: 80}]") + NODES
    loose = bundle_from_text(text.replace("UNAVAILABLE", "1"))
    assert Oracle(loose)(NextRollout(loose.all("Deployment")[0])).answer.end is End.DONE


@pytest.mark.parametrize(
    ("probes", "expected"),
    [
        ({}, Interval(0, 0)),
        ({"readinessProbe": {"initialDelaySeconds": 5}}, Interval(5, 16)),
        ({"readinessProbe": {"periodSeconds": 5, "successThreshold": 3}}, Interval(10, 16)),
        ({"startupProbe": {"periodSeconds": 2, "failureThreshold": 30}}, Interval(0, 61)),
    ],
)
def test_time_until_ready(probes: dict[str, Any], expected: Interval) -> None:
    assert ready_time({"containers": [{"name": "main", **probes}]}) == expected


def test_time_until_gone() -> None:
    sleeping = {"containers": [{"lifecycle": {"preStop": {"sleep": {"seconds": 8}}}}]}
    assert gone_time(sleeping) == Interval(8, 30)
    assert gone_time({**sleeping, "terminationGracePeriodSeconds": 4}) == Interval(4, 4)


def test_bounds_in_one_line() -> None:
    oracle = Oracle(bundle_from_text(""))
    assert "4 to 7 Pods" in oracle(Fenceposts(5, read_strategy({}))).answer.summary()
    forced = read_strategy({"strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": "10%"}}})
    assert oracle(Fenceposts(3, forced)).answer.forced
    assert not oracle(Fenceposts(0, forced)).answer.forced


scalars = st.one_of(st.none(), st.booleans(), st.integers(-5, 40), st.text(max_size=4), st.sampled_from(["25%", "0%"]))
names = st.sampled_from(
    [
        "replicas",
        "strategy",
        "rollingUpdate",
        "maxSurge",
        "maxUnavailable",
        "type",
        "template",
        "spec",
        "metadata",
        "labels",
        "containers",
        "image",
        "name",
        "selector",
        "schedule",
        "timeZone",
        "parallelism",
        "completions",
        "completionMode",
        "podFailurePolicy",
        "rules",
        "updateStrategy",
        "hard",
        "minAvailable",
        "minReplicas",
        "behavior",
        "scaleUp",
        "policies",
        "volumes",
        "affinity",
        "nodeSelector",
        "ordinals",
    ]
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=5), max_leaves=12
)
KINDS = {
    "Deployment": ("apps", "v1"),
    "StatefulSet": ("apps", "v1"),
    "DaemonSet": ("apps", "v1"),
    "Job": ("batch", "v1"),
    "CronJob": ("batch", "v1"),
    "PodDisruptionBudget": ("policy", "v1"),
    "HorizontalPodAutoscaler": ("autoscaling", "v2"),
    "ResourceQuota": ("", "v1"),
    "Node": ("", "v1"),
}


def resource(kind: str, spec: Any) -> Resource:
    group, version = KINDS.get(kind, ("extensions", "v1beta1"))
    key = ResourceKey(GroupVersionKind(group, version, kind), "default", "web")
    return Resource(key, {"metadata": {"name": "web"}, "spec": spec}, Place("a.yaml", 0))


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(names, values, max_size=6), st.dictionaries(names, values, max_size=6), values)
def test_values_of_any_shape_are_answered(spec: Any, other: Any, template: Any) -> None:
    spec = {**spec, "template": {"spec": template, "metadata": {"labels": {}}}}
    found = {kind: resource(kind, spec if kind != "Node" else other) for kind in KINDS}
    oracle = Oracle(Bundle(found.values()))
    for kind in ("Deployment", "StatefulSet", "DaemonSet", "Job"):
        assert oracle(NextRollout(found[kind])).answer.kind == kind
        oracle(RolloutOf(found[kind], resource(kind, other)))
        ready_deadline(found[kind])
    oracle(NextRuns(found["CronJob"], 2, NOON))
    oracle(DisruptionsAllowed(found["PodDisruptionBudget"]))
    oracle(DrainOf("default"))
    hpa = found["HorizontalPodAutoscaler"]
    oracle(AutoscalingOf(hpa, (Series("cpu", (Step(0, 50.0), Step(20, 0.0))),), Conditions(3, 60)))
    oracle(OutlookOf(hpa))
    oracle(ReplicasRange(hpa))
    oracle(Scaler(found["Deployment"]))
