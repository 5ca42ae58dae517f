"""What surrounds a line of YAML, told by indentation alone: a text broken by typing has no tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_ENTRY: Final = re.compile(r"^(?P<indent> *(?:- +)*)(?P<key>[\w.$/-]*)(?P<colon>:(?= |$))?(?P<space> *)(?P<value>.*)$")
_QUOTES: Final = "\"'"


def header(lines: list[str]) -> dict[str, str]:
    """``apiVersion`` and ``kind`` of a document, as far as they are written."""
    found: dict[str, str] = {}
    for text in lines:
        if match := re.match(r"(apiVersion|kind):\s*[\"']?([\w./-]+)", text):
            found.setdefault(match[1], match[2])
    return found


def parents(lines: list[str], at: int, indent: int) -> list[str]:
    """The keys above a line, outermost first."""
    chain: list[str] = []
    level = indent
    for number in range(at - 1, -1, -1):
        text = lines[number]
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        match = _ENTRY.match(text)
        if match is None or not match["colon"]:
            continue
        depth = len(match["indent"])
        own = depth - len(match["indent"].lstrip(" "))
        value = match["value"].partition(" #")[0].strip()
        if depth < level and (not value or value.startswith(("#", "&"))):
            chain.append(match["key"])
            level = own + 1 if "-" in match["indent"] else depth
        elif "-" in match["indent"] and own < level <= depth:
            level = own + 1
        if level == 0:
            break
    return chain[::-1]


def entries(lines: list[str], name: str) -> Iterator[tuple[int, int, str]]:
    """(line, indentation, value) of every entry of a key."""
    for number, text in enumerate(lines):
        match = _ENTRY.match(text)
        if match is not None and match["colon"] and match["key"] == name:
            yield number, len(match["indent"]), match["value"].partition(" #")[0].strip().strip(_QUOTES)
