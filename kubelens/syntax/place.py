"""Symbolic places: which value of which document, whatever line it stands on.

Findings hold places; they become spans at the very end, through :func:`locate`.
"""

from __future__ import annotations

from enum import Enum, auto

from msgspec import Struct

from kubelens.syntax.text import Span
from kubelens.syntax.tree import Alias, Document, Mapping, Node, Scalar, Sequence, resolve

Step = str | int


class Part(Enum):
    """Which part of an entry a place means."""

    VALUE = auto()
    KEY = auto()
    ENTRY = auto()


class Place(Struct, frozen=True, array_like=True, gc=False):
    """A value (or key, or whole entry) in a document: ``path`` of keys and list indexes from its root."""

    uri: str
    document: int
    path: tuple[Step, ...] = ()
    part: Part = Part.VALUE

    def at(self, *steps: Step) -> Place:
        """The place further down."""
        return Place(self.uri, self.document, (*self.path, *steps))

    def key(self) -> Place:
        """The key this value stands under."""
        return Place(self.uri, self.document, self.path, Part.KEY)

    def entry(self) -> Place:
        """The key and the value together."""
        return Place(self.uri, self.document, self.path, Part.ENTRY)

    @property
    def file(self) -> str:
        """The file's path, without the name of the set that a text of a chart was made for."""
        return self.uri.rpartition(" (")[0] if self.uri.endswith(")") else self.uri

    @property
    def folder(self) -> str:
        """The path of the folder that holds the file; ``""`` at the top."""
        return self.file.rpartition("/")[0]

    @property
    def parent(self) -> Place:
        """The place one step up (itself at the root)."""
        return Place(self.uri, self.document, self.path[:-1])


def child(node: Node | None, step: Step) -> tuple[Node | None, Node | None]:
    """(key node, value node) of one step down, aliases and merge keys followed; (None, None) if absent.

    Of duplicate keys the last counts, as for Kubernetes.
    """
    target = resolve(node) if type(node) is Alias else node
    if type(target) is Sequence:
        if isinstance(step, int) and -len(target.items) <= step < len(target.items):
            return None, target.items[step]
        return None, None
    if type(target) is not Mapping:
        return None, None
    wanted = str(step)
    for entry in reversed(target.entries):
        key = entry[0]
        if type(key) is Scalar and key.text == wanted:
            return entry
    for key, value in target.entries:
        if isinstance(key, Scalar) and key.text == "<<":
            merged = resolve(value)
            sources = merged.items if isinstance(merged, Sequence) else [value]
            for source in sources:
                found = child(source, step)
                if found[1] is not None:
                    return found
    return None, None


def locate(document: Document, place: Place) -> Span:
    """The span of a place in its document; the nearest ancestor's where the place does not exist."""
    known = document.reached.get(place.path)
    if known is None:
        root = document.root
        if root is None:
            return Span(document.start, document.start)
        known = _reach(document, root, place.path)
    key, node, reached = known
    if not reached:
        return _head(key, node)
    if place.part is Part.KEY and key is not None:
        return Span(key.start, key.end)
    if place.part is Part.ENTRY and key is not None:
        return Span(key.start, node.end)
    if key is not None and node.start == node.end:
        return Span(key.start, key.end)
    return Span(node.start, node.end)


def _reach(document: Document, root: Node, path: tuple[Step, ...]) -> tuple[Node | None, Node, bool]:
    """(key, value, whether all of the path is there) of the last value a path reaches; ways are remembered."""
    if not path:
        return None, root, True
    known = document.reached.get(path)
    if known is None:
        key, node, reached = _reach(document, root, path[:-1])
        if reached:
            next_key, next_node = child(node, path[-1])
            reached = next_node is not None
            if next_node is not None:
                key, node = next_key, next_node
        known = document.reached[path] = (key, node, reached)
    return known


def _head(key: Node | None, node: Node) -> Span:
    """What stands for an incomplete node: its key, else its first entry's key."""
    if key is not None:
        return Span(key.start, key.end)
    target = resolve(node)
    if isinstance(target, Mapping) and target.entries and target.start >= node.start:
        first = target.entries[0][0]
        return Span(first.start, first.end)
    return Span(node.start, node.end)
