"""Reading and changing fields of a tree as kyaml's filters do (``Lookup``, ``LookupCreate``, ``FieldSetter``, ...)."""

from __future__ import annotations

import re
from collections.abc import Sequence as SequenceOf

from kubelens.kube.scalar import reads_as_itself
from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.node import MAPPING, NOTHING, SCALAR, SEQUENCE, Node, is_null
from kubelens.render.kustomize.resolution import NULL, STR, resolve
from kubelens.render.origin import Origin
from kubelens.syntax.pattern import pattern

Written = tuple[Origin, ...]
_NAMES = {MAPPING: "MappingNode", SEQUENCE: "SequenceNode", SCALAR: "ScalarNode", NOTHING: ""}
_INTEGER = pattern(r"[-+]?[0-9]+", re.ASCII)


def wrong_kind(node: Node, expected: int) -> BuildFault:
    """``InvalidNodeKindError``."""
    from kubelens.render.kustomize.printing import kyaml_text  # noqa: PLC0415 - only for a message

    return BuildFault(
        f"wrong node kind: expected {_NAMES[expected]} but got {_NAMES[node.kind]}: node contents:\n{kyaml_text(node)}"
    )


def require(node: Node | None, kind: int) -> None:
    """``ErrorIfInvalid``: null passes for anything."""
    if not is_null(node) and node.kind != kind:  # type: ignore[union-attr]
        raise wrong_kind(node, kind)  # type: ignore[arg-type]


def field(node: Node | None, name: str) -> Node | None:
    """``Get``: the value of a field; None of null, and where there is none."""
    if is_null(node):
        return None
    assert node is not None
    if node.kind != MAPPING:
        raise wrong_kind(node, MAPPING)
    return node.fields.get(name)


def peek(node: Node | None, *path: str) -> Node | None:
    """The node at a path of field names, None where it does not go on; never a fault."""
    for name in path:
        if node is None or node.kind != MAPPING:
            return None
        node = node.fields.get(name)
    return node


def index_of(part: str) -> int | None:
    """The number that a path's part is (``strconv.Atoi``)."""
    return int(part) if _INTEGER.fullmatch(part) else None


def lookup(node: Node | None, path: SequenceOf[str], create: int = NOTHING) -> Node | None:
    """``PathGetter``: field names, ``[name=value]``, ``[=value]``, positions and ``-`` for the last one.

    ``create``: the kind of what is made where the path ends in nothing.
    """
    parts = [part for raw in path if (part := raw.strip())]
    for position, part in enumerate(parts):
        if node is None:
            return None
        following = parts[position + 1] if position + 1 < len(parts) else ""
        number = index_of(part)
        if number is not None:
            if number < 0:
                raise BuildFault(f"array index {number} cannot be negative")
            node = _at(node, number)
        elif part == "-":
            node = _at(node, -1)
        elif part == "*":
            raise BuildFault("wildcard is not supported in PathGetter")
        elif part.startswith("[") and part.endswith("]"):
            node = _element(node, part, create)
        else:
            node = _named(node, part, kind_for(following, create) if create else NOTHING)
    return node


def kind_for(following: str, last: int) -> int:
    """``getPathPartKind``: what must stand before the next part of a path."""
    if following.startswith("[") and following.endswith("]"):
        return SEQUENCE
    number = index_of(following) if following else None
    if number is not None and number >= 0:
        return SEQUENCE
    return last if not following else MAPPING


def split_condition(part: str) -> tuple[str, str]:
    """(field, value) of ``[field=value]``."""
    name, equals, value = part.removesuffix("]").removeprefix("[").partition("=")
    if not equals:
        raise BuildFault("list path element must contain fieldName=fieldValue for element to match")
    return name, value


def _at(node: Node, number: int) -> Node | None:
    require(node, SEQUENCE)
    items = node.items
    if number < 0:
        return items[-1] if items else None
    return items[number] if number < len(items) else None


def _element(node: Node, part: str, create: int) -> Node | None:
    name, value = split_condition(part)
    require(node, SEQUENCE)
    found = matching_element(node, [name], [value])
    if found is not None or not create:
        return found
    made = Node(SCALAR, value)
    if name:
        made, inner = Node(MAPPING), made
        made.fields[name] = inner
    node.items.append(made)
    return made


def matching_element(node: Node, keys: list[str], values: list[str]) -> Node | None:
    """``ElementMatcher``: the first item whose fields have these values; a key "" stands for the scalar itself."""
    if not keys or not keys[0]:
        wanted = values[0] if values else ""
        return next((item for item in node.items if item.value == wanted), None)
    for item in node.items:
        if item.kind != MAPPING or is_null(item):
            continue
        fields = item.fields
        if all((found := fields.get(k)) is not None and found.value == v for k, v in zip(keys, values, strict=True)):
            return item
    return None


def _named(node: Node, name: str, create: int) -> Node | None:
    found = field(node, name)
    if found is not None or not create or is_null(node):
        return found
    return set_field(node, name, Node(create))


def set_field(node: Node, name: str, value: Node | None, *, keep: bool = False) -> Node | None:
    """``FieldSetter`` with a name: an existing field keeps its style; None and null clear it unless told to ``keep``."""
    if value is not None:
        _quote_if_needed(value)
    if value is None or (value.tag == NULL and not keep):
        clear(node, name)
        return None
    found = field(node, name)
    if found is not None:
        value.style = found.style
        if found is not value:
            found.take(value)
            if value.key is not None:
                found.key = value.key
            elif value.written is not None:
                found.key = None
        return found
    put(node, name, value)
    return value


def put(node: Node, name: str, value: Node) -> None:
    """Add a field that is not there; its name is written bare, and is what it looks like."""
    node.fields[name] = value
    if resolve(str(name))[0] != STR:
        node.odd = (node.odd or frozenset()) | {name}


def set_scalar(node: Node, value: Node) -> None:
    """``FieldSetter`` without a name: the node becomes the value and keeps its style."""
    _quote_if_needed(value)
    require(node, SCALAR)
    if is_null(value):
        return
    value.style = node.style
    node.take(value)


def clear(node: Node | None, name: str) -> None:
    """``FieldClearer``."""
    if is_null(node):
        return
    require(node, MAPPING)
    assert node is not None
    if node.fields.pop(name, None) is not None and node.odd is not None:
        node.odd = frozenset(node.odd - {name}) or None


def _quote_if_needed(value: Node) -> None:
    if value.kind == SCALAR and not value.style and value.tag in ("", STR) and is_other_in_yaml_1_1(value.value):
        value.style = '"'


def is_other_in_yaml_1_1(text: str) -> bool:
    """``IsValueNonString``: whether a bare text is no string for go-yaml v2."""
    bare = str(text).strip()
    return bool(bare) and "\n" not in text and not reads_as_itself(bare)
