"""A HorizontalPodAutoscaler's spec, typed, with the defaults of its API (autoscaling/v1 and v2)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.quantity import read_quantity
from kubelens.kube.resource import Resource

DEFAULT_TOLERANCE: Final = 0.1
DEFAULT_UTILIZATION: Final = 80
DEFAULT_WINDOW: Final = 300
V1_METRICS: Final = "autoscaling.alpha.kubernetes.io/metrics"


class Source(StrEnum):
    """Where a metric comes from."""

    RESOURCE = "Resource"
    CONTAINER_RESOURCE = "ContainerResource"
    PODS = "Pods"
    OBJECT = "Object"
    EXTERNAL = "External"


class TargetType(StrEnum):
    """What a target's number means: percent of the request, for the whole, or for each Pod."""

    UTILIZATION = "Utilization"
    VALUE = "Value"
    AVERAGE_VALUE = "AverageValue"


class Metric(Struct, frozen=True):
    """A metric with its target: percent, or milli of the metric's unit. ``index`` in ``spec.metrics``, -1: by default.

    ``container`` is ``""`` but for ContainerResource.
    """

    source: Source
    name: str
    target_type: TargetType
    target: int
    container: str = ""
    index: int = -1

    @property
    def title(self) -> str:
        """``cpu``, ``cpu of container web``, ``Object hits``."""
        if self.source is Source.CONTAINER_RESOURCE:
            return f"{self.name} of container {self.container}"
        return self.name if self.source is Source.RESOURCE else f"{self.source} metric {self.name}"


class Policy(Struct, frozen=True):
    """A scaling policy: at most ``value`` Pods, or percent, in ``period`` seconds."""

    percent: bool
    value: int
    period: int


class Rules(Struct, frozen=True):
    """Scaling in one direction: ``select`` is ``Max``, ``Min`` or ``Disabled``; ``window`` in seconds."""

    policies: tuple[Policy, ...]
    select: str
    window: int
    tolerance: float = DEFAULT_TOLERANCE


class Autoscaler(Struct, frozen=True):
    """What an autoscaler is told; ``has_behavior``: whether limits come from ``behavior`` or are the older fixed ones."""

    least: int
    most: int
    metrics: tuple[Metric, ...]
    up: Rules
    down: Rules
    has_behavior: bool


_UP_POLICIES: Final = (Policy(False, 4, 15), Policy(True, 100, 15))
_DOWN_POLICIES: Final = (Policy(True, 100, 15),)


def read_autoscaler(resource: Resource) -> Autoscaler:
    """The autoscaler an object is; metrics that cannot be read are left out."""
    spec = resource.spec
    least = fields.integer(spec, "minReplicas")
    behavior = fields.optional_mapping(spec, "behavior")
    parts = behavior or {}
    return Autoscaler(
        1 if least is None else max(0, least),
        max(0, fields.integer(spec, "maxReplicas") or 0),
        tuple(_metrics(resource)),
        _rules(fields.mapping(parts, "scaleUp"), _UP_POLICIES, 0),
        _rules(fields.mapping(parts, "scaleDown"), _DOWN_POLICIES, DEFAULT_WINDOW),
        behavior is not None,
    )


def _rules(value: Mapping[str, Any], policies: tuple[Policy, ...], window: int) -> Rules:
    written = tuple(
        Policy(
            fields.text(p, "type") == "Percent",
            fields.integer(p, "value") or 0,
            fields.integer(p, "periodSeconds") or 0,
        )
        for _, p in fields.items(value, "policies")
    )
    seconds = fields.integer(value, "stabilizationWindowSeconds")
    quantity = read_quantity(value.get("tolerance"))
    return Rules(
        written or policies,
        fields.text(value, "selectPolicy") or "Max",
        window if seconds is None else seconds,
        DEFAULT_TOLERANCE if quantity is None else quantity.nanos / 10**9,
    )


def _metrics(resource: Resource) -> Iterator[Metric]:
    if resource.gvk.version == "v1":
        yield from _first_version(resource)
        return
    listed = fields.items(resource.spec, "metrics")
    for index, one in listed:
        metric = _metric(one, index)
        if metric is not None:
            yield metric
    if not resource.spec.get("metrics"):
        yield Metric(Source.RESOURCE, "cpu", TargetType.UTILIZATION, DEFAULT_UTILIZATION)


def _first_version(resource: Resource) -> Iterator[Metric]:
    """autoscaling/v1: the field for cpu, and an annotation that carries everything else."""
    written = fields.integer(resource.spec, "targetCPUUtilizationPercentage")
    try:
        carried = json.loads(resource.annotations.get(V1_METRICS, "[]"))
    except ValueError:
        carried = []
    found = [m for m in (_metric(_capitalised(c), -1) for c in carried if isinstance(c, dict)) if m is not None]
    yield from found
    if written is not None or not found:
        yield Metric(Source.RESOURCE, "cpu", TargetType.UTILIZATION, written or DEFAULT_UTILIZATION)


def _capitalised(value: Mapping[str, Any]) -> dict[str, Any]:
    """A metric of the annotation (autoscaling/v2beta1's form) in the form of v2."""
    kind = fields.text(value, "type")
    key = kind[:1].lower() + kind[1:]
    source = fields.mapping(value, key)
    target: dict[str, Any] = {}
    for old, new in (
        ("targetAverageUtilization", "averageUtilization"),
        ("targetAverageValue", "averageValue"),
        ("averageValue", "averageValue"),
        ("targetValue", "value"),
    ):
        if old in source:
            target.setdefault(new, source[old])
    return {"type": kind, key: {**source, "target": target, "metric": {"name": source.get("metricName")}}}


def _metric(value: Mapping[str, Any], index: int) -> Metric | None:
    kind = fields.text(value, "type")
    if kind not in set(Source):
        return None
    source = fields.mapping(value, kind[:1].lower() + kind[1:])
    name = fields.text(source, "name") or fields.text(fields.mapping(source, "metric"), "name")
    target = fields.mapping(source, "target")
    percent = fields.integer(target, "averageUtilization")
    if not name:
        return None
    container = fields.text(source, "container")
    if percent is not None:
        return Metric(Source(kind), name, TargetType.UTILIZATION, percent, container, index)
    for field, target_type in (("averageValue", TargetType.AVERAGE_VALUE), ("value", TargetType.VALUE)):
        quantity = read_quantity(target.get(field))
        if quantity is not None:
            milli = -(-quantity.nanos // 10**6)
            return Metric(Source(kind), name, target_type, milli, container, index)
    return None
