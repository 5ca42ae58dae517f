"""Functions and methods by name: CEL's standard ones here, the others from the libraries beside this file.

Follows cel-go ``common/stdlib`` and ``common/types`` for conversions.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from kubelens.cel import kubernetes, lists, network, patterns, strings, times
from kubelens.cel.names import FUNCTIONS as KNOWN
from kubelens.cel.operators import equal
from kubelens.cel.parse import INT_RANGE, UINT_MAX
from kubelens.cel.sizes import bound_pairs
from kubelens.cel.values import (
    NONE,
    CelError,
    Duration,
    Optional,
    Timestamp,
    Type,
    UInt,
    Unmodelled,
    no_overload,
    parse_duration,
    parse_timestamp,
    type_name,
)

Function = Callable[..., Any]
_MOST_DIGITS: Final = 20
"""Of a number that fits 64 bits."""


def size(value: Any) -> int:
    """Characters, bytes, items or entries."""
    if isinstance(value, str | bytes | list | tuple) or type(value) is dict:
        return len(value)
    raise no_overload("size", value)


def to_int(value: Any) -> int:
    """``int(x)``: numbers towards zero, decimal text, seconds of a moment."""
    if type(value) is int:
        return value
    if type(value) is UInt:
        found = int(value)
    elif type(value) is float:
        if not math.isfinite(value) or not -(2**63) < value < 2**63:
            raise CelError("integer overflow")
        found = int(value)
    elif type(value) is str:
        found = _digits(value, "int")
    elif type(value) is Timestamp:
        found = value.nanos // 10**9
    elif type(value) is Duration:
        found = value.nanos
    else:
        raise no_overload("int", value)
    if not INT_RANGE[0] <= found <= INT_RANGE[1]:
        raise CelError("integer overflow")
    return found


def _digits(text: str, kind: str) -> int:
    bare = text[1:] if text[:1] in ("-", "+") else text
    if not bare.isascii() or not bare.isdigit():
        raise CelError(f"cannot convert {text!r} to {kind}")
    if len(bare.lstrip("0")) > _MOST_DIGITS:
        raise CelError(f"{kind} overflow: {text!r} does not fit 64 bits")
    return int(text[: len(text) - len(bare)] + bare[-_MOST_DIGITS:])


def to_uint(value: Any) -> UInt:
    """``uint(x)``."""
    if type(value) is UInt:
        return value
    if type(value) is float:
        if not math.isfinite(value) or not 0 <= value < 2**64:
            raise CelError("unsigned integer overflow")
        return UInt(int(value))
    if type(value) not in (int, str):
        raise no_overload("uint", value)
    found = _digits(value, "uint") if isinstance(value, str) else value
    if not 0 <= found <= UINT_MAX:
        raise CelError("unsigned integer overflow")
    return UInt(found)


def to_double(value: Any) -> float:
    """``double(x)``."""
    if type(value) in (int, UInt, float):
        return float(value)
    if type(value) is str and value.strip() == value and "_" not in value:
        try:
            return float(value)
        except ValueError:
            pass
    if type(value) is str:
        raise CelError(f"cannot convert {value!r} to double")
    raise no_overload("double", value)


def to_string(value: Any) -> str:
    """``string(x)``."""
    kind = type(value)
    if kind is str:
        return str(value)
    if kind is bool:
        return "true" if value else "false"
    if kind in (int, UInt, Duration, Timestamp):
        return str(int(value)) if kind is UInt else str(value)
    if kind is float:
        return strings.double_text(value)
    if kind is bytes:
        try:
            return str(value, "utf-8")
        except UnicodeDecodeError:
            raise CelError("invalid UTF-8 in bytes, cannot convert to string") from None
    if hasattr(value, "cel_type") and hasattr(value, "text"):
        return str(value.text)
    raise no_overload("string", value)


def to_bool(value: Any) -> bool:
    """``bool(x)``: the texts Go's ``strconv.ParseBool`` takes."""
    if type(value) is bool:
        return value
    if type(value) is not str:
        raise no_overload("bool", value)
    if value in ("1", "t", "T", "true", "TRUE", "True"):
        return True
    if value in ("0", "f", "F", "false", "FALSE", "False"):
        return False
    raise CelError(f"cannot convert {value!r} to bool")


def to_bytes(value: Any) -> bytes:
    """``bytes(x)``."""
    if type(value) is bytes:
        return value
    if type(value) is str:
        return value.encode("utf-8", "surrogatepass")
    raise no_overload("bytes", value)


def to_duration(value: Any) -> Duration:
    """``duration(x)``."""
    if type(value) is Duration:
        return value
    if type(value) is str:
        return parse_duration(value)
    if type(value) is int:
        return Duration(value)
    raise no_overload("duration", value)


