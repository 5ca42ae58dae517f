"""Whether two values are the same all the way down (``reflect.DeepEqual``): the types must be, too."""

from __future__ import annotations

from kubelens.render.go.types import Mapping, Slice, Struct, type_name
from kubelens.render.limits import Budget


def deeply_equal(one: object, other: object) -> bool:
    """An ``int`` and a ``float64`` are never equal, nor NaN and itself, nor a nil and an empty list."""
    if isinstance(one, str):
        return isinstance(other, str) and one == other
    return _equal(one, other, Budget())


def _equal(one: object, other: object, budget: Budget) -> bool:
    budget.spend()
    if type_name(one) != type_name(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        if one is other:
            return True
        return (
            _is_nil(one) == _is_nil(other)
            and len(one) == len(other)
            and all(key in other and _equal(item, other[key], budget) for key, item in one.items())
        )
    if isinstance(one, list) and isinstance(other, list):
        if one is other:
            return True
        return (
            _is_nil(one) == _is_nil(other)
            and len(one) == len(other)
            and all(_equal(item, its, budget) for item, its in zip(one, other, strict=True))
        )
    if isinstance(one, Struct) and isinstance(other, Struct):
        return _equal(dict(one.fields), dict(other.fields), budget)
    return bool(one == other)


def _is_nil(value: object) -> bool:
    return isinstance(value, Slice | Mapping) and value.nil
