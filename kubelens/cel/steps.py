"""What a program is made of: steps from variables to a value, and the budget of the items they go over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from kubelens.cel.values import Unmodelled, no_overload

Names = Mapping[str, Any]
Step = Callable[[Names], Any]
"""A part of a program: variables in, value out; raises ``CelError``."""

BUDGET: Final = "@budget"
"""Among the variables: no expression can spell it."""
MOST_ITEMS: Final = 500_000
"""An API server allows an object's rules 10,000,000 units of cost, and one item costs several."""


class Budget:
    """How many items macros may still go over: a server bounds what an expression costs, and so do we."""

    __slots__ = ("left",)

    def __init__(self, items: int = MOST_ITEMS) -> None:
        self.left = items

    def spend(self) -> None:
        """Go over one more item; raises ``Unmodelled`` where there are too many."""
        self.left -= 1
        if self.left < 0:
            raise Unmodelled("it goes over more items than are evaluated here")


def items_of(value: Any, macro: str) -> Iterator[tuple[Any, Any]]:
    """(index or key, item or value) of what a macro goes over."""
    if isinstance(value, list | tuple):
        return enumerate(value)
    if type(value) is dict:
        return iter(value.items())
    raise no_overload(macro, value)
