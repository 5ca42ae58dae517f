"""ClusterRoles that take over the rules of others (``pkg/controller/clusterroleaggregation``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.kube.selector import label_selector
from kubelens.predict.api import Ask, Prediction, Reason

_LABEL: Final = "rbac.authorization.k8s.io/aggregate-to-"
_OF_EVERY_CLUSTER: Final[Mapping[str, Mapping[str, str]]] = {
    "view": {f"{_LABEL}edit": "true"},
    "edit": {f"{_LABEL}admin": "true"},
    "admin": {},
}
"""The aggregated roles of every cluster that people are given, each with its labels; each takes what is labelled as its own
(``plugin/pkg/auth/authorizer/rbac/bootstrappolicy``, ``ClusterRoles``)."""


class AggregatedBy(Struct, frozen=True):
    """Which ClusterRoles take over what a ClusterRole allows, by their own rules or by those of others that do?"""

    role: Resource

    def answer(self, ask: Ask) -> Prediction[tuple[str, ...]]:
        """Their names, those of the manifests and those of every cluster, nearest first."""
        written = {one.name: one for one in ask.bundle.all("ClusterRole") if not one.partial}
        found: dict[str, Reason] = {}
        waiting: list[tuple[str, Mapping[str, str]]] = [(self.role.name, self.role.labels)]
        while waiting:
            name, labels = waiting.pop(0)
            for other in _takers(labels, written):
                if other not in found and other != self.role.name:
                    place = written[other].place if other in written else None
                    found[other] = Reason(f"ClusterRole {other!r} takes over the rules of {name!r}", place)
                    waiting.append((other, written[other].labels if other in written else _OF_EVERY_CLUSTER[other]))
        return Prediction(tuple(found), tuple(found.values()))


def _takers(labels: Mapping[str, str], written: Mapping[str, Resource]) -> Iterator[str]:
    for name, role in written.items():
        selectors = fields.items(fields.mapping(role.value, "aggregationRule"), "clusterRoleSelectors")
        if any(label_selector(selector).matches(labels) for _, selector in selectors):
            yield name
    for name in _OF_EVERY_CLUSTER:
        if name not in written and labels.get(f"{_LABEL}{name}") == "true":
            yield name
