"""The names and places of one template while it is compiled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kubelens.render.go.function import Function
from kubelens.render.go.types import type_name
from kubelens.render.origin import Origin, Piece, Text
from kubelens.render.template.faults import ExecutionFault
from kubelens.render.template.frame import FIRST_VARIABLE, ROOT, ROOT_ORIGINS, Frame
from kubelens.render.template.kinds import element_type
from kubelens.render.template.nodes import Node, String
from kubelens.render.template.tree import Tree


class Place(NamedTuple):
    """Where a variable or dot lives in the frame: its value, and where that was written.

    ``container``: the place of the list or map that it is an element of, None if it stands for itself.
    """

    value: int
    origins: int
    container: int | None = None

    def held(self, frame: Frame) -> str | None:
        """The type under which the value is kept in its container: ``interface {}``, or None for its own type."""
        container = None if self.container is None else frame.values[self.container]
        if not isinstance(container, dict | list):
            return None
        elements = element_type(type_name(container))
        return elements if elements == "interface {}" else None


ROOT_PLACE = Place(ROOT, ROOT_ORIGINS)


class Scope:
    """One template being compiled: its functions, its variables by name, and where dot comes from."""

    def __init__(self, tree: Tree, functions: Mapping[str, Function]) -> None:
        self.tree = tree
        self.source = tree.text
        pieces = tree.text.pieces
        self.file = pieces[0].origins[0] if len(pieces) == 1 and pieces[0].exact else None
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

    def here(self) -> tuple[list[tuple[str, Place]], Place]:
        """The names and dot of this place, for what is compiled later."""
        return list(self.names), self.dot

    def go_to(self, place: tuple[list[tuple[str, Place]], Place]) -> tuple[list[tuple[str, Place]], Place]:
        """Take the names and dot of a place; gives those of the present one."""
        before = self.names, self.dot
        self.names, self.dot = place
        return before

    def fault(self, node: Node, message: str, cause: Exception | None = None) -> ExecutionFault:
        """The failure of ``node``."""
        text = self.tree.text
        before = text.rfind("\n", 0, node.start) + 1
        column = len(text[before : node.start].encode("utf-8", "surrogateescape"))
        line = 1 + text.count("\n", 0, node.start)
        return ExecutionFault(self.tree.file, line, column, self.tree.name, str(node), message, cause)

    def origins(self, start: int, end: int) -> tuple[Origin, ...]:
        """Where the template's characters from ``start`` to ``end`` were written."""
        if self.file is not None:
            return (Origin(self.file.file, self.file.start + start, self.file.start + end),)
        return self.source.origins_of(start, end)

    def pieces(self, start: int, end: int) -> tuple[Piece, ...]:
        """The pieces of the template's characters from ``start`` to ``end``."""
        if self.file is not None and start < end:
            origin = Origin(self.file.file, self.file.start + start, self.file.start + end)
            return (Piece(end - start, (origin,), True),)
        return tuple(self.source.pieces_of(start, end))

    def written(self, node: String) -> Text:
        """What a quoted string of the template stands for, with its place there."""
        end = node.start + len(node.quoted)
        if self.tree.text[node.start + 1 : end - 1] == node.text:
            return Text(node.text, self.pieces(node.start + 1, end - 1))
        return Text.of(node.text, *self.origins(node.start, end))
