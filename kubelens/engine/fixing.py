"""From fixes to text edits: never a reformat, never two edits that overlap, all of a fix or nothing of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct

from kubelens.engine.anchored import is_shared, set_anchored
from kubelens.engine.entries import addition, find, removal
from kubelens.engine.moving import move
from kubelens.engine.workspace import Snapshot
from kubelens.rules.api import (
    AddEntry,
    Applicability,
    Change,
    Finding,
    Fix,
    MoveEntry,
    RawEdit,
    RemoveEntry,
    RenameKey,
    SetValue,
)
from kubelens.syntax.place import Place
from kubelens.syntax.text import Edit, Source, Span
from kubelens.syntax.tree import Document, Scalar


class Repair(Struct, frozen=True):
    """Texts after fixing, and the edits that lead there: by file (changed ones only); how many findings were repaired.

    ``untouched``: files that fixes would have changed and may not.
    """

    texts: Mapping[str, str]
    repaired: int
    edits: Mapping[str, Sequence[Edit]] = {}
    untouched: frozenset[str] = frozenset()


def repair(
    snapshot: Snapshot, findings: Iterable[Finding], *, unsafe: bool, within: Collection[str] | None = None
) -> Repair:
    """Apply the fixes of findings, in order, leaving out those that overlap one already taken.

    ``within``: the files that fixes may change, None for all.
    """
    taken: dict[str, list[Edit]] = {}
    untouched: set[str] = set()
    repaired = 0
    fixes = [finding.fix for finding in findings if finding.fix is not None]
    meant = [fix for fix in fixes if unsafe or fix.applicability is Applicability.SAFE]
    wanted = {place: text for fix in meant for place, text in _written(fix).items()}
    for fix in meant:
        edits = edits_of(snapshot, fix, wanted)
        if edits is None:
            continue
        if within is not None and (outside := {uri for uri, _ in edits if uri not in within}):
            untouched |= outside
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
    return Repair(texts, repaired, taken, frozenset(untouched))


def edits_of(
    snapshot: Snapshot, fix: Fix, wanted: Mapping[Place, str] | None = None, *, rendered: bool = False
) -> list[tuple[str, Edit]] | None:
    """The text edits of a fix as (file, edit); None where the text does not allow it (an alias, an odd layout).

    ``wanted``: what all fixes that are made together write, by place: a value with an anchor is changed for all at once.
    ``rendered``: also in texts that no file holds.
    """
    edits: list[tuple[str, Edit]] = []
    for change in fix.changes:
        if not rendered and not isinstance(change, RawEdit) and not snapshot.files[change.place.uri].loaded.editable:
            return None
        made = _edits(snapshot, change, _written(fix) if wanted is None else wanted)
        if made is None:
            return None
        edits.extend(made)
    return edits


def _written(fix: Fix) -> dict[Place, str]:
    return {change.place: change.text for change in fix.changes if isinstance(change, SetValue)}


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


def _edits(snapshot: Snapshot, change: Change, wanted: Mapping[Place, str]) -> list[tuple[str, Edit]] | None:
    if isinstance(change, RawEdit):
        return [(change.uri, change.edit)]
    place = change.place
    document = snapshot.document(place)
    if document is None:
        return None
    if isinstance(change, MoveEntry):
        moved = move(document, change)
        return None if moved is None else [(place.uri, edit) for edit in moved]
    if isinstance(change, SetValue) and is_shared(document, place):
        edit = set_anchored(document, place, change.text, wanted)
    else:
        edit = _edit(document, place, change)
    return None if edit is None else [(place.uri, edit)]


def _edit(document: Document, place: Place, change: SetValue | RenameKey | AddEntry | RemoveEntry) -> Edit | None:
    found = find(document.root, place)
    if found is None:
        return None
    parent, key, node = found
    if isinstance(change, SetValue):
        if not isinstance(node, Scalar):
            return None
        blank = (
            " " if node.start == node.end and key is not None and _touches_colon(document.source, node.start) else ""
        )
        return Edit(Span(node.start, node.end), blank + change.text)
    if isinstance(change, RenameKey):
        return Edit(Span(key.start, key.end), change.text) if key is not None else None
    if isinstance(change, AddEntry):
        return addition(document.source, node, change)
    return removal(document.source, parent, key, node)


def _touches_colon(source: Source, offset: int) -> bool:
    return offset > 0 and source.text[offset - 1] == ":"
