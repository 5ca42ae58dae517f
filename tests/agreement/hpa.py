"""Single syncs of the HorizontalPodAutoscaler's controller: the replicas it goes to."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from kubelens.kube.quantity import read_quantity
from kubelens.predict.controllers.podautoscaler.replica_calculator import PodState
from kubelens.predict.controllers.podautoscaler.scaling_rules import History
from kubelens.predict.controllers.podautoscaler.spec import Metric, Source, read_autoscaler
from kubelens.predict.controllers.podautoscaler.sync import Cluster, Reading, sync
from tests.agreement.ingress import bundle_of
from tests.agreement.suite import RECORDINGS, Disagreement, SuiteResult, read_records

DEFAULT: Final = RECORDINGS / "hpa"


def run(cases: Path = DEFAULT) -> SuiteResult:
    """Compare every sync."""
    result = SuiteResult("hpa", headline="syncs")
    for _, record in read_records(cases):
        metadata = {"name": "web", "namespace": "default"}
        version = record.get("apiVersion", "autoscaling/v2")
        value = {"apiVersion": version, "kind": "HorizontalPodAutoscaler", "metadata": metadata, "spec": record["spec"]}
        (resource,) = bundle_of([value]).all("HorizontalPodAutoscaler")
        autoscaler = read_autoscaler(resource)
        found = sync(autoscaler, record["current"], _cluster(record, autoscaler.metrics), History())
        agrees = found.replicas == record["replicas"]
        result.count("figures", "syncs", agrees)
        result.count("by", record["feature"], agrees)
        if not agrees:
            result.disagreements.append(Disagreement(record["id"], record["feature"], record["replicas"], found))
    return result


def _cluster(record: dict[str, Any], metrics: tuple[Metric, ...]) -> Cluster:
    states = [PodState.READY if s == "missing" else PodState(s) for s in record["pods"]]
    requests = {
        container: {name: _milli(amount) for name, amount in amounts.items()}
        for container, amounts in record["requests"].items()
    }
    return Cluster(tuple(states), tuple(_reading(record, metric) for metric in metrics), requests)


def _milli(amount: str) -> int:
    quantity = read_quantity(amount)
    assert quantity is not None, amount
    return -(-quantity.nanos // 10**6)


def _reading(record: dict[str, Any], metric: Metric) -> Reading:
    """The stand-ins for the metrics APIs: the same for every Pod, nothing for one that is to miss."""
    usage = record["usage"]
    if metric.source in (Source.OBJECT, Source.EXTERNAL):
        return Reading(value=usage.get(metric.name))
    each = usage.get(metric.name)
    if metric.name == "cpu" and "main" in usage:
        each = usage["main"] if metric.container == "main" else 7 if metric.container else usage["main"] + 7
    elif metric.container and each is not None:
        parts = {"cpu": (2, 3), "memory": (3, 4)}[metric.name]
        main = each * parts[0] // parts[1]
        each = main if metric.container == "main" else each - main
    if each is None:
        return Reading()
    each = each * 1000 if metric.name == "memory" else each
    return Reading(tuple(None if state in ("missing", "pending") else each for state in record["pods"]))
