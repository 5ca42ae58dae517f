"""Sets of characters as sorted ranges of code points."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import chain
from typing import Final

from kubelens.regexp import unicode

Ranges = tuple[tuple[int, int], ...]
"""First and last code point of each run; sorted, apart from one another by at least one code point."""

LAST: Final = 0x10FFFF
ANY: Final[Ranges] = ((0, LAST),)
NEWLINE: Final = ord("\n")
_FIRST_FOLDING: Final = ord("A")


def union(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """All characters of some ranges, which may overlap and come in any order."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            if high > merged[-1][1]:
                merged[-1] = (merged[-1][0], high)
        else:
            merged.append((low, high))
    return tuple(merged)


def negated(ranges: Ranges) -> Ranges:
    """All characters that a set does not hold."""
    found: list[tuple[int, int]] = []
    following = 0
    for low, high in ranges:
        if following < low:
            found.append((following, low - 1))
        following = high + 1
    if following <= LAST:
        found.append((following, LAST))
    return tuple(found)


def folded(ranges: Ranges) -> Ranges:
    """A set with every character that is one of its own in another case (Go ``unicode.SimpleFold``)."""
    if not ranges or ranges[-1][1] < _FIRST_FOLDING or ranges == ANY:
        return ranges
    orbits = unicode.orbits()
    if sum(high - low for low, high in ranges) < len(orbits):
        inside = (code for low, high in ranges for code in range(low, high + 1) if code in orbits)
    else:
        inside = (code for code in orbits if contains(ranges, code))
    others = ((other, other) for code in inside for other in orbits[code])
    return union(chain(ranges, others))


def contains(ranges: Ranges, code: int) -> bool:
    """Whether a set holds a character."""
    place = bisect_right(ranges, (code, LAST)) - 1
    return place >= 0 and code <= ranges[place][1]


def only(ranges: Ranges) -> str | None:
    """The one character of a set that holds just one."""
    return chr(ranges[0][0]) if len(ranges) == 1 and ranges[0][0] == ranges[0][1] else None


def of(members: str) -> Ranges:
    """A set from its members, written as ``a-z`` for a run: ``0-9A-Za-z_``."""
    found: list[tuple[int, int]] = []
    position = 0
    while position < len(members):
        low = high = ord(members[position])
        if members[position + 1 : position + 2] == "-":
            high = ord(members[position + 2])
            position += 2
        found.append((low, high))
        position += 1
    return union(found)


NOT_NEWLINE: Final = negated(((NEWLINE, NEWLINE),))
