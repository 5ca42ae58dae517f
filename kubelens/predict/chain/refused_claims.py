"""``RefusedClaims``: the requests for devices among the manifests that the API server does not store."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from kubelens.predict.api import Ask, Prediction
from kubelens.predict.chain.stored import Stored

_KINDS = ("ResourceClaim", "ResourceClaimTemplate")


class RefusedClaims(Struct, frozen=True):
    """Which ResourceClaims and ResourceClaimTemplates are refused, so that Pods wait for them?"""

    def answer(self, ask: Ask) -> Prediction[Mapping[tuple[str, str, str], str]]:
        """(kind, namespace, name) -> the server's sentence."""
        found: dict[tuple[str, str, str], str] = {}
        for kind in _KINDS:
            for resource in ask.bundle.all(kind, group="resource.k8s.io"):
                denial = None if resource.partial else ask(Stored(resource)).answer.denial
                if denial is not None:
                    found[kind, resource.namespace or "default", resource.name] = denial.sentence
        return Prediction(found)
