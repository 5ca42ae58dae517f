"""Outline, workspace symbols, folding and selection ranges."""

from __future__ import annotations

from typing import Final

from lsprotocol import types

from kubelens.engine.parsed_file import ParsedFile
from kubelens.engine.told_once import short_names
from kubelens.engine.workspace import Snapshot
from kubelens.kube.resource import Resource
from kubelens.render.kustomize.file_names import NAMES
from kubelens.syntax.place import Place
from kubelens.syntax.text import Source, Span
from kubelens.syntax.tree import Mapping, Node, Scalar, Sequence, walk
from kubelens_lsp.convert import to_offset, to_range, uri_of
from kubelens_lsp.lines import entries, header, parents
from kubelens_lsp.view import View

_DEEPEST: Final = 3
_MOST: Final = 500
_HEADS: Final = ("/Chart.yaml", *(f"/{name}" for name in NAMES))
"""Files by which sets are known."""


def title(resource: Resource) -> str:
    """``Kind/name``."""
    return f"{resource.kind}/{resource.name or '(generated)'}"


def document_symbols(snapshot: Snapshot, key: str, encoding: str) -> list[types.DocumentSymbol]:
    """The objects of a file, each with its top-level fields."""
    file = snapshot.files.get(key)
    if file is None or file.source is None:
        return []
    out: list[types.DocumentSymbol] = []
    for manifest in file.manifests:
        for resource in manifest.resources:
            span = whole_object(snapshot, resource)
            name = snapshot.locate(resource.place.at("metadata", "name"))
            if not span.start <= name.start <= name.end <= span.end:
                name = Span(span.start, span.start)
            out.append(
                types.DocumentSymbol(
                    title(resource),
                    types.SymbolKind.Class,
                    to_range(file.source, span, encoding),
                    to_range(file.source, name, encoding),
                    resource.namespace or None,
                    children=_children(file.source, snapshot, resource, encoding),
                )
            )
    if not file.manifests:
        out += [one for d in file.documents for one in _entries(file.source, d.root, encoding, _DEEPEST)]
    known = {manifest.document.index for manifest in file.manifests}
    broken = [d for d in file.documents if d.index not in known and any(p.kind == "syntax" for p in file.problems)]
    out += [symbol for d in broken if (symbol := _by_lines(file.source, d.span, encoding)) is not None]
    return sorted(out, key=lambda symbol: symbol.range.start.line)


def _entries(source: Source, node: Node | None, encoding: str, depth: int) -> list[types.DocumentSymbol]:
    """The keys of a text that is no object: a kustomization, a chart's values."""
    found: list[types.DocumentSymbol] = []
    for key, value in node.entries if isinstance(node, Mapping) else ():
        if not isinstance(key, Scalar) or not key.text:
            continue
        whole = Span(key.start, max(key.end, value.end))
        inner = _entries(source, value, encoding, depth - 1) if depth > 1 else []
        spans = to_range(source, whole, encoding), to_range(source, Span(key.start, key.end), encoding)
        found.append(types.DocumentSymbol(key.text, types.SymbolKind.Field, *spans, children=inner))
    return found


def set_symbols(view: View, query: str, encoding: str) -> list[types.WorkspaceSymbol]:
    """The apply sets whose name holds the query's letters in order, at the file that they are made from first."""
    found: list[types.WorkspaceSymbol] = []
    names = short_names([one.name for one in view.told.sets])
    for name, one in zip(names, view.told.sets, strict=True):
        if not _fuzzy(query.lower(), name.lower()):
            continue
        texts = [text for text in (*one.said_in, *one.texts) if text.made is None and text.source is not None]
        first = next((text for text in texts if text.uri.endswith(_HEADS)), texts[0] if texts else None)
        if first is not None and first.source is not None:
            spot = types.Location(uri_of(first.uri), to_range(first.source, Span(0, 0), encoding))
            found.append(types.WorkspaceSymbol(spot, name, types.SymbolKind.Package, container_name=one.origin))
    return found[:_MOST]


def _by_lines(source: Source, span: Span, encoding: str) -> types.DocumentSymbol | None:
    """The object a broken document is going to be, as far as its lines tell."""
    first, last = source.position(span.start).line, source.position(span.end).line
    lines = [source.line_text(number) for number in range(first, last + 1)]
    kind = header(lines).get("kind")
    if kind is None:
        return None
    names = (value for n, indent, value in entries(lines, "name") if parents(lines, n, indent) == ["metadata"])
    whole = to_range(source, span, encoding)
    start = types.Range(whole.start, whole.start)
    return types.DocumentSymbol(f"{kind}/{next(names, '?')}", types.SymbolKind.Class, whole, start, "broken")


