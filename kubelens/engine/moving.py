"""An entry moved to another map of its document, with the comments on its lines and its indentation set anew."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from kubelens.engine.entries import addition, find, removal
from kubelens.rules.api import AddEntry, MoveEntry
from kubelens.syntax.place import Place
from kubelens.syntax.text import Edit, Source, Span
from kubelens.syntax.tree import Document, Mapping, Node, Scalar

_MOST_NEW: Final = 2


class _Target(Struct, frozen=True):
    """Where an entry goes: a map (None where only its key is there), the offset its last line holds, its column.

    ``missing``: keys that are to be written between the map and the entry.
    """

    mapping: Mapping | None
    flow: bool
    at: int | None
    column: int
    missing: tuple[str, ...]

    @property
    def entries(self) -> list[tuple[Node, Node]]:
        """What the map holds."""
        return self.mapping.entries if self.mapping is not None else []


def move(document: Document, change: MoveEntry) -> list[Edit] | None:
    """Take the entry out and add it to the map ``to``, which is made where it is missing; None in odd layouts."""
    source = document.source
    found = find(document.root, change.place)
    target = _target(document, change.to)
    if found is None or target is None or len(target.missing) > _MOST_NEW:
        return None
    parent, key, value = found
    out = removal(source, parent, key, value)
    if not isinstance(key, Scalar) or key is value or out is None or not isinstance(parent, Mapping):
        return None
    if not target.missing and any(isinstance(k, Scalar) and k.text == key.text for k, _ in target.entries):
        return None
    if target.mapping is parent and target.missing and len(parent.entries) == 1 and not parent.flow:
        return _below_itself(source, target, key, value)
    if target.flow or parent.flow or not _has_lines_of_its_own(source, out, key):
        return _on_one_line(source, target, key, value, out)
    if target.at is None:
        return None
    lines = source.text[out.span.start : out.span.end].rstrip("\r\n")
    text = _indented(lines, source.position(key.start).column, target, source)
    at = source.line_end(source.position(target.at).line)
    if out.span.start <= at < out.span.end:
        return [Edit(Span(out.span.start, out.span.start + len(lines)), text)]
    newline = "\r\n" if "\r\n" in source.text else "\n"
    return [out, Edit(Span(at, at), f"{newline}{text}")]


def _below_itself(source: Source, target: _Target, key: Scalar, value: Node) -> list[Edit] | None:
    """The one entry of a map, with the keys above it that lead to where it goes."""
    lines = source.text[key.start : value.end]
    if not lines or source.text[source.line_starts[source.position(key.start).line] : key.start].strip(" "):
        return None
    text = _indented(lines, 0, target, source).lstrip(" ")
    return [Edit(Span(key.start, value.end), text)]


def _on_one_line(source: Source, target: _Target, key: Scalar, value: Node, out: Edit) -> list[Edit] | None:
    text = source.text[value.start : value.end]
    if not text or "\n" in text or target.mapping is None:
        return None
    first, *rest = (*target.missing, source.text[key.start : key.end])
    for step in reversed(rest):
        text = f"{{{step}: {text}}}"
    into = addition(source, target.mapping, AddEntry(Place(source.uri, 0), first, text))
    if into is None or (into.span.start < out.span.end and out.span.start <= into.span.end):
        return None
    return [out, into]


def _target(document: Document, to: Place) -> _Target | None:
    """The map at a place, or the nearest one above it; a key without a value is a map with nothing in it yet."""
    for length in range(len(to.path), -1, -1):
        found = find(document.root, Place(to.uri, to.document, to.path[:length]))
        if found is None:
            continue
        missing = tuple(step for step in to.path[length:] if isinstance(step, str))
        if len(missing) != len(to.path) - length:
            return None
        _, key, node = found
        position = document.source.position
        if isinstance(node, Mapping) and node.entries:
            last_key, last = node.entries[-1]
            block = isinstance(last, Scalar) and last.style in ("|", ">")
            at = None if block else max(last.end, last_key.end)
            return _Target(node, node.flow, at, position(node.entries[0][0].start).column, missing)
        if isinstance(node, Mapping):
            return _Target(node, node.flow, None, 0, missing)
        if isinstance(node, Scalar) and not node.text and not node.style and node.anchor is None and key is not None:
            return _Target(None, False, key.end, position(key.start).column + 2, missing)
        return None
    return None


def _has_lines_of_its_own(source: Source, out: Edit, key: Scalar) -> bool:
    return out.text == "" and source.text[out.span.start : key.start].strip(" ") == ""


def _indented(lines: str, from_: int, target: _Target, source: Source) -> str:
    """The lines of an entry at another column, below keys that are written above them."""
    newline = "\r\n" if "\r\n" in source.text else "\n"
    above = [f"{' ' * (target.column + 2 * depth)}{name}:" for depth, name in enumerate(target.missing)]
    by = target.column + 2 * len(target.missing) - from_
    moved = []
    for line in re.split(r"\r?\n", lines):
        bare = line.lstrip(" ")
        moved.append(" " * max(0, len(line) - len(bare) + by) + bare if bare else line)
    return newline.join([*above, *moved])
