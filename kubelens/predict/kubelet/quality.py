"""The quality-of-service class of a Pod."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.pod import PodSpec, read_resource_list
from kubelens.kube.quantity import Quantity
from kubelens.kube.resource import Resource
from kubelens.kube.workload import read_workload
from kubelens.predict.api import Ask, Assumption, Prediction

_COUNTED: Final = ("cpu", "memory")
Amounts = tuple[Mapping[str, Quantity], Mapping[str, Quantity]]
"""(requests, limits), with what a limit without a request asks for."""


class Quality(StrEnum):
    """Which Pods a node under pressure ends first: BestEffort, then Burstable, Guaranteed last."""

    GUARANTEED = "Guaranteed"
    BURSTABLE = "Burstable"
    BEST_EFFORT = "BestEffort"


class QualityOf(Struct, frozen=True):
    """The class of the Pods of a workload; None for objects that make none."""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[Quality | None]:
        """After core/v1 helper/qos ComputePodQOS; a LimitRange of the namespace may fill in what counts."""
        workload = read_workload(self.resource)
        if workload is None:
            return Prediction(None)
        ranges = ask.bundle.all("LimitRange", self.resource.namespace)
        filled = tuple(Assumption(f"LimitRange {r.name} fills in nothing") for r in ranges)
        return Prediction(quality_of(workload.pod), (), filled)


def quality_of(pod: PodSpec) -> Quality:
    """The class of a Pod by its own resources where it has some, else by those of its containers."""
    own = fields.mapping(pod.value, "resources")
    if own:
        limits = read_resource_list(own.get("limits"))
        amounts: list[Amounts] = [({**limits, **read_resource_list(own.get("requests"))}, limits)]
    else:
        amounts = [({**c.limits, **c.requests}, c.limits) for c in pod.containers if c.role != "ephemeral"]
    if not any(_counted(requests) or _counted(limits) for requests, limits in amounts):
        return Quality.BEST_EFFORT
    guaranteed = all(
        len(_counted(limits)) == len(_COUNTED) and _counted(requests) == _counted(limits)
        for requests, limits in amounts
    )
    return Quality.GUARANTEED if guaranteed else Quality.BURSTABLE


def _counted(amounts: Mapping[str, Quantity]) -> dict[str, int]:
    return {name: q.nanos for name, q in amounts.items() if name in _COUNTED and q.nanos > 0}
