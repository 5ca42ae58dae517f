"""How large values may get: a server bounds what an expression costs, and nothing that large is evaluated there either."""

from __future__ import annotations

from typing import Final

from kubelens.cel.values import Unmodelled

LONGEST_TEXT: Final = 10_000_000
"""A tenth of a unit of cost is one character (cel-go ``StringTraversalCostFactor``); a server allows 1,000,000 units."""
LONGEST_LIST: Final = 1_000_000
MOST_COMPARED: Final = 10_000_000


def bound_text(length: int) -> None:
    """Raises ``Unmodelled`` where a text would be too long."""
    if length > LONGEST_TEXT:
        raise Unmodelled("a text of more than 10 MB")


def bound_list(items: int) -> None:
    """Raises ``Unmodelled`` where a list would be too long."""
    if items > LONGEST_LIST:
        raise Unmodelled(f"a list of {items} items")


def bound_pairs(one: int, other: int) -> None:
    """Raises ``Unmodelled`` where so many items of two lists would be held against each other."""
    if one * other > MOST_COMPARED:
        raise Unmodelled("it compares more items than are compared here")


class Steps:
    """What may still be looked at inside one value: lists that hold one another over and over are small and count much."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = LONGEST_LIST

    def take(self, count: int) -> None:
        """Look at so many more; raises ``Unmodelled`` where there are too many."""
        self.left -= count
        if self.left < 0:
            raise Unmodelled("it looks at more values inside others than are looked at here")
