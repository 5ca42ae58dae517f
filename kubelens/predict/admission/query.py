"""The question ``AdmissionOf``: would the API server take this object?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from kubelens.kube.bundle import NEWEST
from kubelens.kube.resource import Resource
from kubelens.kube.schema import schemas
from kubelens.predict.admission.causes import Cause
from kubelens.predict.admission.options import Options
from kubelens.predict.admission.verdict import Judgement, Stage, judge, judge_update
from kubelens.predict.api import Ask, Assumption, Prediction


@dataclass(frozen=True, slots=True)
class AdmissionOf:
    """Whether the API server would accept an object; ``old`` is what it replaces, None for a new one.

    The answer is None for kinds that the release does not know.
    """

    resource: Resource
    old: Resource | None = None
    release: str = NEWEST
    node_port_range: tuple[int, int] = (30000, 32767)
    local: ClassVar[bool] = True

    def answer(self, ask: Ask) -> Prediction[Judgement | None]:
        """Judge it by the schema and the validation of the release."""
        gvk = self.resource.gvk
        if schemas(self.release).kind(gvk) is None:
            return Prediction(None, (), (Assumption(f"{gvk} is not built in: nothing is known of it"),))
        options = Options(release=self.release, node_port_range=self.node_port_range)
        if self.old is not None:
            before = judge(self.old.value, gvk, options)
            judged = judge_update(self.resource.value, before.stored or self.old.value, gvk, options)
        else:
            judged = judge(self.resource.value, gvk, options)
        return Prediction(judged, (), tuple(Assumption(text) for text in judged.assumptions))


__all__ = ["AdmissionOf", "Cause", "Judgement", "Stage"]
