"""Whether two values are the same all the way down (``reflect.DeepEqual``): the types must be, too."""

from __future__ import annotations

from kubelens.render.go.types import Mapping, Slice, Struct, type_name


def deeply_equal(one: object, other: object) -> bool:
    """An ``int`` and a ``float64`` are never equal, nor NaN and itself, nor a nil and an empty list."""
    if type_name(one) != type_name(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        if one is other:
            return True
        return (
            _is_nil(one) == _is_nil(other)
            and len(one) == len(other)
            and all(key in other and deeply_equal(item, other[key]) for key, item in one.items())
        )
    if isinstance(one, list) and isinstance(other, list):
        if one is other:
            return True
        return (
            _is_nil(one) == _is_nil(other)
            and len(one) == len(other)
            and all(deeply_equal(item, its) for item, its in zip(one, other, strict=True))
        )
    if isinstance(one, Struct) and isinstance(other, Struct):
        return deeply_equal(dict(one.fields), dict(other.fields))
    return bool(one == other)


def _is_nil(value: object) -> bool:
    return isinstance(value, Slice | Mapping) and value.nil
