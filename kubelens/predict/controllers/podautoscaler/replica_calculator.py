"""How many replicas one metric asks for (``replica_calculator.go``); amounts are whole numbers of milli, as there.

Divisions are those of Go: of whole numbers cut off, of floats not rounded before they are rounded up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from math import ceil

from msgspec import Struct


class PodState(StrEnum):
    """What of a Pod decides whether its metric counts."""

    READY = "ready"
    UNREADY = "unready"
    """Not ready, and it never was (or it has only just started)."""
    LOST = "lost"
    """Not ready, but it was."""
    PENDING = "pending"
    FAILED = "failed"
    DELETED = "deleted"


class PodMetric(Struct, frozen=True):
    """A Pod, what it uses (None: the metrics API has nothing of it) and what it requests (None: something does not)."""

    state: PodState
    usage: int | None
    request: int | None = None


class Tolerances(Struct, frozen=True):
    """How far a ratio may be off without a change."""

    up: float
    down: float

    def hold(self, ratio: float) -> bool:
        """(``isWithin``)."""
        return (1.0 - self.down) <= ratio <= (1.0 + self.up)


class UnreadableMetricError(Exception):
    """A metric the controller cannot work with; the text is why, in its own words."""


class _Groups(Struct):
    counted: list[PodMetric]
    unready: list[PodMetric]
    missing: list[PodMetric]


def _groups(pods: Sequence[PodMetric], *, cpu: bool) -> _Groups:
    """(``groupPods``)."""
    groups = _Groups([], [], [])
    for pod in pods:
        if pod.state in (PodState.DELETED, PodState.FAILED):
            continue
        if pod.state is PodState.PENDING:
            groups.unready.append(pod)
        elif pod.usage is None:
            groups.missing.append(pod)
        elif cpu and pod.state is PodState.UNREADY:
            groups.unready.append(pod)
        else:
            groups.counted.append(pod)
    return groups


def for_utilization(current: int, pods: Sequence[PodMetric], percent: int, tolerances: Tolerances, *, cpu: bool) -> int:
    """(``GetResourceReplicas``).

    Raises:
        UnreadableMetricError: no Pod has a reading, or a container has no request.
    """
    if not pods:
        raise UnreadableMetricError("no pods returned by selector while calculating replica count")
    groups = _groups(pods, cpu=cpu)
    if not groups.counted:
        raise UnreadableMetricError("did not receive metrics for targeted pods (pods might be unready)")
    if any(p.request is None for p in pods):
        raise UnreadableMetricError("missing request in a container of a Pod")

    def ratio(used: Sequence[tuple[int, int]]) -> float:
        requested = sum(request for _, request in used)
        if requested == 0:
            raise UnreadableMetricError("no metrics returned matched known pods")
        return ((sum(usage for usage, _ in used) * 100) // requested) / percent

    def of(found: Sequence[PodMetric], share: int | None) -> list[tuple[int, int]]:
        requests = [p.request or 0 for p in found]
        if share is None:
            return [(p.usage or 0, r) for p, r in zip(found, requests, strict=True)]
        return [(r * share // 100, r) for r in requests]

    used = of(groups.counted, None)
    first = ratio(used)
    with_unready = bool(groups.unready) and first > 1.0
    if not with_unready and not groups.missing:
        return current if tolerances.hold(first) else ceil(first * len(groups.counted))
    if groups.missing and first < 1.0:
        used += of(groups.missing, max(100, percent))
    elif groups.missing and first > 1.0:
        used += of(groups.missing, 0)
    if with_unready:
        used += of(groups.unready, 0)
    return _again(current, first, ratio(used), len(used), tolerances)


def for_average(current: int, pods: Sequence[PodMetric], target: int, tolerances: Tolerances, *, cpu: bool) -> int:
    """(``calcPlainMetricReplicas``): an amount for each Pod.

    Raises:
        UnreadableMetricError: no Pod has a reading.
    """
    if not pods:
        raise UnreadableMetricError("no pods returned by selector while calculating replica count")
    groups = _groups(pods, cpu=cpu)
    if not groups.counted:
        raise UnreadableMetricError("did not receive metrics for targeted pods (pods might be unready)")
    used = [p.usage or 0 for p in groups.counted]

    def ratio() -> float:
        return (sum(used) // len(used)) / target

    first = ratio()
    with_unready = bool(groups.unready) and first > 1.0
    if not with_unready and not groups.missing:
        return current if tolerances.hold(first) else ceil(first * len(groups.counted))
    used += [target if first < 1.0 else 0] * len(groups.missing)
    if with_unready:
        used += [0] * len(groups.unready)
    return _again(current, first, ratio(), len(used), tolerances)


def _again(current: int, first: float, second: float, pods: int, tolerances: Tolerances) -> int:
    """With Pods counted in that have no reading: no change where it would turn the direction around."""
    if tolerances.hold(second) or (first < 1.0 < second) or (second < 1.0 < first):
        return current
    wanted = ceil(second * pods)
    if (second < 1.0 and wanted > current) or (second > 1.0 and wanted < current):
        return current
    return wanted


def for_value(current: int, usage: int, target: int, pods: Sequence[PodState], tolerances: Tolerances) -> int:
    """(``getUsageRatioReplicaCount``): one value for all, shared out over the ready Pods.

    Raises:
        UnreadableMetricError: the selector finds no Pod.
    """
    ratio = usage / target
    if current == 0:
        return ceil(ratio)
    if tolerances.hold(ratio):
        return current
    if not pods:
        raise UnreadableMetricError("no pods returned by selector while calculating replica count")
    return ceil(ratio * sum(1 for state in pods if state is PodState.READY))


def for_value_per_pod(replicas: int, usage: int, target: int, tolerances: Tolerances) -> int:
    """(``GetObjectPerPodMetricReplicas``, ``GetExternalPerPodMetricReplicas``): one value, so much of it for each Pod."""
    if replicas and tolerances.hold(usage / (target * replicas)):
        return replicas
    return ceil(usage / target)


def request_of(requests: Mapping[str, Mapping[str, int]], resource: str, container: str = "") -> int | None:
    """What a Pod requests in milli (``calculatePodRequests``): of one container, or of all; None where one has none.

    ``requests``: by container, then by resource; a container named ``""`` stands for the Pod's own.
    """
    whole = requests.get("", {})
    if not container and resource in whole:
        return whole[resource]
    own = [amounts.get(resource) for name, amounts in requests.items() if name and container in ("", name)]
    if not own:
        return None
    return sum(a for a in own if a is not None) if all(a is not None for a in own) else None
