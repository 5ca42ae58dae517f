"""The autoscaler: what one sync does with bounds, Pods, metrics and limits, and what many do over time."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from kubelens.cli.predict import command
from kubelens.predict.api import Oracle
from kubelens.predict.controllers.podautoscaler.over_time import AutoscalingOf, Conditions, Series, Step
from kubelens.predict.controllers.podautoscaler.replica_calculator import PodState
from kubelens.predict.controllers.podautoscaler.scaling_rules import History
from kubelens.predict.controllers.podautoscaler.spec import Autoscaler, Source, TargetType, read_autoscaler
from kubelens.predict.controllers.podautoscaler.sync import Cluster, Reading, sync
from kubelens.predict.controllers.podautoscaler.works import OutlookOf
from kubelens.testing import bundle_from_text
from tests.agreement.ingress import bundle_of

CPU = {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}}}
QUEUE = {
    "type": "Pods",
    "pods": {"metric": {"name": "queue"}, "target": {"type": "AverageValue", "averageValue": "10"}},
}
LAG = {"type": "External", "external": {"metric": {"name": "lag"}, "target": {"type": "Value", "value": "100"}}}
AT_ONCE = {"scaleDown": {"stabilizationWindowSeconds": 0}}
REQUESTS = {"c": {"cpu": 1000}}


def _hpa(*metrics: dict[str, Any], version: str = "v2", **spec: Any) -> dict[str, Any]:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    value = {"minReplicas": 1, "maxReplicas": 100, "scaleTargetRef": target, **spec}
    if metrics:
        value["metrics"] = list(metrics)
    metadata = {"name": "web", "namespace": "shop"}
    return {
        "apiVersion": f"autoscaling/{version}",
        "kind": "HorizontalPodAutoscaler",
        "metadata": metadata,
        "spec": value,
    }


def _read(hpa: dict[str, Any]) -> Autoscaler:
    return read_autoscaler(bundle_of([hpa]).all("HorizontalPodAutoscaler")[0])


def _pods(ready: int, **others: int) -> tuple[PodState, ...]:
    return (*(PodState.READY,) * ready, *(PodState(name) for name, count in others.items() for _ in range(count)))


def _sync(hpa: dict[str, Any], current: int, *readings: Reading, pods: tuple[PodState, ...] | None = None) -> int:
    states = _pods(current) if pods is None else pods
    return sync(_read(hpa), current, Cluster(states, readings, REQUESTS), History()).replicas


def _each(milli: int | None, pods: int) -> Reading:
    return Reading((milli,) * pods)


@pytest.mark.parametrize(
    ("current", "bounds", "replicas"),
    [(20, (1, 10), 10), (1, (3, 30), 3), (0, (1, 10), 0), (0, (0, 10), 4)],
)
def test_bounds_come_before_metrics(current: int, bounds: tuple[int, int], replicas: int) -> None:
    hpa = _hpa(LAG, minReplicas=bounds[0], maxReplicas=bounds[1], behavior=AT_ONCE)
    assert _sync(hpa, current, Reading(value=400_000)) == replicas


@pytest.mark.parametrize(
    ("current", "percent", "target", "replicas"),
    [
        (25, 14, 50, 8),
        (25, 84, 75, 29),
        (4, 90, 60, 6),
        (4, 63, 60, 4),
        (4, 10, 60, 1),
        (10, 59, 50, 12),
        (10, 55, 50, 10),
    ],
)
def test_floats_are_those_of_go(current: int, percent: int, target: int, replicas: int) -> None:
    metric = {"type": "Resource", "resource": {"name": "cpu", "target": {"averageUtilization": target}}}
    assert _sync(_hpa(metric, behavior=AT_ONCE), current, _each(percent * 10, current)) == replicas


def test_utilization_is_cut_to_whole_percents() -> None:
    assert _sync(_hpa(CPU, behavior=AT_ONCE), 10, _each(559, 10)) == 10


def test_percent_policies_round_up_when_growing_and_down_when_shrinking() -> None:
    down = {
        "scaleDown": {
            "stabilizationWindowSeconds": 0,
            "policies": [{"type": "Percent", "value": 90, "periodSeconds": 60}],
        }
    }
    assert _sync(_hpa(CPU, behavior=down), 20, _each(1, 20)) == 1
    up = {"scaleUp": {"policies": [{"type": "Percent", "value": 10, "periodSeconds": 60}]}}
    assert _sync(_hpa(CPU, behavior=up), 25, _each(5000, 25)) == 28


def test_the_first_version_has_a_target_of_its_own() -> None:
    (metric,) = _read(_hpa(version="v1", targetCPUUtilizationPercentage=50)).metrics
    assert (metric.source, metric.target_type, metric.target) == (Source.RESOURCE, TargetType.UTILIZATION, 50)
    (default,) = _read(_hpa()).metrics
    assert default.target == 80


@pytest.mark.parametrize(
    ("pods", "usage", "replicas"),
    [
        (_pods(4), (900, 900, 900, None), 6),
        (_pods(4), (100, 100, None, None), 4),
        (_pods(2, unready=2), (900, 900, 900, 900), 4),
        (_pods(2, lost=2), (900, 900, 900, 900), 8),
        (_pods(3, failed=1), (900, 900, 900, 900), 6),
        (_pods(3, deleted=1), (900, 900, 900, 900), 6),
        (_pods(0, unready=4), (900, 900, 900, 900), 4),
    ],
)
def test_pods_that_count_for_something_else(
    pods: tuple[PodState, ...], usage: tuple[int | None, ...], replicas: int
) -> None:
    assert _sync(_hpa(CPU, behavior=AT_ONCE), 4, Reading(usage), pods=pods) == replicas


def test_a_metric_that_cannot_be_read_keeps_from_scaling_down_alone() -> None:
    hpa = _hpa(CPU, QUEUE, behavior=AT_ONCE)
    assert _sync(hpa, 4, _each(100, 4), Reading()) == 4
    assert _sync(hpa, 4, _each(900, 4), Reading()) == 8
    assert _sync(hpa, 4, _each(100, 4), _each(2000, 4)) == 1


def test_tolerance_of_each_direction() -> None:
    behavior = {"scaleUp": {"tolerance": "0.5"}, "scaleDown": {"tolerance": "0", "stabilizationWindowSeconds": 0}}
    assert _sync(_hpa(CPU, behavior=behavior), 4, _each(740, 4)) == 4
    assert _sync(_hpa(CPU, behavior=behavior), 10, _each(490, 10)) == 10
    assert _sync(_hpa(CPU, behavior=behavior), 100, _each(490, 100)) == 98


WORLD = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: c, resources: {requests: {cpu: "1"}}}]}}
"""


