"""Which autoscaler scales a workload, and between which numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.controllers.fields import count

SCALERS: Final = ("HorizontalPodAutoscaler", "ScaledObject")
KEDA_MOST: Final = 100
"""How far KEDA scales where a ScaledObject says nothing (``defaultHPAMaxReplicas``)."""


class ReplicasRange(Struct, frozen=True):
    """Between which numbers does an autoscaler keep its target?"""

    scaler: Resource

    def answer(self, ask: Ask) -> Prediction[tuple[int, int]]:
        """(least, most). KEDA goes down to none where nothing is to be done, unless its ScaledObject says otherwise."""
        spec = self.scaler.spec
        if self.scaler.kind == "ScaledObject":
            return Prediction((count(spec, "minReplicaCount", 0), count(spec, "maxReplicaCount", KEDA_MOST)))
        return Prediction((count(spec, "minReplicas", 1), count(spec, "maxReplicas", 1)))


def most_field(scaler: Resource) -> str:
    """The field of an autoscaler that says how far it goes up."""
    return "maxReplicaCount" if scaler.kind == "ScaledObject" else "maxReplicas"


def scale_target(scaler: Resource) -> tuple[str, str]:
    """(kind, name) of what an autoscaler scales; KEDA means a Deployment where nothing is said."""
    target = fields.mapping(scaler.spec, "scaleTargetRef")
    kind = fields.text(target, "kind")
    return kind or ("Deployment" if scaler.kind == "ScaledObject" else ""), fields.text(target, "name")


def scalers(bundle: Bundle, namespace: str) -> list[Resource]:
    """The autoscalers of a namespace: HorizontalPodAutoscalers, and KEDA's ScaledObjects, each of which makes one."""
    return [*bundle.all("HorizontalPodAutoscaler", namespace), *bundle.all("ScaledObject", namespace, group="keda.sh")]


class ScalersOf(Struct, frozen=True):
    """Which autoscalers of a namespace scale what?"""

    namespace: str

    def answer(self, ask: Ask) -> Prediction[Mapping[tuple[str, str], tuple[Resource, ...]]]:
        """(kind, name) of a target -> those that name it, in the order of :func:`scalers`."""
        found: dict[tuple[str, str], tuple[Resource, ...]] = {}
        for one in scalers(ask.bundle, self.namespace):
            target = scale_target(one)
            found[target] = (*found.get(target, ()), one)
        return Prediction(found)


class Scaler(Struct, frozen=True):
    """Which autoscaler scales a workload?"""

    workload: Resource

    def answer(self, ask: Ask) -> Prediction[Resource | None]:
        """The first one that names it as its target; None for none."""
        found = ask(ScalersOf(self.workload.namespace)).answer.get((self.workload.kind, self.workload.name), ())
        return Prediction(next(iter(found), None))
