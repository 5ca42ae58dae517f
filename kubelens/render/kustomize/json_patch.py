"""JSON patches of RFC 6902 as evanphx/json-patch v4 applies them, in its words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeVar

from kubelens.render.go.strconv import quote
from kubelens.render.kustomize.fault import BuildFault, first_origin
from kubelens.render.kustomize.json_node import node_of, through_json
from kubelens.render.kustomize.node import MAPPING, SEQUENCE, Node, is_null
from kubelens.render.kustomize.values import value_of
from kubelens.render.origin import Sourced
from kubelens.render.yaml.fault import YamlFault
from kubelens.render.yaml.read import read_yaml
from kubelens.syntax.pattern import pattern

_T = TypeVar("_T")
_INTEGER: Final = pattern(r"[-+]?[0-9]+", re.ASCII)


class Operation(NamedTuple):
    """One step. ``value`` is None where none is given; ``at`` is what is blamed."""

    op: str
    path: str
    source: str
    value: object
    at: object


def decode_patch(text: str, file: str = "") -> list[Operation]:
    """The operations in a text.

    Raises:
        BuildFault: it is no JSON patch.
    """
    if not text:
        raise BuildFault("empty json patch operations")
    if text[0] == "[":  # then it is read as JSON, and YAML's own way to write a list is none
        try:
            json.loads(text, parse_constant=_no_number)
        except (ValueError, RecursionError):
            raise BuildFault("invalid character in a JSON patch") from None
    try:
        value = read_yaml(text, file)
    except YamlFault as fault:
        raise BuildFault(str(fault)) from None
    if value is None:
        return []
    if not isinstance(value, list):
        raise BuildFault("json: cannot unmarshal object into Go value of type jsonpatch.Patch", first_origin(value))
    found: list[Operation] = []
    for item in value:
        if not isinstance(item, dict):
            raise BuildFault("json: cannot unmarshal into Go value of type jsonpatch.Operation", first_origin(item))
        found.append(
            Operation(_text(item, "op"), _text(item, "path"), _text(item, "from"), _given(item), item.get("path", item))
        )
    return found


def _no_number(text: str) -> float:
    raise ValueError(text)


class _Missing:
    """Stands for a value that an operation does not give."""


_MISSING: Final = _Missing()


def _given(item: dict[str, Any]) -> object:
    if "value" not in item:
        return _MISSING
    value = item["value"]
    if isinstance(item, Sourced) and "value" in item.origins:
        return Sourced([("value", value)], {"value": item.origins["value"]})
    return Sourced([("value", value)])


def _text(item: dict[str, Any], name: str) -> str:
    found = item.get(name)
    return found if isinstance(found, str) else ""


def apply_patch(operations: list[Operation], node: Node) -> None:
    """Apply the steps to an object, in place; it is then what JSON makes of it.

    Raises:
        BuildFault: a step does not apply.
        NotJson: the object holds what JSON cannot.
    """
    through_json(node)
    for operation in operations:
        step = _STEPS.get(operation.op)
        if step is None:
            raise BuildFault(f"Unexpected kind: {operation.op or 'unknown'}").at(operation.at)
        try:
            step(node, operation)
        except BuildFault as fault:
            raise fault.at(operation.at) from None


def _fresh(operation: Operation) -> Node:
    if isinstance(operation.value, _Missing):
        return node_of(None, _written(operation))
    held = operation.value
    assert isinstance(held, Sourced)
    return node_of(held).fields["value"]


def _written(operation: Operation) -> Any:
    place = first_origin(operation.at)
    return (place,) if place is not None else None


def _find(node: Node, path: str) -> tuple[Node | None, str]:
    """``findObject``: the collection that holds the last part of a path, and that part."""
    split = path.split("/")
    if len(split) < 2:
        return None, ""
    current = node
    for part in split[1:-1]:
        found = _get_or_none(current, _decoded(part))
        if found is None or is_null(found) or found.kind not in (MAPPING, SEQUENCE):
            return None, ""
        current = found
    return current, _decoded(split[-1])


def _decoded(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")


def _get_or_none(node: Node, key: str) -> Node | None:
    try:
        return _get(node, key)
    except BuildFault:
        return None


def _get(node: Node, key: str) -> Node | None:
    """What stands under a key, None where a map has no such key.

    Raises:
        BuildFault: a list has no such position.
    """
    if node.kind == MAPPING:
        return node.fields.get(key)
    return node.items[_index(key, len(node.items))]


def _index(key: str, size: int) -> int:
    number = _number(key)
    if number >= size or number < -size:
        raise _bad_index(number)
    return number + size if number < 0 else number


def _number(key: str) -> int:
    if _INTEGER.fullmatch(key) is None:
        raise BuildFault(f"strconv.Atoi: parsing {quote(key)}: invalid syntax")
    return int(key)


def _bad_index(number: int) -> BuildFault:
    return BuildFault(f"Unable to access invalid index: {number}: invalid index referenced")


def _put(holder: Node, key: str, value: Node) -> None:
    if holder.kind == MAPPING:
        holder.fields[key] = value
        return
    items = holder.items
    if key == "-":
        items.append(value)
        return
    try:
        number = _number(key)
    except BuildFault as fault:
        raise fault.within(f"value was not a proper array index: '{key}'") from None
    size = len(items) + 1
    if number >= size or number < -size:
        raise _bad_index(number)
    items.insert(number + size if number < 0 else number, value)


def _take(holder: Node, key: str) -> None:
    if holder.kind == MAPPING:
        if holder.fields.pop(key, None) is None:
            raise BuildFault(f"Unable to remove nonexistent key: {key}: missing value")
        return
    holder.items.pop(_index(key, len(holder.items)))


def _add(node: Node, operation: Operation) -> None:
    holder, key = _find(node, operation.path)
    if holder is None:
        raise _lost(f'add operation does not apply: doc is missing path: "{operation.path}"')
    _within(f"error in add for path: '{operation.path}'", lambda: _put(holder, key, _fresh(operation)))


def _remove(node: Node, operation: Operation) -> None:
    holder, key = _find(node, operation.path)
    if holder is None:
        raise _lost(f'remove operation does not apply: doc is missing path: "{operation.path}"')
    _within(f"error in remove for path: '{operation.path}'", lambda: _take(holder, key))


def _replace(node: Node, operation: Operation) -> None:
    if not operation.path:
        node.take(_fresh(operation))
        return
    holder, key = _find(node, operation.path)
    if holder is None:
        raise _lost(f"replace operation does not apply: doc is missing path: {operation.path}")
    if holder.kind != MAPPING and _get_or_none(holder, key) is None:
        raise _lost(f"replace operation does not apply: doc is missing key: {operation.path}")
    if holder.kind == MAPPING:
        holder.fields[key] = _fresh(operation)
    else:
        holder.items[_index(key, len(holder.items))] = _fresh(operation)


def _move(node: Node, operation: Operation) -> None:
    holder, key = _find(node, operation.source)
    if holder is None:
        raise _lost(f"move operation does not apply: doc is missing from path: {operation.source}")
    words = f"error in move for path: '{key}'"
    value = _within(words, lambda: _get(holder, key)) or node_of(None)
    _within(words, lambda: _take(holder, key))
    target, last = _find(node, operation.path)
    if target is None:
        raise _lost(f"move operation does not apply: doc is missing destination path: {operation.path}")
    _within(f"error in move for path: '{operation.path}'", lambda: _put(target, last, value))


def _copy(node: Node, operation: Operation) -> None:
    holder, key = _find(node, operation.source)
    if holder is None:
        raise _lost(f"copy operation does not apply: doc is missing from path: {operation.source}")
    value = _within(f"error in copy for from: '{operation.source}'", lambda: _get(holder, key)) or node_of(None)
    target, last = _find(node, operation.path)
    if target is None:
        raise _lost(f"copy operation does not apply: doc is missing destination path: {operation.path}")
    _within("error while adding value during copy", lambda: _put(target, last, value.copy()))


def _test(node: Node, operation: Operation) -> None:
    if not operation.path:
        if value_of(node, top=True) != value_of(_fresh(operation)):
            raise BuildFault("testing value  failed: test failed")
        return
    holder, key = _find(node, operation.path)
    if holder is None:
        raise _lost(f"test operation does not apply: is missing path: {operation.path}")
    found = _within(f"error in test for path: '{operation.path}'", lambda: _get(holder, key))
    wanted = value_of(_fresh(operation))
    if (None if found is None else value_of(found)) != wanted:
        raise BuildFault(f"testing value {operation.path} failed: test failed")


def _within(words: str, act: Callable[[], _T]) -> _T:
    try:
        return act()
    except BuildFault as fault:
        raise fault.within(words) from None


def _lost(message: str) -> BuildFault:
    return BuildFault(f"{message}: missing value")


_STEPS: Final[dict[str, Callable[[Node, Operation], None]]] = {
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "move": _move,
    "copy": _copy,
    "test": _test,
}
