"""CEL's operators on values: equality across types, order, arithmetic that overflows as 64 bits do.

Follows cel-go ``common/types``; list types as in apiserver ``pkg/cel/common/maplist.go``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

from kubelens.cel.parse import INT_RANGE, UINT_MAX
from kubelens.cel.sizes import Steps, bound_list, bound_pairs, bound_text
from kubelens.cel.values import CelError, Duration, Optional, Timestamp, UInt, Unordered, no_overload

_NUMBERS: Final = frozenset({int, UInt, float})
_LISTS: Final = (list, tuple)


def equal(one: Any, other: Any, steps: Steps | None = None) -> bool:
    """Whether two values are equal; values of different types are not, numbers compare by what they say.

    Raises:
        Unmodelled: lists and maps that hold more values than are compared; ``steps``: what is left of these.
    """
    left, right = type(one), type(other)
    if left in _NUMBERS:
        return right in _NUMBERS and bool(
            one == other if left is not float and right is not float else float(one) == float(other)
        )
    if isinstance(one, _LISTS):
        if not isinstance(other, _LISTS) or len(one) != len(other):
            return False
        steps = steps or Steps()
        if isinstance(one, Unordered):
            return _same_members(one, other, steps)
        if isinstance(other, Unordered):
            return _same_members(other, one, steps)
        steps.take(len(one))
        return all(equal(a, b, steps) for a, b in zip(one, other, strict=True))
    if isinstance(one, dict):
        if not isinstance(other, dict) or len(one) != len(other):
            return False
        steps = steps or Steps()
        steps.take(len(one))
        return all(key in other and equal(value, other[key], steps) for key, value in one.items())
    if left is Optional:
        if right is not Optional or one.present != other.present:
            return False
        return not one.present or equal(one.value, other.value, steps)
    return left is right and bool(one == other)


def _key_of(item: Any, keys: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(item.get(key) for key in keys) if isinstance(item, dict) else ()


def _same_members(one: Unordered, other: Any, steps: Steps) -> bool:
    bound_pairs(len(one), len(other))
    rest = list(other)
    for item in one:
        for position, candidate in enumerate(rest):
            if equal(item, candidate, steps):
                del rest[position]
                break
        else:
            return False
    return True


def compare(one: Any, other: Any, operator: str) -> int:
    """-1, 0 or 1; None of it for NaN, which gives 2.

    Raises:
        CelError: the two have no order.
    """
    left, right = type(one), type(other)
    if left in _NUMBERS and right in _NUMBERS:
        if one != one or other != other:  # noqa: PLR0124 - NaN is not equal to itself
            return 2
        if left is float or right is float:
            one, other = float(one), float(other)
    elif left is not right or left not in (str, bytes, bool, Duration, Timestamp):
        compared = getattr(one, "compare", None)
        if left is not right or compared is None:
            raise no_overload(operator, one, other)
        return int(compared(other))
    return -1 if one < other else int(one != other)


def _whole(value: int) -> int:
    if not INT_RANGE[0] <= value <= INT_RANGE[1]:
        raise CelError("integer overflow")
    return value


def _unsigned(value: int) -> UInt:
    if not 0 <= value <= UINT_MAX:
        raise CelError("unsigned integer overflow")
    return UInt(value)


def add(one: Any, other: Any) -> Any:
    """``a + b``: numbers, texts, lists, times."""
    left, right = type(one), type(other)
    if left is right:
        if left is int:
            return _whole(one + other)
        if left is str or left is bytes:
            bound_text(len(one) + len(other))
            return one + other
        if left is float:
            return one + other
        if left is UInt:
            return _unsigned(int(one) + int(other))
        if left is Duration:
            return Duration(one.nanos + other.nanos)
    if isinstance(one, _LISTS) and isinstance(other, _LISTS):
        bound_list(len(one) + len(other))
        return _merged(one, other) if isinstance(one, Unordered) else [*one, *other]
    if left is Timestamp and right is Duration:
        return Timestamp(one.nanos + other.nanos)
    if left is Duration and right is Timestamp:
        return Timestamp(one.nanos + other.nanos)
    raise no_overload("_+_", one, other)


def _merged(one: Unordered, other: Any) -> Unordered:
    """Lists of type set keep one of each; of type map, items of the second replace those of equal keys."""
    bound_pairs(len(one) + len(other), len(other))
    items = list(one)
    for item in other:
        if one.keys:
            place = next(
                (i for i, known in enumerate(items) if _key_of(known, one.keys) == _key_of(item, one.keys)), -1
            )
        else:
            place = next((i for i, known in enumerate(items) if equal(known, item)), -1)
        if place < 0:
            items.append(item)
        else:
            items[place] = item
    return Unordered(items, one.keys)


def subtract(one: Any, other: Any) -> Any:
    """``a - b``: numbers and times."""
    left, right = type(one), type(other)
    if left is right:
        if left is int:
            return _whole(one - other)
        if left is float:
            return one - other
        if left is UInt:
            return _unsigned(int(one) - int(other))
        if left is Duration or left is Timestamp:
            return Duration(one.nanos - other.nanos)
    if left is Timestamp and right is Duration:
        return Timestamp(one.nanos - other.nanos)
    raise no_overload("_-_", one, other)


def multiply(one: Any, other: Any) -> Any:
    """``a * b`` of two numbers of one type."""
    left = type(one)
    if left is type(other):
        if left is int:
            return _whole(one * other)
        if left is float:
            return one * other
        if left is UInt:
            return _unsigned(int(one) * int(other))
    raise no_overload("_*_", one, other)


def divide(one: Any, other: Any) -> Any:
    """``a / b``: integers towards zero, doubles as IEEE has it."""
    left = type(one)
    if left is not type(other) or left not in _NUMBERS:
        raise no_overload("_/_", one, other)
    if left is float:
        return _quotient(one, other)
    if other == 0:
        raise CelError("division by zero")
    quotient = abs(int(one)) // abs(int(other))
    signed = -quotient if (one < 0) != (other < 0) else quotient
    return _whole(signed) if left is int else UInt(signed)


def _quotient(one: float, other: float) -> float:
    if other:
        return one / other
    if one == 0 or math.isnan(one):
        return math.nan
    return math.copysign(math.inf, one) * math.copysign(1.0, other)


def remainder(one: Any, other: Any) -> Any:
    """``a % b`` of integers, with the sign of ``a``."""
    left = type(one)
    if left is not type(other) or left not in (int, UInt):
        raise no_overload("_%_", one, other)
    if other == 0:
        raise CelError("modulus by zero")
    if left is int and one == INT_RANGE[0] and other == -1:
        raise CelError("integer overflow")
    rest = abs(int(one)) % abs(int(other))
    return UInt(rest) if left is UInt else (-rest if one < 0 else rest)


def negate(one: Any) -> Any:
    """``-a`` of a signed number."""
    if type(one) is int:
        return _whole(-one)
    if type(one) is float:
        return -one
    raise no_overload("-_", one)


def contained(one: Any, other: Any) -> bool:
    """``a in b`` for lists (items) and maps (keys)."""
    if isinstance(other, _LISTS):
        return any(equal(one, item) for item in other)
    if type(other) is dict:
        return _has_key(other, one)
    raise no_overload("@in", one, other)


def _has_key(mapping: dict[Any, Any], key: Any) -> bool:
    try:
        return key in mapping and (type(key) is not bool or any(known is key for known in mapping))
    except TypeError:
        return False


def lookup(container: Any, key: Any) -> Any:
    """``container[key]``.

    Raises:
        CelError: there is no such item, or the container has none.
    """
    if isinstance(container, _LISTS):
        if type(key) is float and key.is_integer():
            key = int(key)
        if type(key) not in (int, UInt):
            raise no_overload("_[_]", container, key)
        if not 0 <= key < len(container):
            raise CelError(f"index out of bounds: {key}")
        return container[key]
    if type(container) is dict:
        if not _has_key(container, key):
            raise CelError(f"no such key: {key}")
        return container[key]
    raise no_overload("_[_]", container, key)


Binary = Callable[[Any, Any], Any]


def _ordered(operator: str, wanted: frozenset[int]) -> Binary:
    def run(one: Any, other: Any) -> bool:
        return compare(one, other, operator) in wanted

    return run


BINARY: Final[dict[str, Binary]] = {
    "_==_": equal,
    "_!=_": lambda one, other: not equal(one, other),
    "_<_": _ordered("_<_", frozenset({-1})),
    "_<=_": _ordered("_<=_", frozenset({-1, 0})),
    "_>_": _ordered("_>_", frozenset({1})),
    "_>=_": _ordered("_>=_", frozenset({0, 1})),
    "_+_": add,
    "_-_": subtract,
    "_*_": multiply,
    "_/_": divide,
    "_%_": remainder,
    "@in": contained,
}
