"""Values that stand at several places of a document through anchors: changed for all of them, or at one alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from kubelens.syntax.pattern import pattern
from kubelens.syntax.place import Place, Step, child
from kubelens.syntax.text import Edit, Source, Span
from kubelens.syntax.tree import Alias, Document, Node, Scalar, Sequence, resolve
from kubelens.syntax.tree import Mapping as MappingNode

_MOST_PLACES: Final = 10_000
_PROPERTIES: Final = pattern(r"(?:&\S+\s+)?")


def set_anchored(document: Document, place: Place, text: str, wanted: Mapping[Place, str]) -> Edit | None:
    """Write ``text`` where a value stands that an anchor gives to several places; None where that changes others.

    The value itself is changed where each of its places is to have the same text (``wanted``), else an alias is
    replaced. The anchor stays.
    """
    node = _reach(document.root, place.path)
    target = resolve(node)
    if not isinstance(target, Scalar) or target.tag is not None or target.style in ("|", ">"):
        return None
    places = list(_places_of(target, document.root))
    if len(places) < _MOST_PLACES and all(
        wanted.get(Place(place.uri, place.document, path)) == text for path in places
    ):
        return Edit(Span(_value_start(document.source, target), target.end), text)
    if isinstance(node, Alias) and len(list(_places_of(node, document.root))) == 1:
        return Edit(node.span, text)
    return None


def is_shared(document: Document, place: Place) -> bool:
    """Whether a value, or something it stands in, has an anchor or is reached through an alias."""
    node = document.root
    for step in (*place.path, None):
        if isinstance(node, Alias) or (node is not None and node.anchor is not None):
            return True
        if step is None:
            return False
        key, below = child(node, step)
        if isinstance(node, MappingNode) and below is not None and not any(k is key for k, _ in node.entries):
            return True
        node = below
    return False


def _value_start(source: Source, node: Scalar) -> int:
    found = _PROPERTIES.match(source.text, node.start, node.end)
    return found.end() if found is not None and node.anchor is not None else node.start


def _reach(node: Node | None, path: tuple[Step, ...]) -> Node | None:
    for step in path:
        _, node = child(node, step)
    return node


def _places_of(wanted: Node, root: Node | None) -> Iterator[tuple[Step, ...]]:
    """The paths at which a node is met, aliases and merge keys followed; as many as are ever looked at."""
    stack: list[tuple[tuple[Step, ...], Node | None]] = [((), root)]
    looked = found = 0
    while stack and looked < _MOST_PLACES:
        looked += 1
        path, node = stack.pop()
        if node is wanted or resolve(node) is wanted:
            found += 1
            yield path
        target = resolve(node)
        if isinstance(target, Sequence):
            stack.extend(((*path, index), item) for index, item in enumerate(target.items))
        elif isinstance(target, MappingNode):
            stack.extend(((*path, key), child(target, key)[1]) for key in _keys(target))
    if stack:
        yield from [()] * (_MOST_PLACES - found)


def _keys(mapping: MappingNode, depth: int = 0) -> dict[str, None]:
    """The keys of a map, those it merges included."""
    found: dict[str, None] = {}
    for key, value in mapping.entries:
        if isinstance(key, Scalar) and key.text == "<<" and not key.style:
            merged = resolve(value)
            sources = merged.items if isinstance(merged, Sequence) else [merged]
            for source in map(resolve, sources):
                if isinstance(source, MappingNode) and depth < 20:
                    found |= _keys(source, depth + 1)
        elif isinstance(key, Scalar):
            found[key.text] = None
    return found