def _over_time(hpa: dict[str, Any], series: Series, conditions: Conditions) -> list[tuple[int, int]]:
    bundle = bundle_of([hpa, *yaml.safe_load_all(WORLD)])
    moments = Oracle(bundle)(AutoscalingOf(bundle.all("HorizontalPodAutoscaler")[0], (series,), conditions)).answer
    return [(m.at, m.sync.replicas) for m in moments if m.sync.replicas != m.before]


def test_scaling_down_waits_for_the_window() -> None:
    found = _over_time(_hpa(CPU), Series("cpu", (Step(0, 50.0), Step(30, 10.0))), Conditions(5, 600))
    assert found == [(315, 1)]


def test_policies_count_what_happened_in_their_period() -> None:
    behavior = {"scaleUp": {"policies": [{"type": "Pods", "value": 1, "periodSeconds": 60}]}}
    found = _over_time(_hpa(CPU, behavior=behavior), Series("cpu", (Step(0, 500.0),)), Conditions(2, 120))
    assert found == [(0, 3), (60, 4), (120, 5)]


@given(st.floats(0.1, 40), st.integers(1, 20))
def test_a_steady_load_is_met_within_bounds_and_left_alone(cores: float, start: int) -> None:
    hpa = _hpa(CPU, minReplicas=2, maxReplicas=60)
    found = _over_time(hpa, Series("cpu", (Step(0, cores),), total=True), Conditions(start, 1500))
    end = found[-1][1] if found else start
    assert 2 <= end <= 60
    assert not found or found[-1][0] < 1200
    share = cores / end
    assert share <= 0.56 or end == 60
    assert share >= 0.44 or end == 2 or (cores / (end - 1)) > 0.49


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({}, ""),
        ({"resources": {}}, "missing request for cpu in container c"),
        ({"resources": {"limits": {"cpu": "1"}}}, ""),
        ({"replicas": 0}, "has 0 replicas"),
    ],
)
def test_whether_it_works_at_all(change: dict[str, Any], fault: str) -> None:
    (deployment,) = yaml.safe_load_all(WORLD)
    if "replicas" in change:
        deployment["spec"]["replicas"] = change["replicas"]
    else:
        deployment["spec"]["template"]["spec"]["containers"][0].update(change)
    bundle = bundle_of([_hpa(CPU), deployment])
    outlook = Oracle(bundle)(OutlookOf(bundle.all("HorizontalPodAutoscaler")[0])).answer
    assert outlook.works == (not fault)
    assert fault in " ".join(outlook.faults)


