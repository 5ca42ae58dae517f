"""Pods' labels, and the selectors that ask for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.kube.selector import label_selector
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
"""Peers of a NetworkPolicy; those with a namespaceSelector mean Pods of the namespaces it chooses."""


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
    for peer, path in _peers(resource):
        if "namespaceSelector" not in peer:
            yield from _selector(resource, peer.get("podSelector"), (*path, "podSelector"), plain=False)


def labels_elsewhere(resource: Resource, bundle: Bundle) -> Iterator[Occurrence]:
    """The labels that a NetworkPolicy asks Pods of the namespaces for that it chooses by their labels."""
    for peer, path in _peers(resource):
        if "namespaceSelector" in peer:
            for namespace in _namespaces(peer, bundle):
                at = (*path, "podSelector")
                yield from _selector(resource, peer.get("podSelector"), at, plain=False, namespace=namespace)


def _peers(resource: Resource) -> Iterator[tuple[Mapping[str, Any], Path]]:
    for dotted in _PEERS if resource.kind == "NetworkPolicy" else ():
        for peer, path in values_at(resource.value, dotted, ()):
            if isinstance(peer, Mapping):
                yield peer, path


def _namespaces(peer: Mapping[str, Any], bundle: Bundle) -> tuple[str, ...]:
    """The namespaces that a peer chooses."""
    selector = label_selector(fields.optional_mapping(peer, "namespaceSelector"))
    return tuple(name for name in bundle.namespaces if selector.matches(bundle.namespace_labels(name)))


def _selector(
    resource: Resource, selector: Any, path: Path, *, plain: bool, namespace: str | None = None
) -> Iterator[Occurrence]:
    if not isinstance(selector, Mapping):
        return
    wanted = selector if plain else fields.mapping(selector, "matchLabels")
    below = path if plain else (*path, "matchLabels")
    for key, value in wanted.items():
        if isinstance(value, str):
            yield _occurrence(resource, key, value, (*below, key), namespace=namespace)
    for index, expression in fields.items(selector, "matchExpressions") if not plain else ():
        for number, value in enumerate(fields.texts(expression, "values")):
            place = (*path, "matchExpressions", index, "values", number)
            yield _occurrence(resource, fields.text(expression, "key"), value, place, namespace=namespace)


def _occurrence(
    resource: Resource, key: str, value: str, path: Path, *, defines: bool = False, namespace: str | None = None
) -> Occurrence:
    symbol = Symbol(f"label {key}", resource.namespace if namespace is None else namespace, value)
    return Occurrence(symbol, resource.place.at(*path), defines)
