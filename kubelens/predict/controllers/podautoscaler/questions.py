"""Which autoscaler scales a workload, and between which numbers."""

from __future__ import annotations

from msgspec import Struct

from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.controllers.fields import count, part


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
