"""One sync of an autoscaler (``horizontal.go``, ``reconcileAutoscaler``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from kubelens.predict.controllers.podautoscaler.replica_calculator import (
    PodMetric,
    PodState,
    Tolerances,
    UnreadableMetricError,
    for_average,
    for_utilization,
    for_value,
    for_value_per_pod,
    request_of,
)
from kubelens.predict.controllers.podautoscaler.scaling_rules import Event, History, normalize
from kubelens.predict.controllers.podautoscaler.spec import Autoscaler, Metric, Source, TargetType


class Reading(Struct, frozen=True):
    """What the metrics APIs say of one metric, in milli of its unit; nothing at all: they have no such metric.

    ``by_pod``: for metrics of Pods, in the order of the Pods, None for a Pod without; ``value``: for one of another
    object or of outside the cluster.
    """

    by_pod: tuple[int | None, ...] | None = None
    value: int | None = None


class Cluster(Struct, frozen=True):
    """What a sync sees: Pods of the target, their requests in milli by container, and a reading for each metric."""

    pods: tuple[PodState, ...]
    readings: tuple[Reading, ...]
    requests: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


class Proposal(Struct, frozen=True):
    """What one metric asks for; ``error`` is why it asks for nothing."""

    metric: Metric
    replicas: int
    error: str = ""


class Sync(Struct, frozen=True):
    """What a sync does: ``replicas`` from now on, ``asked`` by the metrics (None: they were not looked at), ``why``.

    ``why`` is what bounded it, or why it does not scale; empty where nothing did.
    """

    replicas: int
    asked: int | None
    why: str = ""
    proposals: tuple[Proposal, ...] = ()


def sync(autoscaler: Autoscaler, current: int, cluster: Cluster, history: History, now: float = 0.0) -> Sync:
    """One sync with ``current`` replicas; ``history`` is changed."""
    result = _sync(autoscaler, current, cluster, history, now)
    if result.replicas != current and autoscaler.has_behavior:
        history.scaled(now, result.replicas - current)
    return result


def _sync(autoscaler: Autoscaler, current: int, cluster: Cluster, history: History, now: float) -> Sync:
    if not history.recommendations:
        history.recommendations.append(Event(now, current))
    if current == 0 and autoscaler.least:
        return Sync(0, None, "0 replicas turn autoscaling off")
    if current > autoscaler.most:
        return Sync(autoscaler.most, None, "maxReplicas")
    if current < autoscaler.least:
        return Sync(autoscaler.least, None, "minReplicas")
    proposals = tuple(
        propose(autoscaler, metric, current, cluster, reading)
        for metric, reading in zip(autoscaler.metrics, cluster.readings, strict=True)
    )
    readable = [p.replicas for p in proposals if not p.error]
    wanted = max(readable, default=0)
    unreadable = [p for p in proposals if p.error]
    if not readable or (unreadable and wanted < current):
        why = f"{unreadable[0].metric.title}: {unreadable[0].error}" if unreadable else "no metrics"
        blocked = "" if not readable else "scaling down waits for every metric; "
        return Sync(current, None, f"{blocked}{why}", proposals)
    limited = normalize(autoscaler, history, now, current, wanted)
    return Sync(limited.replicas, wanted, limited.why, proposals)


def propose(autoscaler: Autoscaler, metric: Metric, current: int, cluster: Cluster, reading: Reading) -> Proposal:
    """What one metric asks for (``computeReplicasForMetric``)."""
    tolerances = Tolerances(autoscaler.up.tolerance, autoscaler.down.tolerance)
    try:
        return Proposal(metric, _replicas(metric, current, cluster, reading, tolerances))
    except UnreadableMetricError as error:
        return Proposal(metric, current, str(error))


def _replicas(metric: Metric, current: int, cluster: Cluster, reading: Reading, tolerances: Tolerances) -> int:
    if metric.source in (Source.OBJECT, Source.EXTERNAL):
        if reading.value is None:
            raise UnreadableMetricError("it cannot be read")
        if metric.target <= 0:
            raise UnreadableMetricError("its target is no amount above 0")
        if metric.target_type is TargetType.AVERAGE_VALUE:
            return for_value_per_pod(current, reading.value, metric.target, tolerances)
        return for_value(current, reading.value, metric.target, cluster.pods, tolerances)
    if reading.by_pod is None:
        raise UnreadableMetricError("it cannot be read")
    if metric.target <= 0:
        raise UnreadableMetricError("its target is no amount above 0")
    cpu = metric.name == "cpu" and metric.source is not Source.PODS
    usages: Sequence[int | None] = reading.by_pod
    request = request_of(cluster.requests, metric.name, metric.container)
    pods = [PodMetric(state, usage, request) for state, usage in zip(cluster.pods, usages, strict=True)]
    if metric.target_type is TargetType.UTILIZATION:
        return for_utilization(current, pods, metric.target, tolerances, cpu=cpu)
    return for_average(current, pods, metric.target, tolerances, cpu=cpu)
