"""How a family of functions is written down: each by the name that templates know, with its Go signature."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from kubelens.render.go.function import Function

Cost = Callable[..., int]
"""The work of a call in the measure of template statements, by its arguments."""
Changed = Callable[..., Iterable[object]]
"""The tables that a call changes, by its arguments."""
Body = TypeVar("Body", bound=Callable[..., Any])


class Family:
    """Functions of one kind; ``functions`` holds them by name, ``new`` those that came with Helm 4."""

    def __init__(self) -> None:
        self.functions: dict[str, Function] = {}
        self.new: set[str] = set()
        self.costs: dict[str, Cost] = {}
        self.changes: dict[str, Changed] = {}

    def function(
        self,
        *names: str,
        takes: tuple[str, ...] = (),
        variadic: bool = False,
        new: bool = False,
        costs: Cost | None = None,
        changes: Changed | None = None,
    ) -> Callable[[Body], Body]:
        """Enters the decorated function under ``names``; ``takes`` are the Go types of its parameters.

        ``new``: Helm 3 does not have it. ``costs``: how much work a call with these arguments is, where it is much. ``changes``: which
        tables among them it may change.
        """

        def entered(body: Body) -> Body:
            for name in names:
                self.functions[name] = Function(name, body, takes, variadic)
                if new:
                    self.new.add(name)
                if costs is not None:
                    self.costs[name] = costs
                if changes is not None:
                    self.changes[name] = changes
            return body

        return entered
