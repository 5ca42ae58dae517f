"""``RefusedAlone``: whether an object is refused for what it is, whatever else there is."""

from __future__ import annotations

from msgspec import Struct

from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.apiserver.query import AdmissionOf
from kubelens.predict.apiserver.standing import exists_already, standing_causes


class RefusedAlone(Struct, frozen=True):
    """Does the API server's own validation refuse an object, before any plugin is asked?"""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[bool]:
        """False for a copy of what a cluster holds, and where nothing is known of the kind."""
        if exists_already(self.resource.value):
            return Prediction(False)
        judged = ask(AdmissionOf(self.resource, None, ask.bundle.release)).answer
        return Prediction(judged is not None and any(standing_causes(self.resource, judged.causes, ask.bundle)))