def to_timestamp(value: Any) -> Timestamp:
    """``timestamp(x)``."""
    if type(value) is Timestamp:
        return value
    if type(value) is str:
        return parse_timestamp(value)
    if type(value) is int:
        return Timestamp(value * 10**9)
    raise no_overload("timestamp", value)


def type_of(value: Any) -> Type:
    """``type(x)``."""
    return Type(type_name(value))


def _text_method(name: str, run: Callable[[str, str], bool]) -> Function:
    def method(text: Any, other: Any) -> bool:
        if type(text) is not str or type(other) is not str:
            raise no_overload(name, text, other)
        return run(text, other)

    return method


def _value_of(value: Any) -> Any:
    if type(value) is not Optional:
        raise no_overload("value", value)
    if not value.present:
        raise CelError("optional.none() dereference")
    return value.value


def _has_value(value: Any) -> bool:
    if type(value) is not Optional:
        raise no_overload("hasValue", value)
    return value.present


def _of_non_zero(value: Any) -> Optional:
    empty = (
        value is None or value is False or (isinstance(value, int | float | str | bytes | list | dict) and not value)
    )
    return NONE if empty or (isinstance(value, Duration) and not value.nanos) else Optional(value)


def _sets(name: str) -> Function:
    def inside(items: Any, of: Any) -> bool:
        return all(any(equal(item, other) for other in of) for item in items)

    def run(one: Any, other: Any) -> bool:
        if not isinstance(one, list) or not isinstance(other, list):
            raise no_overload(f"sets.{name}", one, other)
        bound_pairs(len(one), len(other))
        if name == "contains":
            return inside(other, one)
        if name == "equivalent":
            return inside(one, other) and inside(other, one)
        return any(equal(item, known) for item in one for known in other)

    return run


FUNCTIONS: Final[Mapping[str, Function]] = {
    "size": size, "int": to_int, "uint": to_uint, "double": to_double, "string": to_string, "bool": to_bool,
    "bytes": to_bytes, "duration": to_duration, "timestamp": to_timestamp, "type": type_of, "dyn": lambda value: value,
    "matches": patterns.matches, "optional.of": Optional, "optional.none": lambda: NONE, "optional.ofNonZeroValue": _of_non_zero,
    "sets.contains": _sets("contains"),
    "sets.equivalent": _sets("equivalent"), "sets.intersects": _sets("intersects"),
    **strings.FUNCTIONS, **lists.FUNCTIONS, **network.FUNCTIONS, **kubernetes.FUNCTIONS,
}  # fmt: skip

METHODS: Final[Mapping[str, Function]] = {
    "size": size, "matches": patterns.matches,
    "contains": _text_method("contains", lambda text, other: other in text),
    "startsWith": _text_method("startsWith", str.startswith), "endsWith": _text_method("endsWith", str.endswith),
    "hasValue": _has_value, "value": _value_of, "string": to_string,
    **times.METHODS, **strings.METHODS, **patterns.METHODS, **lists.METHODS, **network.METHODS, **kubernetes.METHODS,
}  # fmt: skip

_SHARED: Final = {
    "indexOf": (strings.METHODS["indexOf"], lists.METHODS["indexOf"]),
    "lastIndexOf": (strings.METHODS["lastIndexOf"], lists.METHODS["lastIndexOf"]),
    "reverse": (strings.METHODS["reverse"], lists.METHODS["reverse"]),
}


def _by_target(of_text: Function, of_list: Function) -> Function:
    def run(target: Any, *rest: Any) -> Any:
        try:
            return (of_text if type(target) is str else of_list)(target, *rest)
        except TypeError:
            raise no_overload("indexOf", target, *rest) from None

    return run


def _unbound(name: str) -> Function:
    """A function that no API server has: an error where it is called. Raises ``Unmodelled`` for one that it has."""
    if name.rpartition(".")[2] in KNOWN:
        raise Unmodelled(f"{name}()")

    def call(*values: Any) -> Any:
        raise no_overload(name, *values)

    return call


@cache
def function_of(name: str) -> Function:
    """The function of a name; raises ``Unmodelled`` where it is not modelled."""
    found = FUNCTIONS.get(name)
    return found if found is not None else _unbound(name)


@cache
def method_of(name: str) -> Function:
    """The method of a name; raises ``Unmodelled`` where it is not modelled."""
    if name in _SHARED:
        of_text, of_list = _SHARED[name]
        return _by_target(of_text, of_list)
    found = METHODS.get(name)
    return found if found is not None else _unbound(name)
