"""The methods that templates may call on values."""

from __future__ import annotations

from collections.abc import Mapping as ReadOnly

from kubelens.render.go.function import Function
from kubelens.render.go.time_value import duration_methods
from kubelens.render.go.types import NO_METHODS, Duration, Mapping, Named, Slice, Struct


def methods_of(value: object) -> ReadOnly[str, Function]:
    """The value's methods by name."""
    if isinstance(value, Struct | Slice | Mapping):
        return value.methods
    if isinstance(value, Duration):
        return duration_methods(value)
    if isinstance(value, Named):
        return {"String": Function("String", lambda: value.text)}
    return NO_METHODS
