"""Values that stand in for empty ones (sprig, ``defaults.go``)."""

from __future__ import annotations

from kubelens.render.functions.family import Family
from kubelens.render.go.function import ANY
from kubelens.render.go.types import is_true

DEFAULTS = Family()


@DEFAULTS.function("default", takes=(ANY, ANY), variadic=True)
def default(fallback: object, *given: object) -> object:
    """The first value given, or the fallback if that is empty or none is given."""
    return given[0] if given and is_true(given[0]) else fallback


@DEFAULTS.function("empty", takes=(ANY,))
def empty(value: object) -> bool:
    """Whether the value is nil, false, zero, or holds nothing."""
    return not is_true(value)


@DEFAULTS.function("coalesce", takes=(ANY,), variadic=True)
def coalesce(*values: object) -> object:
    """The first value that is not empty, or nil."""
    return next((value for value in values if is_true(value)), None)


@DEFAULTS.function("all", takes=(ANY,), variadic=True)
def all_given(*values: object) -> bool:
    """Whether no value is empty."""
    return all(map(is_true, values))


@DEFAULTS.function("any", takes=(ANY,), variadic=True)
def any_given(*values: object) -> bool:
    """Whether some value is not empty."""
    return any(map(is_true, values))


@DEFAULTS.function("ternary", takes=(ANY, ANY, "bool"))
def ternary(one: object, other: object, condition: bool) -> object:
    """The first value if the condition holds, else the second."""
    return one if condition else other
