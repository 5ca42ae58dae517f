"""Seconds between two bounds: what manifests alone tell of a time."""

from __future__ import annotations

from typing import Final

from msgspec import Struct


class Interval(Struct, frozen=True):
    """Seconds, from ``lowest`` to ``highest`` (None: there is no bound), both possible."""

    lowest: int
    highest: int | None

    def __add__(self, other: Interval) -> Interval:
        """One after the other."""
        highest = None if self.highest is None or other.highest is None else self.highest + other.highest
        return Interval(self.lowest + other.lowest, highest)

    def __or__(self, other: Interval) -> Interval:
        """Both at the same time: the longer one."""
        highest = None if self.highest is None or other.highest is None else max(self.highest, other.highest)
        return Interval(max(self.lowest, other.lowest), highest)

    def __str__(self) -> str:
        if self.highest is None:
            return f"{self.lowest} s or more"
        return f"{self.lowest} s" if self.lowest == self.highest else f"{self.lowest} to {self.highest} s"


INSTANT: Final = Interval(0, 0)


def exactly(seconds: int) -> Interval:
    """A time that is known."""
    return Interval(seconds, seconds)
