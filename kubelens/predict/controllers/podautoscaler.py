"""The HorizontalPodAutoscaler: how many replicas it asks for at given readings of its metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any, Final

from msgspec import Struct

from kubelens.kube.quantity import read_quantity
from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Assumption, Prediction, Reason
from kubelens.predict.controllers.fields import count, part, word

TOLERANCE: Final = 0.1
_UP_FACTOR: Final = 2
_UP_LEAST: Final = 4
_UP_POLICIES: Final = ({"type": "Pods", "value": 4}, {"type": "Percent", "value": 100})
_DOWN_POLICIES: Final = ({"type": "Percent", "value": 100},)


class MetricReading(Struct, frozen=True):
    """One metric as measured: ``usage`` is the mean of the Pods measured, in the target's unit.

    ``target``: percent of the request, or an amount for each Pod; ``measured``, ``missing`` and ``unready`` count
    Pods with a reading, without one, and not ready (or too young to be believed).
    """

    usage: float
    target: float
    measured: int
    missing: int = 0
    unready: int = 0
    is_utilization: bool = True


def replicas_for(current: int, reading: MetricReading, up: float = TOLERANCE, down: float = TOLERANCE) -> int:
    """Replicas one metric asks for (podautoscaler, GetResourceReplicas and calcPlainMetricReplicas)."""
    if reading.measured <= 0 or reading.target <= 0:
        return current
    ratio = reading.usage / reading.target
    ignored = reading.unready if ratio > 1 else 0
    if not reading.missing and not ignored:
        return current if _within(ratio, up, down) else ceil(_trim(ratio * reading.measured))
    total = reading.usage * reading.measured
    pods = reading.measured
    if reading.missing:
        pods += reading.missing
        if ratio < 1:
            total += reading.missing * (max(100.0, reading.target) if reading.is_utilization else reading.target)
    pods += ignored
    corrected = total / pods / reading.target
    if _within(corrected, up, down) or (ratio < 1 < corrected) or (corrected < 1 < ratio):
        return current
    wanted = ceil(_trim(corrected * pods))
    if (corrected < 1 and wanted > current) or (corrected > 1 and wanted < current):
        return current
    return wanted


def _within(ratio: float, up: float, down: float) -> bool:
    return 1 - down <= ratio <= 1 + up


def _trim(value: float) -> float:
    """A value without the last digits' noise, so that an exact quotient is not rounded up."""
    return round(value, 9)


def bounded(spec: Mapping[str, Any], current: int, wanted: int) -> tuple[int, str]:
    """(replicas, what bounds them) in one sync with no history (podautoscaler, normalizeDesiredReplicas)."""
    least, most = count(spec, "minReplicas", 1), count(spec, "maxReplicas", 1)
    behavior = spec.get("behavior")
    if wanted > current:
        limit = _up_limit(behavior, current) if isinstance(behavior, dict) else max(_UP_FACTOR * current, _UP_LEAST)
        if wanted > limit:
            wanted, why = limit, "scaling up is limited for each sync"
        else:
            why = ""
    elif wanted < current and isinstance(behavior, dict):
        limit = _down_limit(behavior, current)
        wanted, why = (limit, "scaling down is limited for each sync") if wanted < limit else (wanted, "")
    else:
        why = ""
    if wanted > most:
        return most, "maxReplicas"
    if wanted < least:
        return least, "minReplicas"
    return wanted, why


def _policies(rules: Mapping[str, Any], default: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    written = rules.get("policies")
    found: list[Mapping[str, Any]] = [p for p in written if isinstance(p, dict)] if isinstance(written, list) else []
    return found or list(default)


def _up_limit(behavior: Mapping[str, Any], current: int) -> int:
    rules = part(behavior, "scaleUp")
    select = word(rules, "selectPolicy", "Max")
    if select == "Disabled":
        return current
    limits = [
        current + count(p, "value", 0)
        if p.get("type") == "Pods"
        else ceil(_trim(current * (1 + count(p, "value", 0) / 100)))
        for p in _policies(rules, _UP_POLICIES)
    ]
    return min(limits) if select == "Min" else max(limits)


def _down_limit(behavior: Mapping[str, Any], current: int) -> int:
    rules = part(behavior, "scaleDown")
    select = word(rules, "selectPolicy", "Max")
    if select == "Disabled":
        return current
    limits = [
        max(0, current - count(p, "value", 0))
        if p.get("type") == "Pods"
        else int(_trim(current * (1 - count(p, "value", 0) / 100)))
        for p in _policies(rules, _DOWN_POLICIES)
    ]
    return max(limits) if select == "Min" else min(limits)


def tolerances(spec: Mapping[str, Any]) -> tuple[float, float]:
    """(up, down): ``behavior.*.tolerance``, 0.1 by default."""
    found = []
    for side in ("scaleUp", "scaleDown"):
        quantity = read_quantity(part(spec, "behavior", side).get("tolerance"))
        found.append(TOLERANCE if quantity is None else quantity.nanos / 10**9)
    return found[0], found[1]


class Desired(Struct, frozen=True):
    """What an autoscaler asks for: the replicas, and the bound they met (empty: none)."""

    replicas: int
    asked: int
    bound: str = ""


class DesiredReplicas(Struct, frozen=True):
    """How many replicas does an autoscaler ask for, with ``current`` ones and these readings?"""

    hpa: Resource
    current: int
    readings: tuple[MetricReading, ...]

    def answer(self, ask: Ask) -> Prediction[Desired]:
        """The largest number any metric asks for, within the autoscaler's bounds."""
        spec = self.hpa.spec
        place = self.hpa.place.at("spec")
        if self.current == 0 and count(spec, "minReplicas", 1):
            return Prediction(Desired(0, 0, "scaled to zero"), (Reason("0 replicas turn autoscaling off", place),))
        up, down = tolerances(spec)
        asked = max((replicas_for(self.current, r, up, down) for r in self.readings), default=self.current)
        replicas, bound = bounded(spec, self.current, asked)
        reasons = [
            Reason(f"{r.usage:g} of {r.target:g} asks for {replicas_for(self.current, r, up, down)}", place)
            for r in self.readings
        ]
        assumptions = [Assumption("no other scaling took place in the policies' periods")]
        if replicas < self.current:
            window = part(spec, "behavior", "scaleDown").get("stabilizationWindowSeconds")
            seconds = window if isinstance(window, int) else 300
            assumptions.append(Assumption(f"no higher number was asked for in the last {seconds} s"))
        return Prediction(Desired(replicas, asked, bound), tuple(reasons), tuple(assumptions))


class ReplicasRange(Struct, frozen=True):
    """Between which numbers does an autoscaler keep its target?"""

    hpa: Resource

    def answer(self, ask: Ask) -> Prediction[tuple[int, int]]:
        """(least, most)."""
        return Prediction((count(self.hpa.spec, "minReplicas", 1), count(self.hpa.spec, "maxReplicas", 1)))


class Scaler(Struct, frozen=True):
    """Which HorizontalPodAutoscaler scales a workload?"""

    workload: Resource

    def answer(self, ask: Ask) -> Prediction[Resource | None]:
        """The first one that names it as its target; None for none."""
        for hpa in ask.bundle.all("HorizontalPodAutoscaler", self.workload.namespace):
            target = part(hpa.spec, "scaleTargetRef")
            if target.get("kind") == self.workload.kind and target.get("name") == self.workload.name:
                return Prediction(hpa)
        return Prediction(None)
