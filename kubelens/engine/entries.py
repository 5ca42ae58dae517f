"""Entries of maps and items of lists as text edits: found as they are written, added, taken out."""

from __future__ import annotations

import re

from kubelens.rules.api import AddEntry
from kubelens.syntax.place import Place, child
from kubelens.syntax.text import Edit, Source, Span
from kubelens.syntax.tree import Alias, Mapping, Node, Scalar, Sequence, resolve


def find(root: Node | None, place: Place) -> tuple[Node | None, Node | None, Node] | None:
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
        if isinstance(parent, Mapping) and not any(k is key for k, _ in parent.entries):
            return None
    return (parent, key, node) if node is not None else None


def addition(source: Source, node: Node, change: AddEntry) -> Edit | None:
    """``key: text`` after the last entry of a map, in its layout; None where it is no map, or has the key."""
    if not isinstance(node, Mapping):
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


def _addition_first(source: Source, node: Mapping, change: AddEntry, column: int) -> Edit:
    """Before the first entry: for maps whose last value is a block of text that ends where the next key begins."""
    newline = "\r\n" if "\r\n" in source.text else "\n"
    start = node.entries[0][0].start
    return Edit(Span(start, start), f"{change.key}: {change.text}{newline}{' ' * column}")


def removal(source: Source, parent: Node | None, key: Node | None, node: Node) -> Edit | None:
    """Without an entry or item, with its whole lines where it has lines of its own; None where the layout is odd."""
    start = key.start if key is not None else node.start
    end = max(node.end, key.end if key is not None else node.end)
    if isinstance(parent, Mapping):
        siblings = [k for k, _ in parent.entries]
        flow = parent.flow
        position = next((i for i, k in enumerate(siblings) if k is key), 0)
    elif isinstance(parent, Sequence):
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
    if head.strip(" ") == "" or (isinstance(parent, Sequence) and head.strip(" ") == "-"):
        return Edit(Span(begin, stop), "")
    if position + 1 < len(siblings):
        return Edit(Span(start, siblings[position + 1].start), "")
    return None


def _empty(source: Source, parent: Node) -> Edit | None:
    """The last entry goes: the collection becomes empty, on the line of its key where it had its own lines."""
    empty = "{}" if isinstance(parent, Mapping) else "[]"
    text = source.text
    start = parent.start
    before = text[:start].rstrip(" \r\n")
    if before.endswith(":") and "\n" in text[len(before) : start]:
        return Edit(Span(len(before), parent.end), f" {empty}")
    return Edit(Span(start, parent.end), empty)
