"""``eq``, ``lt`` and their kin, and the truth of values (text/template, ``funcs.go``)."""

from __future__ import annotations

from typing import Final

from kubelens.render.go.function import Function, TemplateFailure
from kubelens.render.go.printf import sprintf
from kubelens.render.go.types import (
    FLOAT_KINDS,
    INTEGER_KINDS,
    UNSIGNED_KINDS,
    Mapping,
    Slice,
    is_true,
    kind_name,
    type_name,
)
from kubelens.render.template.kinds import REFLECTED

_SIMPLE: Final = {str: "string", bool: "bool", int: "int", float: "float", complex: "complex"}
_INCOMPATIBLE: Final = "incompatible types for comparison"
_INVALID: Final = "invalid type for comparison"


def _basic_kind(value: object) -> str | None:
    """The kind that comparison goes by; None for what has no order (``basicKind``)."""
    known = _SIMPLE.get(type(value))
    if known is not None:
        return known
    if isinstance(value, str):
        return "string"
    kind = kind_name(value)
    if kind in INTEGER_KINDS:
        return "int"
    if kind in UNSIGNED_KINDS:
        return "uint"
    if kind in FLOAT_KINDS:
        return "float"
    return None


class IncompatibleTypes(TemplateFailure):
    """Two values of types that are never compared."""

    def __init__(self, one: object, other: object) -> None:
        super().__init__(f"{_INCOMPATIBLE}: {type_name(one)} and {type_name(other)}")


def without_types(function: Function) -> Function:
    """The function as Go had it before 1.25: what it says of types that do not fit does not name them."""

    def call(*values: object) -> object:
        try:
            return function.call(*values)
        except IncompatibleTypes:
            raise TemplateFailure(_INCOMPATIBLE) from None

    return Function(function.name, call, function.parameters, function.variadic)


def _is_nil(value: object) -> bool:
    return value is None or (isinstance(value, Mapping | Slice) and value.nil)


def equal(one: object, *others: object) -> bool:
    """Whether the first is equal to any of the others."""
    if not others:
        raise TemplateFailure("missing argument for comparison")
    kind = _basic_kind(one)
    return any(_equal_of(kind, one, other) for other in others)


def _equal_of(kind: str | None, one: object, other: object) -> bool:
    other_kind = _basic_kind(other)
    if kind != other_kind:
        if {kind, other_kind} == {"int", "uint"}:
            return one == other
        if one is not None and other is not None:
            raise IncompatibleTypes(one, other)
        return False
    if kind is not None:
        return one == other
    if one is not None and other is not None and kind_name(one) != kind_name(other):
        text = sprintf("non-comparable types %s: %s, %s: ", [one, type_name(one), type_name(other)])
        raise TemplateFailure(text + sprintf("%v", [other]))
    if _is_nil(one) or _is_nil(other):
        return _is_nil(one) == _is_nil(other)
    if isinstance(other, dict | list | bytes):
        raise TemplateFailure(sprintf("non-comparable type %s: %s", [other, type_name(other)]))
    return one is other or (type_name(one) == type_name(other) and one == other)


def not_equal(one: object, other: object) -> bool:
    """Whether the two differ."""
    return not equal(one, other)


def less(one: object, other: object) -> bool:
    """Whether the first comes before the other."""
    kind, other_kind = _basic_kind(one), _basic_kind(other)
    if kind is None or other_kind is None:
        raise TemplateFailure(_INVALID)
    if kind != other_kind:
        if {kind, other_kind} == {"int", "uint"}:
            return one < other  # type: ignore[operator, no-any-return]
        raise IncompatibleTypes(one, other)
    if kind in ("bool", "complex"):
        raise TemplateFailure(_INVALID)
    return one < other  # type: ignore[operator, no-any-return]


def less_or_equal(one: object, other: object) -> bool:
    """Whether the first comes before the other, or is equal to it."""
    return less(one, other) or equal(one, other)


def greater(one: object, other: object) -> bool:
    """Whether the first comes after the other."""
    return not less_or_equal(one, other)


def greater_or_equal(one: object, other: object) -> bool:
    """Whether the first does not come before the other."""
    return not less(one, other)


def _not(value: object) -> bool:
    return not is_true(value)


def _never(*values: object) -> object:
    raise NotImplementedError  # the engine stops at the first value that decides, before the others are evaluated


COMPARING: Final = (
    Function("eq", equal, (REFLECTED, REFLECTED), variadic=True),
    Function("ne", not_equal, (REFLECTED, REFLECTED)),
    Function("lt", less, (REFLECTED, REFLECTED)),
    Function("le", less_or_equal, (REFLECTED, REFLECTED)),
    Function("gt", greater, (REFLECTED, REFLECTED)),
    Function("ge", greater_or_equal, (REFLECTED, REFLECTED)),
)
FUNCTIONS: Final = (
    *COMPARING,
    Function("not", _not, (REFLECTED,)),
    Function("and", _never, (REFLECTED, REFLECTED), variadic=True),
    Function("or", _never, (REFLECTED, REFLECTED), variadic=True),
)
