"""Elements of lists that are known by keys (kyaml ``ElementSetter``, ``walk.validateKeys``)."""

from __future__ import annotations

from typing import NamedTuple

from kubelens.render.kustomize.fields import require
from kubelens.render.kustomize.node import MAPPING, SCALAR, SEQUENCE, Node, is_null


class ListKeys(NamedTuple):
    """Fields and the values they have in one element; the field "" stands for a scalar itself."""

    keys: list[str]
    values: list[str]


def valid_keys(all_values: list[list[str]], values: list[str], keys: list[str]) -> ListKeys:
    """The keys that any element has; all of them where none has any."""
    valid = {keys[index] for one in all_values for index, value in enumerate(one) if value}
    if not valid:
        return ListKeys(keys, values)
    kept = [value for index, value in enumerate(values) if value or keys[index] in valid]
    return ListKeys([key for key in keys if key in valid], kept)


def set_element(node: Node, known: ListKeys, element: Node | None) -> None:
    """Put an element in place of those that match, or behind all; None takes them out. Empty elements go."""
    require(node, SEQUENCE)
    keys, values = known.keys or [""], known.values
    looks_for_mapping = bool(keys[0]) and bool(values and values[0])
    kept: list[Node] = []
    matched = False
    for item in node.items:
        if is_null(item) or (item.kind == MAPPING and not item.peek_fields()):
            continue
        if item.kind != MAPPING and looks_for_mapping:
            kept.append(item)
            continue
        if not _matches(item, keys, values):
            if values:
                kept.append(item)
            continue
        matched = True
        if element is not None:
            kept.append(element)
    if element is not None and not is_null(element) and not matched:
        kept.append(element)
    node.items = kept


def _matches(item: Node, keys: list[str], values: list[str]) -> bool:
    """``FieldMatcher`` for each key that has a value; a value "" matches whatever the field holds."""
    if not values:
        return False
    for key, value in zip(keys, values, strict=False):
        if not key:
            require(item, SCALAR)
            if item.value != value:
                return False
            continue
        require(item, MAPPING)
        found = item.fields.get(key)
        if found is None or (value and found.value != value):
            return False
    return True
