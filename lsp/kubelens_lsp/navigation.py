"""From a name to the object it stands for, and back: definition, references, highlight, rename."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from kubelens.engine.workspace import Snapshot
from kubelens.kube.references import references_of
from kubelens.kube.resource import Resource
from kubelens.kube.workload import read_workload
from kubelens.syntax.text import Span
from kubelens.syntax.tree import Scalar
from kubelens_lsp.convert import to_offset, to_range, uri_of
from kubelens_lsp.labels import label_occurrences
from kubelens_lsp.occurrence import Occurrence, Symbol
from kubelens_lsp.symbols import path_at


def occurrences_in(resource: Resource) -> Iterator[Occurrence]:
    """Every name an object defines or uses."""
    if resource.name:
        own = Symbol(resource.kind, resource.namespace, resource.name)
        yield Occurrence(own, resource.place.at("metadata", "name"), True)
    for reference in references_of(resource):
        place = resource.place.at(*reference.path)
        if reference.key is None:
            yield Occurrence(Symbol(reference.kind, reference.namespace, reference.name), place, False)
        elif reference.path[-1] == "key":
            yield Occurrence(
                Symbol(f"{reference.kind} key", f"{reference.namespace}/{reference.name}", reference.key), place, False
            )
        else:
            yield Occurrence(Symbol(reference.kind, reference.namespace, reference.name), place, False)
            key = Symbol(f"{reference.kind} key", f"{reference.namespace}/{reference.name}", reference.key)
            yield Occurrence(key, resource.place.at(*reference.path[:-1], "key"), False)
    if resource.kind in ("ConfigMap", "Secret"):
        for field in ("data", "stringData", "binaryData"):
            values = resource.value.get(field)
            for key in values if isinstance(values, dict) else ():
                symbol = Symbol(f"{resource.kind} key", f"{resource.namespace}/{resource.name}", key)
                yield Occurrence(symbol, resource.place.at(field, key).key(), True)
    yield from _inside(resource)
    yield from label_occurrences(resource)


def _inside(resource: Resource) -> Iterator[Occurrence]:
    workload = read_workload(resource)
    if workload is None:
        return
    for volume in workload.pod.volumes:
        yield Occurrence(
            Symbol("volume", "", volume.name, resource.place), resource.place.at(*volume.path, "name"), True
        )
    for container in workload.pod.containers:
        for mount in container.mounts:
            yield Occurrence(
                Symbol("volume", "", mount.volume, resource.place), resource.place.at(*mount.path, "name"), False
            )
        for port in container.ports:
            if port.name:
                yield Occurrence(
                    Symbol("port", "", port.name, resource.place), resource.place.at(*port.path, "name"), True
                )
        for name in ("livenessProbe", "readinessProbe", "startupProbe"):
            probe = container.value.get(name)
            for handler in ("httpGet", "tcpSocket"):
                inner = probe.get(handler) if isinstance(probe, dict) else None
                if isinstance(inner, dict) and isinstance(inner.get("port"), str):
                    place = resource.place.at(*container.path, name, handler, "port")
                    yield Occurrence(Symbol("port", "", inner["port"], resource.place), place, False)


def all_occurrences(snapshot: Snapshot) -> Iterator[Occurrence]:
    """Every name in the workspace, Service ports that lead to named container ports included."""
    for resource in snapshot.bundle:
        yield from occurrences_in(resource)
        if resource.kind == "Service":
            yield from _service_ports(snapshot, resource)


def _service_ports(snapshot: Snapshot, service: Resource) -> Iterator[Occurrence]:
    selector = service.spec.get("selector")
    ports = service.spec.get("ports")
    if not isinstance(selector, dict) or not selector or not isinstance(ports, list):
        return
    for resource in snapshot.bundle:
        workload = read_workload(resource) if resource.namespace == service.namespace else None
        if workload is None or not all(workload.pod.labels.get(k) == v for k, v in selector.items()):
            continue
        for index, port in enumerate(ports):
            target = port.get("targetPort") if isinstance(port, dict) else None
            if isinstance(target, str):
                place = service.place.at("spec", "ports", index, "targetPort")
                yield Occurrence(Symbol("port", "", target, resource.place), place, False)


def symbol_at(snapshot: Snapshot, key: str, position: types.Position, encoding: str) -> list[Symbol]:
    """What the name under the cursor stands for."""
    file = snapshot.files.get(key)
    if file is None or file.source is None:
        return []
    offset = to_offset(file.source, position, encoding)
    found = path_at(file, offset)
    if found is None:
        return []
    symbols: list[Symbol] = []
    for one in all_occurrences(snapshot):
        if one.place.uri != key:
            continue
        span = snapshot.locate(one.place)
        if span.start <= offset <= span.end and one.symbol not in symbols:
            symbols.append(one.symbol)
    return symbols


def locations(
    snapshot: Snapshot, symbols: list[Symbol], encoding: str, *, definitions: bool, uses: bool
) -> list[types.Location]:
    """Where symbols are defined or used."""
    out: list[types.Location] = []
    for one in all_occurrences(snapshot):
        if one.symbol not in symbols or not (definitions if one.defines else uses):
            continue
        source = snapshot.source(one.place.uri)
        if source is not None:
            spot = types.Location(uri_of(one.place.uri), to_range(source, snapshot.locate(one.place), encoding))
            if spot not in out:
                out.append(spot)
    return out


def highlights(snapshot: Snapshot, symbols: list[Symbol], key: str, encoding: str) -> list[types.DocumentHighlight]:
    """The other places of a name in the same file."""
    source = snapshot.source(key)
    if source is None:
        return []
    out: list[types.DocumentHighlight] = []
    for one in all_occurrences(snapshot):
        if one.place.uri == key and one.symbol in symbols:
            kind = types.DocumentHighlightKind.Write if one.defines else types.DocumentHighlightKind.Read
            out.append(types.DocumentHighlight(to_range(source, snapshot.locate(one.place), encoding), kind))
    return out


def rename(snapshot: Snapshot, symbols: list[Symbol], new_name: str, encoding: str) -> types.WorkspaceEdit | None:
    """Write another name wherever a symbol is named, quotes kept."""
    changes: dict[str, dict[tuple[int, int], types.TextEdit]] = {}
    for one in all_occurrences(snapshot):
        source = snapshot.source(one.place.uri)
        if one.symbol not in symbols or source is None:
            continue
        span = snapshot.locate(one.place)
        text = source.text[span.start : span.end]
        if text[:1] in ("'", '"') and len(text) > 1:
            span = Span(span.start + 1, span.end - 1)
        if source.text[span.start : span.end] != one.symbol.name:
            continue
        edits = changes.setdefault(uri_of(one.place.uri), {})
        edits[span.start, span.end] = types.TextEdit(to_range(source, span, encoding), new_name)
    return (
        types.WorkspaceEdit(changes={uri: list(edits.values()) for uri, edits in changes.items()}) if changes else None
    )


def name_range(snapshot: Snapshot, key: str, position: types.Position, encoding: str) -> types.Range | None:
    """The stretch of the name under the cursor, None where nothing can be renamed."""
    file = snapshot.files.get(key)
    symbols = symbol_at(snapshot, key, position, encoding)
    if file is None or file.source is None or not symbols:
        return None
    offset = to_offset(file.source, position, encoding)
    for one in all_occurrences(snapshot):
        span = snapshot.locate(one.place)
        if one.place.uri == key and one.symbol in symbols and span.start <= offset <= span.end:
            document = snapshot.document(one.place)
            if document is not None and isinstance(document.root, Scalar):
                return None
            return to_range(file.source, span, encoding)
    return None
