"""The references of a bundle, asked from either end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.network import PortByName, read_port_reference
from kubelens.kube.reads import of_referrers
from kubelens.kube.resource import Resource
from kubelens.kube.scope import CLUSTER_SCOPED
from kubelens.kube.selector import Selector, equality_selector, label_selector
from kubelens.kube.workload import read_workload, selected_workloads
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.references.reference import Reference
from kubelens.predict.references.table import CLUSTER, POD, ROWS, SELECTORS, Row
from kubelens.syntax.place import Place, Step

_CLUSTER_KINDS = frozenset(kind for _, kind in CLUSTER_SCOPED)
Path = tuple[Step, ...]


class ReferencesOf(Struct, frozen=True):
    """Every reference an object makes by name."""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[tuple[Reference, ...]]:
        """In the order of the tables; empty names left out."""
        return Prediction(tuple(references_of(self.resource)))


class AllReferences(Struct, frozen=True):
    """Every reference of the bundle by (kind, namespace, name) of its target; ``of``: of objects of those kinds alone."""

    of: frozenset[str] | None = None

    def answer(self, ask: Ask) -> Prediction[Mapping[tuple[str, str, str], tuple[Reference, ...]]]:
        """Partial objects count: what they say is written somewhere."""
        index: dict[tuple[str, str, str], list[Reference]] = {}
        for resource in ask.bundle:
            if self.of is not None and resource.kind not in self.of:
                continue
            for reference in ask(ReferencesOf(resource)).answer:
                index.setdefault((reference.kind, reference.namespace, reference.name), []).append(reference)
        return Prediction({target: tuple(found) for target, found in index.items()})


class ReferrersOf(Struct, frozen=True):
    """Every reference to an object of a kind and name; ``namespace`` is ``""`` for cluster-scoped kinds.

    ``of``: those of objects of some kinds alone.
    """

    kind: str
    namespace: str
    name: str
    of: frozenset[str] | None = None

    def answer(self, ask: Ask) -> Prediction[tuple[Reference, ...]]:
        """In the order of the bundle."""
        with ask.bundle.unread():
            everything = ask(AllReferences(self.of)).answer
        ask.bundle.note(of_referrers(self.kind, self.namespace, self.name))
        return Prediction(everything.get((self.kind, self.namespace, self.name), ()))


class Selection(Struct, frozen=True):
    """What a label selector of an object picks: Pods by the workloads that bring them, or Services."""

    selector: Selector
    kind: str
    matches: tuple[Resource, ...]
    place: Place


class SelectionsOf(Struct, frozen=True):
    """What an object selects by labels."""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[tuple[Selection, ...]]:
        """One answer for each selector that is written."""
        resource = self.resource
        found = []
        for path, kind, plain, namespaces in SELECTORS.get((resource.gvk.group, resource.kind), ()):
            for value, at in values_at(resource.value, path, ()):
                if not isinstance(value, dict) or (plain and not value):
                    continue
                selector = equality_selector(value) if plain else label_selector(value)
                within = _namespaces(resource, namespaces)
                matches: tuple[Resource, ...]
                if kind == "Pod":
                    spaces = ask.bundle.namespaces if within is None else within
                    matches = tuple(w.resource for n in spaces for w in selected_workloads(ask.bundle, selector, n))
                else:
                    matches = tuple(
                        r
                        for r in ask.bundle.all(kind)
                        if (within is None or r.namespace in within) and selector.matches(r.labels)
                    )
                found.append(Selection(selector, kind, matches, resource.place.at(*at)))
        return Prediction(tuple(found))


def references_of(resource: Resource) -> Iterator[Reference]:
    """The references of one object, Pod specs it holds included."""
    for row in ROWS.get((resource.gvk.group, resource.kind), ()):
        if _first_step(row.at or row.name) in resource.value:
            yield from _of_row(resource, row, resource.value, ())
    workload = read_workload(resource)
    if workload is not None:
        templates = {
            fields.text(fields.mapping(t, "metadata"), "name")
            for _, t in (fields.items(resource.spec, "volumeClaimTemplates") if resource.kind == "StatefulSet" else [])
        }
        for row in POD:
            if _first_step(row.at or row.name) not in workload.pod.value:
                continue
            if row.name == "serviceAccount" and fields.text(workload.pod.value, "serviceAccountName"):
                continue
            for reference in _of_row(resource, row, workload.pod.value, workload.pod.path):
                if reference.kind == "PersistentVolumeClaim" and templates and reference.place.path[-3:-2]:
                    volume = workload.pod.value["volumes"][reference.place.path[-3]]
                    if fields.text(volume, "name") in templates:
                        continue
                yield reference


def _of_row(resource: Resource, row: Row, root: Mapping[str, Any], start: Path) -> Iterator[Reference]:
    for value, path in values_at(root, row.at, start):
        if not row.name:
            if isinstance(value, str) and value:
                yield Reference(
                    resource,
                    row.group,
                    row.kind,
                    resource.namespace,
                    value,
                    resource.place.at(*path),
                    lenient=row.lenient,
                )
            continue
        if not isinstance(value, dict) or not (name := fields.text(value, row.name)):
            continue
        kind = (fields.text(value, row.kind_from) if row.kind_from else "") or row.kind
        if not kind or kind in ("User", "Group"):
            continue
        place = resource.place.at(*path)
        port, port_place = None, None
        for dotted in row.ports:
            for found, at in values_at(value, dotted, ()):
                if port is None and (port := read_port_reference(found)) is not None:
                    port_place = place.at(*at)
        if row.no_port and isinstance(port, PortByName) and port.name == row.no_port:
            continue
        keys: list[tuple[str | None, Place | None]] = (
            [(key, place.at(*at)) for key, at in values_at(value, row.keys, ()) if isinstance(key, str)]
            if row.keys
            else []
        )
        for key, key_place in keys or [(None, None)]:
            yield Reference(
                source=resource,
                group=_group(row, value),
                kind=kind,
                namespace=_namespace(resource, row, value, kind),
                name=name,
                place=place.at(row.name),
                key=key,
                key_place=key_place,
                port=port,
                port_place=port_place,
                optional=bool(row.optional) and value.get(row.optional) is True,
                lenient=row.lenient,
            )


def _group(row: Row, value: Mapping[str, Any]) -> str | None:
    if row.api_version_from:
        version = fields.text(value, row.api_version_from)
        return version.rpartition("/")[0] if version else (row.group or None)
    if row.group_from:
        return fields.text(value, row.group_from) if row.group_from in value else row.group
    return None if row.kind_from and not row.group else row.group


def _namespace(resource: Resource, row: Row, value: Mapping[str, Any], kind: str) -> str:
    if kind in _CLUSTER_KINDS:
        return ""
    written = fields.text(value, row.namespace_from) if row.namespace_from else ""
    if written:
        return written
    if row.namespace == CLUSTER or kind.startswith("Cluster"):
        return ""
    return resource.namespace


def _namespaces(resource: Resource, path: str) -> frozenset[str] | None:
    """The namespaces a monitor looks in; None for all."""
    if path:
        for value, _ in values_at(resource.value, path, ()):
            if isinstance(value, dict):
                if value.get("any") is True:
                    return None
                if names := fields.texts(value, "matchNames"):
                    return frozenset(names)
    return frozenset({resource.namespace})


@lru_cache(maxsize=1024)
def _steps(dotted: str) -> tuple[str, ...]:
    return tuple(dotted.replace("[]", ".[]").split(".")) if dotted else ()


@lru_cache(maxsize=1024)
def _first_step(dotted: str) -> str:
    return _steps(dotted)[0]


def values_at(root: Any, dotted: str, start: Path) -> list[tuple[Any, Path]]:
    """The values a dotted path leads to, with their paths."""
    found: list[tuple[Any, Path]] = [(root, start)]
    for step in _steps(dotted):
        if step == "[]":
            found = [(item, (*at, i)) for value, at in found if isinstance(value, list) for i, item in enumerate(value)]
        else:
            found = [(value[step], (*at, step)) for value, at in found if isinstance(value, dict) and step in value]
        if not found:
            break
    return found