def whole_object(snapshot: Snapshot, resource: Resource) -> Span:
    """The stretch an object covers."""
    return snapshot.locate(resource.place)


def _children(source: Source, snapshot: Snapshot, resource: Resource, encoding: str) -> list[types.DocumentSymbol]:
    out: list[types.DocumentSymbol] = []
    for key in resource.value:
        place = resource.place.at(key)
        whole, head = snapshot.locate(place.entry()), snapshot.locate(place.key())
        if whole.start <= head.start <= head.end <= whole.end:
            out.append(
                types.DocumentSymbol(
                    key, types.SymbolKind.Field, to_range(source, whole, encoding), to_range(source, head, encoding)
                )
            )
    return out


def workspace_symbols(snapshot: Snapshot, query: str, encoding: str) -> list[types.WorkspaceSymbol]:
    """Objects of all files whose kind or name holds the query's letters in order."""
    out: list[types.WorkspaceSymbol] = []
    for resource in snapshot.bundle:
        if not _fuzzy(query.lower(), title(resource).lower()):
            continue
        source = snapshot.source(resource.place.uri)
        if source is None:
            continue
        span = snapshot.locate(resource.place.at("metadata", "name"))
        spot = types.Location(uri_of(resource.place.uri), to_range(source, span, encoding))
        out.append(
            types.WorkspaceSymbol(
                spot, title(resource), types.SymbolKind.Class, container_name=resource.namespace or None
            )
        )
        if len(out) >= _MOST:
            break
    return out


def _fuzzy(query: str, text: str) -> bool:
    letters = iter(text)
    return all(c in letters for c in query)


def folding_ranges(file: ParsedFile) -> list[types.FoldingRange]:
    """Whole documents, and maps and lists of several lines."""
    source = file.source
    if source is None:
        return []
    out: list[types.FoldingRange] = []
    for document in file.documents:
        if document.root is None:
            continue
        first = source.position(document.root.start).line
        last = source.position(document.root.end).line
        if last > first:
            out.append(types.FoldingRange(first, last, kind=types.FoldingRangeKind.Region))
        for node in walk(document.root):
            if isinstance(node, Mapping):
                for key, value in node.entries:
                    start, end = source.position(key.start).line, source.position(value.end).line
                    if end > start and isinstance(value, (Mapping, Sequence)):
                        out.append(types.FoldingRange(start, end))
    return out


def selection_range(file: ParsedFile, position: types.Position, encoding: str) -> types.SelectionRange:
    """From the value under the cursor outward to the document."""
    source = file.source
    assert source is not None
    offset = to_offset(source, position, encoding)
    chain: list[Span] = []
    for document in file.documents:
        node: Node | None = document.root
        if node is None or not document.start <= offset <= document.end:
            continue
        chain.append(document.span)
        while node is not None and node.start <= offset <= node.end:
            chain.append(Span(node.start, node.end))
            node = _inner(node, offset, chain)
    found: types.SelectionRange | None = None
    for span in chain:
        found = types.SelectionRange(to_range(source, span, encoding), found)
    return found or types.SelectionRange(to_range(source, Span(offset, offset), encoding))


def _inner(node: Node, offset: int, chain: list[Span]) -> Node | None:
    if isinstance(node, Mapping):
        for key, value in node.entries:
            if key.start <= offset <= max(value.end, key.end):
                chain.append(Span(key.start, max(value.end, key.end)))
                return key if offset <= key.end else value
    elif isinstance(node, Sequence):
        return next((item for item in node.items if item.start <= offset <= item.end), None)
    return None


def path_at(file: ParsedFile, offset: int) -> tuple[Place, Node | None, bool] | None:
    """The place under an offset: (place, node, whether it is a key)."""
    for document in file.documents:
        node: Node | None = document.root
        if node is None or not document.start <= offset <= document.end:
            continue
        place = Place(file.uri, document.index)
        while node is not None:
            if isinstance(node, Mapping):
                entry = next(((k, v) for k, v in node.entries if k.start <= offset <= max(v.end, k.end)), None)
                if entry is None:
                    return place, node, False
                key, value = entry
                place = place.at(key.text if isinstance(key, Scalar) else "")
                if offset <= key.end:
                    return place, value, True
                node = value
            elif isinstance(node, Sequence):
                index = next((i for i, item in enumerate(node.items) if item.start <= offset <= item.end), None)
                if index is None:
                    return place, node, False
                place, node = place.at(index), node.items[index]
            else:
                return place, node, False
    return None
