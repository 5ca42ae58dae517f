"""Sets of ports by protocol, as ranges: what a connection may use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

PROTOCOLS: Final = ("TCP", "UDP", "SCTP")
HIGHEST: Final = 65535
Ranges = tuple[tuple[int, int], ...]
_WHOLE: Final[Ranges] = ((1, HIGHEST),)


class PortSet(Struct, frozen=True):
    """Ports of each protocol: sorted, disjoint, inclusive ranges; protocols without ports are left out."""

    ranges: tuple[tuple[str, Ranges], ...] = ()

    @classmethod
    def of(cls, protocol: str, first: int = 1, last: int | None = None) -> PortSet:
        """One range of one protocol; every port where none is given after ``protocol``."""
        end = (HIGHEST if first == 1 and last is None else first) if last is None else last
        return cls(((protocol, ((first, end),)),)) if first <= end else NO_PORTS

    @classmethod
    def single(cls, protocol: str, number: int) -> PortSet:
        """One port."""
        return cls(((protocol, ((number, number),)),))

    @classmethod
    def union(cls, sets: Iterable[PortSet]) -> PortSet:
        """The ports of all of them."""
        found: dict[str, list[tuple[int, int]]] = {}
        for one in sets:
            for protocol, ranges in one.ranges:
                found.setdefault(protocol, []).extend(ranges)
        return _build({protocol: _merge(ranges) for protocol, ranges in found.items()})

    @property
    def is_all(self) -> bool:
        """Whether it is every port of every protocol."""
        return dict(self.ranges) == dict.fromkeys(PROTOCOLS, _WHOLE)

    def __bool__(self) -> bool:
        return bool(self.ranges)

    def __or__(self, other: PortSet) -> PortSet:
        mine, theirs = dict(self.ranges), dict(other.ranges)
        return _build({p: _merge((*mine.get(p, ()), *theirs.get(p, ()))) for p in {**mine, **theirs}})

    def __and__(self, other: PortSet) -> PortSet:
        mine, theirs = dict(self.ranges), dict(other.ranges)
        return _build({p: _cross(mine[p], theirs[p]) for p in mine if p in theirs})

    def __sub__(self, other: PortSet) -> PortSet:
        mine, theirs = dict(self.ranges), dict(other.ranges)
        return _build({p: _cross(mine[p], _complement(theirs.get(p, ()))) for p in mine})

    def has(self, protocol: str, number: int) -> bool:
        """Whether a port is in it."""
        return any(first <= number <= last for first, last in dict(self.ranges).get(protocol, ()))

    def __str__(self) -> str:
        if self.is_all:
            return "all ports"
        return (
            ", ".join(
                f"{p} all ports" if r == _WHOLE else f"{p} " + ",".join(str(a) if a == b else f"{a}-{b}" for a, b in r)
                for p, r in self.ranges
            )
            or "no port"
        )


def _build(ranges: Mapping[str, Ranges]) -> PortSet:
    order = sorted(ranges, key=lambda p: PROTOCOLS.index(p) if p in PROTOCOLS else len(PROTOCOLS))
    return PortSet(tuple((p, ranges[p]) for p in order if ranges[p]))


def _merge(ranges: Iterable[tuple[int, int]]) -> Ranges:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return tuple(merged)


def _cross(left: Ranges, right: Ranges) -> Ranges:
    crossed = [(max(a, c), min(b, d)) for a, b in left for c, d in right]
    return _merge((a, b) for a, b in crossed if a <= b)


def _complement(ranges: Ranges) -> Ranges:
    """Every port that is in none of the ranges."""
    starts = (1, *(last + 1 for _, last in ranges))
    ends = (*(first - 1 for first, _ in ranges), HIGHEST)
    return tuple((a, b) for a, b in zip(starts, ends, strict=True) if a <= b)


NO_PORTS: Final = PortSet()
ALL_PORTS: Final = PortSet(tuple((p, _WHOLE) for p in PROTOCOLS))
