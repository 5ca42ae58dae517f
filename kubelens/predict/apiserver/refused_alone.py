"""``RefusedAlone``: whether an object is refused for what it is, whatever else there is."""

from __future__ import annotations

from msgspec import Struct

from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.kube.served import why_not_served
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.apiserver.query import AdmissionOf
from kubelens.predict.apiserver.standing import exists_already, standing_causes


def why_unserved(resource: Resource, bundle: Bundle) -> str:
    """Why the server has no such kind, where the bundle is about one of its release; ``""`` where it has."""
    if not bundle.by_release or resource.definition is not None or resource.partial or resource.standing is not None:
        return ""
    return why_not_served(resource.gvk, bundle.release)


class RefusedAlone(Struct, frozen=True):
    """Does the API server's own validation refuse an object, before any plugin is asked?"""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[bool]:
        """False for a copy of what a cluster holds, and where nothing is known of the kind."""
        if exists_already(self.resource.value):
            return Prediction(False)
        if why_unserved(self.resource, ask.bundle):
            return Prediction(True)
        judged = ask(AdmissionOf(self.resource, None, ask.bundle.release)).answer
        return Prediction(judged is not None and any(standing_causes(self.resource, judged.causes, ask.bundle)))
