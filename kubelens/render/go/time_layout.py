"""How a layout such as ``2006-01-02`` is taken apart (Go's time, ``nextStdChunk``)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from kubelens.syntax.pattern import pattern

_LOWER: Final = pattern("[a-z]")
_FRACTION: Final = pattern(r"[.,](0+|9+)(?![0-9])", re.ASCII)
_WORDS: Final = ("January", "Monday", "MST", "PM", "pm")
_DIGITS: Final = ("002", "01", "02", "03", "04", "05", "06", "15", "2006", "1", "2", "3", "4", "5")
_UNDERSCORES: Final = ("_2", "__2")
_ZONES: Final = (
    *("Z070000", "Z07:00:00", "Z0700", "Z07:00", "Z07"),
    *("-070000", "-07:00:00", "-0700", "-07:00", "-07"),
)
_NEXT: Final = pattern("[JM0-5_PpZ.,-]")


class Part(NamedTuple):
    """A part of a layout: ``standard`` is what it stands for, empty if the text stands for itself."""

    text: str
    standard: str


@lru_cache(maxsize=512)
def layout_parts(layout: str) -> tuple[Part, ...]:
    """The parts of a layout in order."""
    parts: list[Part] = []
    literal = at = 0
    while (found := _NEXT.search(layout, at)) is not None:
        at = found.start()
        start, standard = _standard_at(layout, at)
        if not standard:
            at += 1
            continue
        if start > literal:
            parts.append(Part(layout[literal:start], ""))
        parts.append(Part(standard, standard))
        literal = at = start + len(standard)
    if literal < len(layout):
        parts.append(Part(layout[literal:], ""))
    return tuple(parts)


def _standard_at(layout: str, at: int) -> tuple[int, str]:
    """The standard part that begins at a place, and where it begins; ``_2006`` has a plain underscore."""
    character = layout[at]
    if character in "JM":
        for word in (*_WORDS[:3], "Jan", "Mon"):
            if layout.startswith(word, at):
                if len(word) == 3 and word != "MST" and _LOWER.match(layout, at + 3):
                    continue
                return at, word
    elif character in "Pp":
        return at, next((word for word in _WORDS[3:] if layout.startswith(word, at)), "")
    elif character == "_":
        if layout.startswith("_2006", at):
            return at + 1, "2006"
        return at, next((word for word in reversed(_UNDERSCORES) if layout.startswith(word, at)), "")
    elif character in "Z-":
        return at, next((word for word in _ZONES if layout.startswith(word, at)), "")
    elif character in ".,":
        match = _FRACTION.match(layout, at)
        return at, match[0] if match is not None else ""
    else:
        return at, next((word for word in _DIGITS if layout.startswith(word, at)), "")
    return at, ""
