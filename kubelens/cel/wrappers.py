"""Protocol buffers' wrapper types, which expressions may write: ``google.protobuf.Int64Value{value: 1}`` is ``1``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from kubelens.cel.values import CelError, UInt, no_overload

_WRAPPERS: Final[Mapping[str, tuple[type[Any], Any]]] = {
    "BoolValue": (bool, False),
    "BytesValue": (bytes, b""),
    "DoubleValue": (float, 0.0),
    "FloatValue": (float, 0.0),
    "Int32Value": (int, 0),
    "Int64Value": (int, 0),
    "StringValue": (str, ""),
    "UInt32Value": (UInt, UInt(0)),
    "UInt64Value": (UInt, UInt(0)),
}
_NARROW: Final = {"Int32Value": (-(2**31), 2**31), "UInt32Value": (0, 2**32)}


def wrapper(name: str) -> Callable[[Mapping[str, Any]], Any] | None:
    """What makes a value from the fields of a wrapper type, None for any other type."""
    package, _, plain = name.rpartition(".")
    if package.lstrip(".") != "google.protobuf" or plain not in _WRAPPERS:
        return None
    kind, default = _WRAPPERS[plain]

    def make(fields: Mapping[str, Any]) -> Any:
        if fields.keys() - {"value"}:
            raise CelError(f"no such field: {min(fields.keys() - {'value'})}")
        value = fields.get("value", default)
        if type(value) is not kind:
            raise no_overload(name, value)
        if plain in _NARROW and not _NARROW[plain][0] <= value < _NARROW[plain][1]:
            raise CelError("integer overflow")
        return value

    return make
