"""Which Go type takes which value (reflect, ``AssignableTo``), and the zero values of types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kubelens.render.go.function import ANY, Function
from kubelens.render.go.types import ANY_MAP, ANY_SLICE, Mapping, Slice, type_name

REFLECTED: Final = "reflect.Value"
"""The type of parameters that take anything, also nil, as it is."""
_NAMED_MAPS: Final = frozenset({"common.Values", "chartutil.Values", ANY_MAP})
"""Named types of ``map[string]interface {}`` itself, which Go takes for each other."""
_NILABLE: Final = ("map[", "[]", "*", "func(", "chan ", ANY)


def takes_nil(go_type: str) -> bool:
    """Whether ``nil`` is a value of the type."""
    return go_type == REFLECTED or go_type.startswith(_NILABLE)


_ELEMENTS: Final = {"engine.files": "[]uint8"}
"""What maps of named types hold, where it is not anything."""


def zero(go_type: str) -> object:
    """The type's zero value."""
    if go_type.startswith("map["):
        return Mapping((), go_type, nil=True)
    if go_type.startswith("[]"):
        return Slice((), go_type, nil=True)
    if go_type == "string":
        return ""
    if go_type == "bool":
        return False
    if go_type in ("float64", "float32"):
        return 0.0
    if go_type.startswith(("int", "uint")) and go_type != ANY:
        return 0
    return None


def element_type(go_type: str) -> str:
    """The type of what a map or slice of a type holds."""
    if go_type.startswith("[]"):
        return go_type[2:]
    if go_type.startswith("map["):
        return go_type.partition("]")[2]
    return _ELEMENTS.get(go_type, ANY)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_map(value: object) -> bool:
    return isinstance(value, dict) and (not isinstance(value, Mapping) or value.go_type in _NAMED_MAPS)


def _is_slice(value: object) -> bool:
    return isinstance(value, list) and (not isinstance(value, Slice) or value.go_type == ANY_SLICE)


def _is_bool(value: object) -> bool:
    return isinstance(value, bool)


_TAKES: Final[dict[str, Callable[[object], bool]]] = {
    "string": _is_text,
    "bool": _is_bool,
    ANY_MAP: _is_map,
    ANY_SLICE: _is_slice,
}


def takes(go_type: str) -> Callable[[object], bool] | None:
    """What says whether a value may be given to the type; None where all may."""
    if go_type in (ANY, REFLECTED):
        return None
    known = _TAKES.get(go_type)
    if known is not None:
        return known
    return lambda value: type_name(value) == go_type


class WrongCount(Exception):
    """A call with too many or too few arguments; the message is Go's."""


def types_of_arguments(function: Function, words: int, *, piped: bool) -> list[str]:
    """The type of each argument of a call with so many ``words``, and one more if one is ``piped``.

    Raises ``WrongCount``.
    """
    parameters, name = function.parameters, function.name
    given = words + piped
    if not function.variadic:
        if given != len(parameters):
            raise WrongCount(f"wrong number of args for {name}: want {len(parameters)} got {given}")
        return list(parameters)
    fixed = len(parameters) - 1
    if given < fixed:
        raise WrongCount(f"wrong number of args for {name}: want at least {fixed} got {words}")
    return [*parameters[:-1], *[parameters[-1]] * (given - fixed)]
