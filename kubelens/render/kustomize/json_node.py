"""Trees from JSON values, and trees after a trip through JSON (kyaml ``UnmarshalJSON``, ``FromMap``)."""

from __future__ import annotations

from kubelens.render.go.strconv import format_float
from kubelens.render.kustomize.node import MAPPING, SCALAR, SEQUENCE, Node
from kubelens.render.kustomize.resolution import BOOL, NULL, STR, resolve
from kubelens.render.kustomize.values import refuse_keys, scalar_value
from kubelens.render.origin import Origin, Sourced, SourcedList, origins_in

Written = tuple[Origin, ...] | None


def node_of(value: object, written: Written = None) -> Node:
    """A tree for a value; numbers become floats, as encoding/json reads them. ``written``: where it stands."""
    if isinstance(value, dict):
        node = Node(MAPPING, written=written)
        keys = value.key_origins if isinstance(value, Sourced) else {}
        places = value.origins if isinstance(value, Sourced) else {}
        for name, item in value.items():
            place = places.get(name)
            node.fields[str(name)] = node_of(item, (place,) if place is not None else _origins(item) or written)
            key = keys.get(name)
            if key is not None and node.fields[str(name)].kind != SCALAR:
                node.fields[str(name)].written = (key,)
        return node
    if isinstance(value, list):
        node = Node(SEQUENCE, written=written)
        places_by_index = value.origins if isinstance(value, SourcedList) else {}
        for index, item in enumerate(value):
            at = places_by_index.get(index)
            node.items.append(node_of(item, (at,) if at is not None else _origins(item) or written))
        return node
    return _scalar(value, written)


def through_json(node: Node) -> None:
    """Make a tree what it is after ``MarshalJSON`` and ``UnmarshalJSON``, in place.

    Raises:
        NotJson: it holds what JSON cannot.
    """
    _through_json(node, top=True)


def _through_json(node: Node, *, top: bool = False) -> None:
    if node.kind == MAPPING:
        fields = node.fields
        refuse_keys(node, top=top)
        node.odd = None
        for field in fields.values():
            _through_json(field)
    elif node.kind == SEQUENCE:
        for item in node.items:
            _through_json(item)
    else:
        origins = node.origins
        fresh = _scalar(scalar_value(node), origins or None)
        if fresh.value == node.value:
            fresh.value = node.value
            fresh.written = node.written
            fresh.parsed, fresh.source = node.parsed, node.source
        node.take(fresh)


def _scalar(value: object, written: Written) -> Node:
    if isinstance(value, str):
        return Node(SCALAR, value, STR, "", None if _origins(value) else written)
    if value is None:
        return Node(SCALAR, "null", NULL, "", written)
    if isinstance(value, bool):
        return Node(SCALAR, "true" if value else "false", BOOL, "", written)
    if isinstance(value, int | float):
        text = format_float(float(value), "g")
        return Node(SCALAR, text, resolve(text)[0], "", written)
    raise TypeError(type(value).__name__)


def _origins(value: object) -> Written:
    return (origins_in(value) or None) if isinstance(value, str) else None
