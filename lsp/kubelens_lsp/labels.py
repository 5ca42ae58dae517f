"""Pods' labels, and the selectors that ask for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.kube.workload import read_workload
from kubelens.predict.references.graph import values_at
from kubelens.predict.references.table import SELECTORS
from kubelens.syntax.place import Step
from kubelens_lsp.occurrence import Occurrence, Symbol

Path = tuple[Step, ...]
_INSIDE = (
    "affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[].labelSelector",
    "affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution[].podAffinityTerm.labelSelector",
    "affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[].labelSelector",
    "affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[].podAffinityTerm.labelSelector",
    "topologySpreadConstraints[].labelSelector",
)
"""Selectors of Pods inside a Pod's spec."""
_PEERS = ("spec.ingress[].from[]", "spec.egress[].to[]")
"""Peers of a NetworkPolicy; those with a namespaceSelector mean Pods of other namespaces."""


def label_occurrences(resource: Resource) -> Iterator[Occurrence]:
    """The labels an object gives its Pods (definitions), and those its selectors ask Pods of its namespace for."""
    workload = read_workload(resource)
    if workload is not None:
        at = (*workload.pod.metadata_path, "labels")
        for key, value in workload.pod.labels.items():
            yield _occurrence(resource, key, value, (*at, key), defines=True)
        for dotted in _INSIDE:
            for selector, path in values_at(workload.pod.value, dotted, workload.pod.path):
                yield from _selector(resource, selector, path, plain=False)
    for dotted, kind, plain, namespaces in SELECTORS.get((resource.gvk.group, resource.kind), ()):
        for selector, path in values_at(resource.value, dotted, ()):
            if kind == "Pod" and not (namespaces and any(True for _ in values_at(resource.value, namespaces, ()))):
                yield from _selector(resource, selector, path, plain=plain)
    if resource.kind == "NetworkPolicy":
        for dotted in _PEERS:
            for peer, path in values_at(resource.value, dotted, ()):
                if isinstance(peer, Mapping) and "namespaceSelector" not in peer:
                    yield from _selector(resource, peer.get("podSelector"), (*path, "podSelector"), plain=False)


def _selector(resource: Resource, selector: Any, path: Path, *, plain: bool) -> Iterator[Occurrence]:
    if not isinstance(selector, Mapping):
        return
    wanted = selector if plain else fields.mapping(selector, "matchLabels")
    below = path if plain else (*path, "matchLabels")
    for key, value in wanted.items():
        if isinstance(value, str):
            yield _occurrence(resource, key, value, (*below, key))
    for index, expression in fields.items(selector, "matchExpressions") if not plain else ():
        for number, value in enumerate(fields.texts(expression, "values")):
            place = (*path, "matchExpressions", index, "values", number)
            yield _occurrence(resource, fields.text(expression, "key"), value, place)


def _occurrence(resource: Resource, key: str, value: str, path: Path, *, defines: bool = False) -> Occurrence:
    symbol = Symbol(f"label {key}", resource.namespace, value)
    return Occurrence(symbol, resource.place.at(*path), defines)
