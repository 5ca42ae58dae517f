"""The question ``MissingSubsetsOf``: which subsets that a VirtualService sends requests to does nobody name?

Follows Istio's ``analyzers/virtualservice/destinationrules`` and how it reads short names (``ConvertHostToFQDN``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.references.graph import values_at
from kubelens.syntax.place import Step

_GROUP: Final = "networking.istio.io"
_DESTINATIONS: Final = (
    "spec.http[].route[].destination",
    "spec.http[].mirror",
    "spec.http[].mirrors[].destination",
    "spec.tls[].route[].destination",
    "spec.tcp[].route[].destination",
)


class MissingSubset(Struct, frozen=True, eq=False):
    """``path``: where the subset is named; ``known``: the subsets that ``rules``, the DestinationRules of the host, have."""

    host: str
    subset: str
    path: tuple[Step, ...]
    known: tuple[str, ...]
    rules: tuple[Resource, ...]


class MissingSubsetsOf(Struct, frozen=True):
    """The destinations of a VirtualService whose host has DestinationRules, none of which has the subset."""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[tuple[MissingSubset, ...]]:
        """Nothing is said of hosts without a DestinationRule of their own that names subsets: it may be elsewhere."""
        resource = self.resource
        if resource.partial or resource.gvk.group != _GROUP:
            return Prediction(())
        return Prediction(tuple(self._missing(ask)))

    def _missing(self, ask: Ask) -> Iterator[MissingSubset]:
        for dotted in _DESTINATIONS:
            for value, path in values_at(self.resource.value, dotted, ()):
                host, subset = _named(value)
                if not host or not subset or "{{" in subset or "$" in subset:
                    continue
                wanted = _whole(host, self.resource.namespace)
                rules = [one for one in ask.bundle.all("DestinationRule", group=_GROUP) if _governs(one, wanted)]
                if not rules or any(one.partial for one in rules):
                    continue
                known = [fields.text(item, "name") for one in rules for _, item in fields.items(one.spec, "subsets")]
                if known and subset not in known:
                    yield MissingSubset(host, subset, (*path, "subset"), tuple(dict.fromkeys(known)), tuple(rules))


def _named(value: Any) -> tuple[str, str]:
    return (fields.text(value, "host"), fields.text(value, "subset")) if isinstance(value, dict) else ("", "")


def _governs(rule: Resource, wanted: str) -> bool:
    """Whether a DestinationRule is about a host alone; one with a wildcard gives many hosts a policy, and seldom subsets."""
    return _whole(fields.text(rule.spec, "host"), rule.namespace) == wanted


def _whole(host: str, namespace: str) -> str:
    """A host as a whole name: a short one is a Service of the object's own namespace."""
    return host if "." in host else f"{host}.{namespace}.svc.cluster.local"
