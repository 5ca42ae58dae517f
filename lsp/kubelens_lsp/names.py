"""The names in objects, and what they stand for; only what is asked about is looked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kubelens.kube import fields
from kubelens.kube.network import PortByName, ServiceBackend, read_ingress, read_service
from kubelens.kube.references import references_of
from kubelens.kube.resource import Resource
from kubelens.kube.workload import selected_workloads, workloads
from kubelens.predict.references.graph import references_of as table_references
from kubelens.predict.references.local import LocalNamesOf
from kubelens.syntax.place import Place
from kubelens_lsp.further_names import further_occurrences, leans, likely_occurrences, occurrences_beside
from kubelens_lsp.kustomize_names import kustomize_occurrences
from kubelens_lsp.labels import label_occurrences, labels_elsewhere
from kubelens_lsp.occurrence import Occurrence, Symbol
from kubelens_lsp.view import View


def occurrences(view: View, symbols: Iterable[Symbol]) -> Iterator[Occurrence]:
    """Every place of the workspace at which one of some symbols is named."""
    wanted = set(symbols)
    for owner in {s.owner: s for s in wanted if s.owner is not None}:
        resource = _object_at(view, owner)
        if resource is not None:
            yield from (o for o in _local(view, resource) if o.symbol in wanted)
    named = {s for s in wanted if s.owner is None}
    if not named:
        return
    index = view.names.made(view.snapshot.bundle, _by_itself, leans)
    yield from index.of(named)
    for resource in index.beside:
        yield from (o for o in _beside(view, resource) if o.symbol in named)
    if any(not s.kind.startswith("label ") for s in named):
        yield from (o for o in kustomize_occurrences(view) if o.symbol in named)


def how_often_named(view: View, resource: Resource) -> int:
    """At how many places an object is named, its own left out."""
    symbol = Symbol(resource.kind, resource.namespace, resource.name)
    return len({one.place for one in occurrences(view, [symbol]) if not one.defines})


def names_of(view: View, resource: Resource) -> Iterator[Occurrence]:
    """Every name in an object, those inside its Pods left out."""
    yield from _by_itself(resource)
    yield from _beside(view, resource)


def occurrences_in_file(view: View, key: str) -> Iterator[Occurrence]:
    """Every name in a file."""
    file = view.snapshot.files.get(key)
    for manifest in file.manifests if file is not None else ():
        for resource in manifest.resources:
            yield from names_of(view, resource)
            yield from (o for o in _local(view, resource) if o.place.uri == key)
            yield from _targets(view, resource)
    yield from kustomize_occurrences(view, key)


def _by_itself(resource: Resource) -> Iterator[Occurrence]:
    """The names of an object that it alone decides."""
    certain = dict.fromkeys((*_of_itself(resource), *label_occurrences(resource)))
    yield from certain
    places = {one.place for one in certain}
    yield from (one for one in likely_occurrences(resource) if one.place not in places)


def _beside(view: View, resource: Resource) -> Iterator[Occurrence]:
    """The names of an object that mean something by what else there is."""
    yield from occurrences_beside(view, resource)
    yield from labels_elsewhere(resource, view.snapshot.bundle)


def _of_itself(resource: Resource) -> Iterator[Occurrence]:
    """Objects, keys of ConfigMaps and Secrets, ports of Services, and what stands in fields of other kinds."""
    if resource.name:
        own = Symbol(resource.kind, resource.namespace, resource.name)
        yield Occurrence(own, resource.place.at("metadata", "name"), True)
    if (namespace := fields.text(fields.mapping(resource.value, "metadata"), "namespace")) != "":
        yield Occurrence(Symbol("Namespace", "", namespace), resource.place.at("metadata", "namespace"), False)
    for reference in references_of(resource):
        place = resource.place.at(*reference.path)
        if reference.key is None or reference.path[-1] != "key":
            yield Occurrence(Symbol(reference.kind, reference.namespace, reference.name), place, False)
        if reference.key is not None:
            key = Symbol(f"{reference.kind} key", f"{reference.namespace}/{reference.name}", reference.key)
            yield Occurrence(key, resource.place.at(*reference.path[:-1], "key"), False)
    yield from _of_table(resource)
    if resource.kind in ("ConfigMap", "Secret"):
        for field in ("data", "stringData", "binaryData"):
            for name in fields.mapping(resource.value, field):
                symbol = Symbol(f"{resource.kind} key", f"{resource.namespace}/{resource.name}", name)
                yield Occurrence(symbol, resource.place.at(field, name).key(), True)
    yield from _service_ports(resource)
    yield from further_occurrences(resource)


def _of_table(resource: Resource) -> Iterator[Occurrence]:
    """What the predictors' table of references tells of an object."""
    for one in table_references(resource):
        yield Occurrence(Symbol(one.kind, one.namespace, one.name), one.place, False)
        if one.key is not None and one.key_place is not None and one.kind in ("ConfigMap", "Secret"):
            yield Occurrence(Symbol(f"{one.kind} key", f"{one.namespace}/{one.name}", one.key), one.key_place, False)
        if one.kind == "Service" and isinstance(one.port, PortByName) and one.port_place is not None:
            port = Symbol("Service port", f"{one.namespace}/{one.name}", one.port.name)
            yield Occurrence(port, one.port_place, False)


def _service_ports(resource: Resource) -> Iterator[Occurrence]:
    service, ingress = read_service(resource), read_ingress(resource)
    for port in service.ports if service is not None else ():
        if port.name:
            symbol = Symbol("Service port", f"{resource.namespace}/{resource.name}", port.name)
            yield Occurrence(symbol, resource.place.at("spec", "ports", port.index, "name"), True)
    if ingress is None:
        return
    backends = [(path.backend, (*path.at, "backend")) for rule in ingress.rules for path in rule.paths]
    for backend, at in [(ingress.default_backend, ("spec", "defaultBackend")), *backends]:
        if isinstance(backend, ServiceBackend) and isinstance(backend.port, PortByName):
            symbol = Symbol("Service port", f"{resource.namespace}/{backend.name}", backend.port.name)
            yield Occurrence(symbol, resource.place.at(*at, "service", "port", "name"), False)


def _local(view: View, resource: Resource) -> Iterator[Occurrence]:
    """Volumes and container ports of a workload, with the Services that lead to the ports."""
    for one in view.oracle(LocalNamesOf(resource)).answer:
        symbol = Symbol(one.kind, "", one.name, resource.place)
        yield Occurrence(symbol, one.definition, True)
        for use in one.uses:
            yield Occurrence(symbol, use, False)


def _targets(view: View, resource: Resource) -> Iterator[Occurrence]:
    """The container ports that a Service's target ports lead to."""
    if resource.kind in ("NetworkPolicy", "PodMonitor"):
        for workload in workloads(view.snapshot.bundle):
            yield from (
                o for o in _local(view, workload.resource) if o.place.uri == resource.place.uri and not o.defines
            )
        return
    service = read_service(resource)
    if service is None or service.selector is None:
        return
    if not any(isinstance(port.target, PortByName) for port in service.ports):
        return
    for workload in selected_workloads(view.snapshot.bundle, service.selector, resource.namespace):
        yield from (o for o in _local(view, workload.resource) if o.place.uri == resource.place.uri and not o.defines)


def _object_at(view: View, place: Place) -> Resource | None:
    file = view.snapshot.files.get(place.uri)
    found = (r for m in (file.manifests if file is not None else ()) for r in m.resources)
    return next((r for r in found if r.place == place), None)