def test_the_command_answers_with_and_without_figures(tmp_path: Any) -> None:
    file = tmp_path / "all.yaml"
    file.write_text(yaml.safe_dump_all([_hpa(CPU), *yaml.safe_load_all(WORLD)]))
    plain = CliRunner().invoke(command, ["hpa", str(file)])
    assert plain.exit_code == 0
    assert "more replicas above 55, fewer below 45" in plain.output
    once = CliRunner().invoke(command, ["hpa", str(file), "--usage", "cpu=90", "--current", "4"])
    assert "4 -> 8 replicas" in once.output
    load = CliRunner().invoke(command, ["hpa", str(file), "--load", "cpu=1,4@5m"])
    assert "ends with 8 replicas" in load.output
    assert CliRunner().invoke(command, ["hpa", str(file), "--usage", "cpu=x"]).exit_code == 2


ROOM = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: x:1, resources: {requests: {cpu: 1}}}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 2
  maxReplicas: 8
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]
"""
TIGHT = "\n---\n{apiVersion: v1, kind: ResourceQuota, metadata: {name: q}, spec: {hard: {requests.cpu: '3'}}}"
SMALL = """
---
apiVersion: v1
kind: Node
metadata: {name: small}
status: {allocatable: {cpu: "5", memory: 8Gi, pods: "20"}}
"""


@pytest.mark.parametrize(
    ("beside", "running", "why"),
    [("", 8, ""), (TIGHT, 3, "ResourceQuota 'q'"), (SMALL, 5, "the nodes have room for 5"), (TIGHT + SMALL, 3, "'q'")],
)
def test_what_quotas_and_nodes_hold_back_is_said(beside: str, running: int, why: str) -> None:
    bundle = bundle_from_text(ROOM + beside)
    hpa = bundle.all("HorizontalPodAutoscaler")[0]
    series = (Series("cpu", (Step(0, 4.0),), total=True),)
    prediction = Oracle(bundle)(AutoscalingOf(hpa, series, Conditions(2, 300)))
    last = prediction.answer[-1]
    assert (last.sync.replicas, last.running) == (8, running)
    assert why in last.short
    assert bool(last.short) == bool(why)
    assert any("finds room on a node" in one.text for one in prediction.assumptions) == (SMALL not in beside)
    limits = Oracle(bundle)(OutlookOf(hpa, in_room=True)).answer.limits
    assert any(f"beyond {running} of 8" in limit for limit in limits) == bool(why)


def test_pods_that_are_not_there_bear_no_load() -> None:
    held, free = (
        Oracle(bundle)(
            AutoscalingOf(bundle.all("HorizontalPodAutoscaler")[0], (Series("cpu", (Step(0, 0.6),)),), Conditions(4, 0))
        ).answer[0]
        for bundle in (bundle_from_text(ROOM + TIGHT.replace("'3'", "'2'")), bundle_from_text(ROOM))
    )
    assert (free.ready, held.ready) == (4, 2)
