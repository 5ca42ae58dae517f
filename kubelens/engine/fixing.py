"""From fixes to text edits: never a reformat, never two edits that overlap, all of a fix or nothing of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct

from kubelens.engine.workspace import Snapshot
from kubelens.rules.api import AddEntry, Applicability, Change, Finding, Fix, RawEdit, RemoveEntry, RenameKey, SetValue
from kubelens.syntax.place import Place, child
from kubelens.syntax.text import Edit, Source, Span
from kubelens.syntax.tree import Alias, Node, Scalar, resolve
from kubelens.syntax.tree import Mapping as MappingNode
from kubelens.syntax.tree import Sequence as SequenceNode


class Repair(Struct, frozen=True):
    """Texts after fixing, and the edits that lead there: by file (changed ones only); how many findings were repaired."""

    texts: Mapping[str, str]
    repaired: int
    edits: Mapping[str, Sequence[Edit]] = {}


def repair(snapshot: Snapshot, findings: Iterable[Finding], *, unsafe: bool, keep: Collection[str] = ()) -> Repair:
    """Apply the fixes of findings, in order, leaving out those that overlap one already taken.

    ``keep``: files that no fix may change.
    """
    taken: dict[str, list[Edit]] = {}
    repaired = 0
    for finding in findings:
        fix = finding.fix
        if fix is None or (fix.applicability is Applicability.UNSAFE and not unsafe):
            continue
        edits = edits_of(snapshot, fix)
        if edits is None or any(uri in keep for uri, _ in edits):
            continue
        if any(_collides(edit, taken.get(uri, ())) for uri, edit in edits):
            continue
        for uri, edit in edits:
            if edit not in taken.setdefault(uri, []):
                taken[uri].append(edit)
        repaired += 1
    texts: dict[str, str] = {}
    for uri, edits_here in taken.items():
        source = snapshot.source(uri)
        if source is not None:
            texts[uri] = apply_edits(source.text, edits_here)
    return Repair(texts, repaired, taken)


def edits_of(snapshot: Snapshot, fix: Fix) -> list[tuple[str, Edit]] | None:
    """The text edits of a fix as (file, edit); None where the text does not allow it (an alias, an odd layout)."""
    edits: list[tuple[str, Edit]] = []
    for change in fix.changes:
        edit = _edit(snapshot, change)
        if edit is None:
            return None
        edits.append(edit)
    return edits


def apply_edits(text: str, edits: Sequence[Edit]) -> str:
    """The text with edits made; they do not overlap."""
    for edit in sorted(edits, key=lambda e: (e.span.start, e.span.end), reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def _collides(edit: Edit, others: Iterable[Edit]) -> bool:
    for other in others:
        if edit == other:
            continue
        if edit.span.start < other.span.end and other.span.start < edit.span.end:
            return True
        if edit.span.start == other.span.start:
            return True
    return False


def _edit(snapshot: Snapshot, change: Change) -> tuple[str, Edit] | None:
    if isinstance(change, RawEdit):
        return change.uri, change.edit
    place = change.place
    document = snapshot.document(place)
    if document is None or not snapshot.files[place.uri].loaded.editable:
        return None
    found = _find(document.root, place)
    if found is None:
        return None
    parent, key, node = found
    if isinstance(change, SetValue):
        if isinstance(node, Alias) or not isinstance(node, Scalar):
            return None
        if node.start == node.end and key is not None:
            return place.uri, Edit(
                Span(node.start, node.end),
                f" {change.text}" if _touches_colon(document.source, node.start) else change.text,
            )
        return place.uri, Edit(Span(node.start, node.end), change.text)
    if isinstance(change, RenameKey):
        return (place.uri, Edit(Span(key.start, key.end), change.text)) if key is not None else None
    if isinstance(change, AddEntry):
        edit = _addition(document.source, node, change)
        return (place.uri, edit) if edit is not None else None
    assert isinstance(change, RemoveEntry)
    edit = _removal(document.source, parent, key, node)
    return (place.uri, edit) if edit is not None else None


def _find(root: Node | None, place: Place) -> tuple[Node | None, Node | None, Node] | None:
    """(parent, key, value) of a place that exists as written; None where an alias or merge leads to it."""
    parent: Node | None = None
    key: Node | None = None
    node = root
    for step in place.path:
        if isinstance(node, Alias) or node is None:
            return None
        parent = node
        key, node = child(node, step)
        if node is None:
            return None
        if isinstance(parent, MappingNode) and not any(k is key for k, _ in parent.entries):
            return None
    return (parent, key, node) if node is not None else None


def _touches_colon(source: Source, offset: int) -> bool:
    return offset > 0 and source.text[offset - 1] == ":"


def _addition(source: Source, node: Node, change: AddEntry) -> Edit | None:
    if not isinstance(node, MappingNode):
        return None
    if any(isinstance(k, Scalar) and k.text == change.key for k, _ in node.entries):
        return None
    if not node.entries:
        if node.flow:
            return Edit(Span(node.start, node.end), f"{{{change.key}: {change.text}}}")
        return None
    last_key, last = node.entries[-1]
    if node.flow:
        return Edit(Span(max(last.end, last_key.end), max(last.end, last_key.end)), f", {change.key}: {change.text}")
    column = source.position(node.entries[0][0].start).column
    line = source.position(max(last.end, last_key.end)).line
    if isinstance(resolve(last), Scalar) and getattr(last, "style", "") in ("|", ">"):
        return _addition_first(source, node, change, column)
    at = source.line_end(line)
    newline = "\r\n" if "\r\n" in source.text else "\n"
    return Edit(Span(at, at), f"{newline}{' ' * column}{change.key}: {change.text}")


def _addition_first(source: Source, node: MappingNode, change: AddEntry, column: int) -> Edit:
    """Before the first entry: for maps whose last value is a block of text that ends where the next key begins."""
    newline = "\r\n" if "\r\n" in source.text else "\n"
    start = node.entries[0][0].start
    return Edit(Span(start, start), f"{change.key}: {change.text}{newline}{' ' * column}")


def _removal(source: Source, parent: Node | None, key: Node | None, node: Node) -> Edit | None:
    start = key.start if key is not None else node.start
    end = max(node.end, key.end if key is not None else node.end)
    if isinstance(parent, MappingNode):
        siblings = [k for k, _ in parent.entries]
        flow = parent.flow
        position = next((i for i, k in enumerate(siblings) if k is key), 0)
    elif isinstance(parent, SequenceNode):
        siblings = list(parent.items)
        flow = parent.flow
        position = next((i for i, item in enumerate(siblings) if item is node), 0)
    else:
        return None
    if len(siblings) == 1:
        return _empty(source, parent)
    if flow:
        if position + 1 < len(siblings):
            return Edit(Span(start, siblings[position + 1].start), "")
        before = re.search(r",\s*\Z", source.text[:start])
        return Edit(Span(before.start() if before else start, end), "")
    first_line = source.position(start).line
    begin = source.line_starts[first_line]
    head = source.text[begin:start]
    last_line = source.position(end).line
    stop = source.line_starts[last_line + 1] if last_line + 1 < len(source.line_starts) else len(source.text)
    rest = source.text[end : source.line_end(last_line)].strip()
    if rest and not rest.startswith("#"):
        return None
    if head.strip(" ") == "" or (isinstance(parent, SequenceNode) and head.strip(" ") == "-"):
        return Edit(Span(begin, stop), "")
    if position + 1 < len(siblings):
        return Edit(Span(start, siblings[position + 1].start), "")
    return None


def _empty(source: Source, parent: Node) -> Edit | None:
    """The last entry goes: the collection becomes empty, on the line of its key where it had its own lines."""
    empty = "{}" if isinstance(parent, MappingNode) else "[]"
    text = source.text
    start = parent.start
    before = text[:start].rstrip(" \r\n")
    if before.endswith(":") and "\n" in text[len(before) : start]:
        return Edit(Span(len(before), parent.end), f" {empty}")
    return Edit(Span(start, parent.end), empty)
