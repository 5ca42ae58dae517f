"""The names and places of one template while it is compiled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import NamedTuple

from kubelens.render.go.function import Function
from kubelens.render.go.types import type_name
from kubelens.render.origin import Origin, Text
from kubelens.render.template.faults import ExecutionFault
from kubelens.render.template.frame import FIRST_VARIABLE, ROOT, ROOT_ORIGINS, Frame
from kubelens.render.template.kinds import element_type
from kubelens.render.template.nodes import Node
from kubelens.render.template.parser import Tree


class Place(NamedTuple):
    """Where a variable or dot lives in the frame: its value, and where that was written.

    ``container``: the place of the list or map that it is an element of, None if it stands for itself.
    """

    value: int
    origins: int
    container: int | None = None

    def held(self, frame: Frame) -> str | None:
        """The type under which the value is kept in its container: ``interface {}``, or None for its own type."""
        if self.container is None:
            return None
        elements = element_type(type_name(frame.values[self.container]))
        return elements if elements == "interface {}" else None


ROOT_PLACE = Place(ROOT, ROOT_ORIGINS)


class Scope:
    """One template being compiled: its functions, its variables by name, and where dot comes from."""

    def __init__(self, tree: Tree, source: Text, functions: Mapping[str, Function]) -> None:
        self.tree = tree
        self.source = source
        self.functions = functions
        self.names: list[tuple[str, Place]] = [("$", ROOT_PLACE)]
        self.dot = ROOT_PLACE
        self.size = FIRST_VARIABLE

    def allot(self, count: int) -> int:
        """The first of ``count`` new places in the frame."""
        first = self.size
        self.size += count
        return first

    def declare(self, name: str, container: int | None = None) -> Place:
        """A new variable, which hides an older one of the same name."""
        first = self.allot(2)
        place = Place(first, first + 1, container)
        self.names.append((name, place))
        return place

    def find(self, name: str) -> Place | None:
        """Where the variable of that name lives; None if none was declared before."""
        for known, place in reversed(self.names):
            if known == name:
                return place
        return None

    def remembered(self) -> Callable[[], AbstractContextManager[None]]:
        """The names and dot of this place, for what is compiled later."""
        names, dot = list(self.names), self.dot

        @contextmanager
        def again() -> Iterator[None]:
            outer = self.names, self.dot
            self.names, self.dot = names, dot
            yield
            self.names, self.dot = outer

        return again

    def fault(self, node: Node, message: str, cause: Exception | None = None) -> ExecutionFault:
        """The failure of ``node``."""
        text = self.tree.text
        before = text.rfind("\n", 0, node.start) + 1
        column = len(text[before : node.start].encode("utf-8", "surrogateescape"))
        line = 1 + text.count("\n", 0, node.start)
        return ExecutionFault(self.tree.file, line, column, self.tree.name, str(node), message, cause)

    def origins(self, start: int, end: int) -> tuple[Origin, ...]:
        """Where the template's characters from ``start`` to ``end`` were written."""
        pieces = self.source.pieces
        if len(pieces) == 1 and pieces[0].exact:
            origin = pieces[0].origins[0]
            return (Origin(origin.file, origin.start + start, origin.start + end),)
        return self.source.origins_of(start, end)
