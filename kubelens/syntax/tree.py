"""YAML nodes with exact spans, and documents.

Nodes are built once by :mod:`kubelens.syntax.parse` and never changed after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, Union

from msgspec import Struct

from kubelens.syntax.text import Span

if TYPE_CHECKING:
    from kubelens.syntax.text import Source


MOST_NODES: Final = 2_000_000
"""Keys and values of one document: a server takes no object of so many, and they need more than a gigabyte."""


class Scalar(Struct, eq=False, array_like=True, tag="s", gc=False):
    """A scalar as written: ``style`` is ``""`` (plain), ``"'"``, ``'"'``, ``"|"`` or ``">"``."""

    text: str
    style: str
    tag: str | None
    anchor: str | None
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Where it stands, quotes included."""
        return Span(self.start, self.end)


class Mapping(Struct, eq=False, array_like=True, tag="m"):
    """A mapping: ``entries`` as (key, value) pairs in order, duplicates and merge keys kept."""

    entries: list[tuple[Node, Node]]
    tag: str | None
    anchor: str | None
    flow: bool
    start: int
    end: int

    @property
    def span(self) -> Span:
        """From its first key to the end of its last value."""
        return Span(self.start, self.end)


class Sequence(Struct, eq=False, array_like=True, tag="l"):
    """A sequence: ``items`` in order."""

    items: list[Node]
    tag: str | None
    anchor: str | None
    flow: bool
    start: int
    end: int

    @property
    def span(self) -> Span:
        """From its first dash or bracket to the end of its last item."""
        return Span(self.start, self.end)


class Alias(Struct, eq=False, array_like=True, tag="a"):
    """A reference to an anchored node; ``target`` is None where no such anchor went before."""

    name: str
    target: Node | None
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Where the alias stands (not its target)."""
        return Span(self.start, self.end)


Node = Union[Scalar, Mapping, Sequence, Alias]


class Document:
    """One YAML document of a source: its number from 0, its stretch of the text, its tree.

    ``compose``: makes the tree when it is first looked at, where another process has parsed the document.
    """

    __slots__ = ("_compose", "_root", "end", "index", "reached", "source", "start")

    def __init__(
        self,
        source: Source,
        index: int,
        root: Node | None,
        start: int,
        end: int,
        compose: Callable[[Document], Node | None] | None = None,
    ) -> None:
        self.source = source
        self.index = index
        self._root = root
        self._compose = compose
        self.start = start
        self.end = end
        self.reached: dict[tuple[str | int, ...], tuple[Node | None, Node, bool]] = {}

    @property
    def root(self) -> Node | None:
        """Its tree, None where it holds nothing or cannot be read."""
        if self._compose is not None:
            compose, self._compose = self._compose, None
            self._root = compose(self)
        return self._root

    @root.setter
    def root(self, root: Node | None) -> None:
        self._root, self._compose = root, None

    def forget(self, compose: Callable[[Document], Node | None]) -> None:
        """Let go of its tree, which is many times as large as its text; ``compose`` makes it anew for who looks at it."""
        self._root, self._compose = None, compose
        self.reached.clear()

    @property
    def span(self) -> Span:
        """The stretch of the source between its separators."""
        return Span(self.start, self.end)

    def __repr__(self) -> str:
        return f"Document({self.source.uri!r}, {self.index})"


def resolve(node: Node | None) -> Scalar | Mapping | Sequence | None:
    """A node with aliases followed."""
    seen = 0
    while isinstance(node, Alias):
        node = node.target
        seen += 1
        if seen > 100:
            return None
    return node


def walk(node: Node | None) -> Iterator[Node]:
    """A node and all below it in the order of the text, keys included; aliases are not followed."""
    if node is None:
        return
    stack: list[Node] = [node]
    while stack:
        current = stack.pop()
        yield current
        if type(current) is Mapping:
            for key, value in reversed(current.entries):
                stack.append(value)
                stack.append(key)
        elif type(current) is Sequence:
            stack.extend(reversed(current.items))
