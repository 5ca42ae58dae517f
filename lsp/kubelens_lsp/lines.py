"""What surrounds a line of YAML, told by indentation alone: a text broken by typing has no tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kubelens.kube.identity import GroupVersionKind, read_gvk
from kubelens.syntax.text import Source

ENTRY: Final = re.compile(r"^(?P<indent> *(?:- +)*)(?P<key>[\w.$/-]*)(?P<colon>:(?= |$))?(?P<space> *)(?P<value>.*)$")
_QUOTES: Final = "\"'"


def document_lines(source: Source, line: int) -> tuple[int, int]:
    """The first line of the document a line is in, and the one after its last."""
    start = end = line
    while start > 0 and not source.line_text(start - 1).startswith("---"):
        start -= 1
    while end + 1 < len(source.line_starts) and not source.line_text(end + 1).startswith("---"):
        end += 1
    return start, end + 1


def header(lines: list[str]) -> dict[str, str]:
    """``apiVersion`` and ``kind`` of a document, as far as they are written."""
    found: dict[str, str] = {}
    for text in lines:
        if match := re.match(r"(apiVersion|kind):\s*[\"']?([\w./-]+)", text):
            found.setdefault(match[1], match[2])
    return found


def gvk_of(lines: list[str]) -> GroupVersionKind | None:
    """The kind of a document, None before it is written."""
    found = header(lines)
    return read_gvk(found.get("apiVersion"), found.get("kind"))


def parents(lines: list[str], at: int, indent: int) -> list[str]:
    """The keys above a line, outermost first."""
    return [key for _, key in parent_lines(lines, at, indent)]


def parent_lines(lines: list[str], at: int, indent: int) -> list[tuple[int, str]]:
    """The keys above a line with the lines they stand on, outermost first."""
    chain: list[tuple[int, str]] = []
    level = indent
    for number in range(at - 1, -1, -1):
        text = lines[number]
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        match = ENTRY.match(text)
        if match is None or not match["colon"]:
            continue
        depth = len(match["indent"])
        own = depth - len(match["indent"].lstrip(" "))
        value = match["value"].partition(" #")[0].strip()
        if depth < level and (not value or value.startswith(("#", "&"))):
            chain.append((number, match["key"]))
            level = own + 1 if "-" in match["indent"] else depth
        elif "-" in match["indent"] and own < level <= depth:
            level = own + 1
        if level == 0:
            break
    return chain[::-1]


def siblings(lines: list[str], at: int, depth: int) -> dict[str, str]:
    """The other keys of the map a line belongs to, with what stands behind their colons."""
    found: dict[str, str] = {}
    for step in (-1, 1):
        number = at if step > 0 or "-" not in _indent(lines[at]) else -1
        while 0 <= (number := number + step) < len(lines):
            text = lines[number]
            if not text.strip() or text.lstrip().startswith("#"):
                continue
            match = ENTRY.match(text)
            if match is None:
                continue
            own = len(text) - len(text.lstrip(" "))
            if len(match["indent"]) == depth and match["colon"] and not (step > 0 and own < depth):
                found.setdefault(match["key"], match["value"].partition(" #")[0].strip().strip(_QUOTES))
            if own < depth:
                break
    return found


def _indent(text: str) -> str:
    match = ENTRY.match(text)
    return match["indent"] if match is not None else ""


def entries(lines: list[str], name: str) -> Iterator[tuple[int, int, str]]:
    """(line, indentation, value) of every entry of a key."""
    for number, text in enumerate(lines):
        match = ENTRY.match(text)
        if match is not None and match["colon"] and match["key"] == name:
            yield number, len(match["indent"]), match["value"].partition(" #")[0].strip().strip(_QUOTES)


def namespace_of(lines: list[str]) -> str:
    """The namespace a document says it is in, ``default`` without one."""
    for number, indent, value in entries(lines, "namespace"):
        if value and parents(lines, number, indent) == ["metadata"]:
            return value
    return "default"
