"""Whether an autoscaler can work at all, and between which readings it leaves the replicas alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Assumption, Prediction, Reason
from kubelens.predict.chain.stored import Stored
from kubelens.predict.controllers.podautoscaler.replica_calculator import request_of
from kubelens.predict.controllers.podautoscaler.room import RoomToScale, RoomToScaleOf
from kubelens.predict.controllers.podautoscaler.spec import Autoscaler, Metric, Source, TargetType, read_autoscaler
from kubelens.predict.controllers.podautoscaler.target import Target, TargetOf, has_scale, same_target, unmapped_target
from kubelens.predict.scheduler.remedy import shown_amount

_IN_BYTES = ("memory", "ephemeral-storage")
_OF_PODS: Final = {
    Source.RESOURCE: "FailedGetResourceMetric",
    Source.CONTAINER_RESOURCE: "FailedGetContainerResourceMetric",
    Source.PODS: "FailedGetPodsMetric",
}
"""Metrics that are read of Pods, with what the autoscaler says where there is none (``computeReplicasForMetric``)."""


class MetricOutlook(Struct, frozen=True):
    """A metric: its target in words, above and below which reading it scales, and why it cannot be read (empty: it can).

    ``up_from`` and ``down_from`` are percent, or amounts in the metric's unit.
    """

    title: str
    target: str
    up_from: float
    down_from: float
    unreadable: str = ""
    in_bytes: bool = False


class Outlook(Struct, frozen=True):
    """``works``: whether it ever scales by its metrics, as far as the manifests say; ``faults`` are why not.

    ``stops``: those faults for which no sync gets as far as the metrics.
    """

    works: bool
    target: str
    least: int
    most: int
    metrics: tuple[MetricOutlook, ...]
    faults: tuple[str, ...]
    limits: tuple[str, ...]
    stops: tuple[str, ...] = ()


class OutlookOf(Struct, frozen=True):
    """Does an autoscaler work at all? ``in_room``: and how far do quotas and the nodes of the bundle let it go?"""

    hpa: Resource
    in_room: bool = False

    def answer(self, ask: Ask) -> Prediction[Outlook]:
        """From its target, its metrics and the requests they are held against."""
        autoscaler = read_autoscaler(self.hpa)
        targeted = ask(TargetOf(self.hpa))
        target = targeted.answer
        metrics = tuple(_outlook(autoscaler, m, target) for m in autoscaler.metrics)
        stops = tuple(dict.fromkeys(_stops(ask, self.hpa, target)))
        stopping = stops or tuple(_faults(ask, self.hpa, autoscaler, target))
        faults = list(stopping)
        faults += [f"{m.title}: {m.unreadable}" for m in metrics if m.unreadable]
        unreadable = [m for m in metrics if m.unreadable]
        if unreadable and len(unreadable) < len(metrics):
            faults.append("with one metric unreadable it never scales down, and up only by the others")
        works = not stopping and (not metrics or len(unreadable) < len(metrics))
        name = f"{target.kind} {target.name}"
        room = ask(RoomToScaleOf(self.hpa)) if self.in_room else Prediction(RoomToScale())
        limits = (*_limits(autoscaler), *_rooms(room.answer, autoscaler.most))
        outlook = Outlook(works, name, autoscaler.least, autoscaler.most, metrics, tuple(faults), limits, stops)
        place = self.hpa.place.at("spec")
        taken = (Assumption(text) for text in _assumptions(autoscaler, target))
        assumptions = dict.fromkeys((*taken, *targeted.assumptions, *room.assumptions))
        return Prediction(outlook, tuple(Reason(f, place) for f in faults), tuple(assumptions))


def _stops(ask: Ask, hpa: Resource, target: Target) -> Iterator[str]:
    """Why there is no sync that looks at a metric: no autoscaler, no Pods, or nothing that scales."""
    denial = ask(Stored(hpa)).answer.denial
    if denial is not None:
        yield f"the API server refuses it: {denial.sentence}"
        return
    if unmapped := unmapped_target(hpa):
        yield f"{unmapped}: FailedGetScale"
    if target.refusal:
        yield target.refusal
    if not has_scale(target.kind):
        yield f"{target.kind} {target.name} has no subresource scale: FailedGetScale"


def _faults(ask: Ask, hpa: Resource, autoscaler: Autoscaler, target: Target) -> Iterator[str]:
    """What stops it whatever its metrics say."""
    if autoscaler.most == autoscaler.least:
        yield f"minReplicas and maxReplicas are both {autoscaler.most}: it keeps that number"
    if target.workload is not None and target.workload.replicas == 0 and autoscaler.least:
        yield f"{target.kind} {target.name} has 0 replicas: autoscaling is off until somebody scales it up"
    for other in same_target(ask, hpa):
        yield f"HorizontalPodAutoscaler {other} has the same target: neither scales (AmbiguousSelector)"


def _outlook(autoscaler: Autoscaler, metric: Metric, target: Target) -> MetricOutlook:
    unit = 1.0 if metric.target_type is TargetType.UTILIZATION else 1000.0
    amount = metric.target / unit
    in_bytes = metric.name in _IN_BYTES and metric.target_type is not TargetType.UTILIZATION
    shown = shown_amount(metric.name, round(amount)) if in_bytes else f"{amount:g}"
    words = {
        TargetType.UTILIZATION: f"{shown} % of the request",
        TargetType.VALUE: f"{shown} in all",
        TargetType.AVERAGE_VALUE: f"{shown} for each Pod",
    }[metric.target_type]
    return MetricOutlook(
        metric.title,
        words,
        round(amount * (1 + autoscaler.up.tolerance), 9),
        round(amount * (1 - autoscaler.down.tolerance), 9),
        _unreadable(metric, target),
        in_bytes,
    )


def _unreadable(metric: Metric, target: Target) -> str:
    if metric.target <= 0:
        return "its target is no amount above 0"
    workload = target.workload
    if target.idle and metric.source in _OF_PODS:
        return f"{target.idle}: none runs, and there is no reading ({_OF_PODS[metric.source]})"
    if workload is None or metric.source not in (Source.RESOURCE, Source.CONTAINER_RESOURCE):
        return ""
    names = [c.name for c in workload.pod.running_containers()]
    if metric.container and metric.container not in names:
        return f"{target.kind} {target.name} has no container {metric.container}, but {', '.join(names)}"
    if metric.target_type is not TargetType.UTILIZATION:
        return ""
    if request_of(target.requests, metric.name, metric.container) is not None:
        return ""
    lacking = [n for n in names if metric.container in ("", n) and metric.name not in target.requests.get(n, {})]
    return f"missing request for {metric.name} in container {', '.join(lacking)}: FailedGetResourceMetric"


def _limits(autoscaler: Autoscaler) -> Iterator[str]:
    """What holds it back over time, in words."""
    for name, rules in (("up", autoscaler.up), ("down", autoscaler.down)):
        if not autoscaler.has_behavior:
            yield (
                "up: in one sync (15 s) to twice the replicas, or to 4"
                if name == "up"
                else f"down: to the highest number asked for in the last {rules.window} s"
            )
            continue
        if rules.select == "Disabled":
            yield f"{name}: never (selectPolicy Disabled)"
            continue
        policies = [f"{p.value}{' %' if p.percent else ' Pods'} in {p.period} s" for p in rules.policies]
        which = " and ".join(policies) if len(policies) == 1 else f"the {_word(rules.select)} of {', '.join(policies)}"
        window = f", by the {'lowest' if name == 'up' else 'highest'} number of the last {rules.window} s"
        yield f"{name}: {which}{window if rules.window else ''}"


def _rooms(room: RoomToScale, most: int) -> Iterator[str]:
    """What keeps Pods from coming or starting before it is at its most, in words."""
    if room.created is not None:
        yield f"room: beyond {room.created} of {most} replicas no Pod is created: {room.why_created}"
    if room.started is not None:
        yield f"room: beyond {room.started} of {most} replicas no Pod starts: {room.why_started}"


def _word(select: str) -> str:
    return "least" if select == "Min" else "most"


def _assumptions(autoscaler: Autoscaler, target: Target) -> Iterator[str]:
    if target.workload is None:
        yield f"{target.kind} {target.name}, which is not among the files, is there and its containers have requests"
    yield from served_by(autoscaler.metrics)
    if autoscaler.least == 0:
        yield "feature gate HPAScaleToZero is on (off by default before Kubernetes 1.37, where minReplicas 0 is refused)"


def served_by(metrics: Sequence[Metric]) -> Iterator[str]:
    """Who has to serve readings of metrics, which manifests do not show to be there."""
    sources = {m.source for m in metrics}
    if sources & {Source.RESOURCE, Source.CONTAINER_RESOURCE}:
        yield "metrics-server (or another metrics.k8s.io) answers"
    if sources & {Source.PODS, Source.OBJECT}:
        yield "an adapter serves custom.metrics.k8s.io with these metrics"
    if Source.EXTERNAL in sources:
        yield "an adapter serves external.metrics.k8s.io with these metrics"
