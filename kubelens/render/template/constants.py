"""Constants where a type is asked for, and where none is (text/template, ``evalArg`` and ``idealConstant``)."""

from __future__ import annotations

from typing import Final

from kubelens.render.go.types import (
    Float32,
    Int8,
    Int16,
    Int32,
    Int64,
    Uint,
    Uint8,
    Uint16,
    Uint32,
    Uint64,
)
from kubelens.render.template.nodes import Bool, Number, String

_INTEGERS: Final[dict[str, type[int]]] = {
    "int": int,
    "int8": Int8,
    "int16": Int16,
    "int32": Int32,
    "int64": Int64,
}
_UNSIGNED: Final[dict[str, type[int]]] = {
    "uint": Uint,
    "uint8": Uint8,
    "uint16": Uint16,
    "uint32": Uint32,
    "uint64": Uint64,
}
_FLOATS: Final[dict[str, type[float]]] = {"float64": float, "float32": Float32}
_FLOAT_MARKS: Final = frozenset(".eEpP")


class NotOfType(Exception):
    """A constant that a type does not take; the message is Go's."""


def ideal(node: Number) -> object:
    """The value of a number of which only its form tells the kind; raises ``NotOfType``."""
    text = node.text
    if node.complex is not None:
        return node.complex
    hexadecimal = text[:2] in ("0x", "0X") and len(text) > 2 and not {"p", "P"} & set(text)
    if node.floating is not None and not hexadecimal and text[0] != "'" and _FLOAT_MARKS & set(text):
        return node.floating
    if node.integer is not None:
        return node.integer
    raise NotOfType(f"{text} overflows int")


def typed(node: Bool | Number | String, go_type: str) -> object:
    """The value of a constant for a parameter of a type other than ``interface {}``; raises ``NotOfType``."""
    if go_type == "string":
        if isinstance(node, String):
            return node.text
        raise NotOfType(f"expected string; found {node}")
    if go_type == "bool":
        if isinstance(node, Bool):
            return node.value
        raise NotOfType(f"expected bool; found {node}")
    if go_type in _INTEGERS:
        if isinstance(node, Number) and node.integer is not None:
            return _INTEGERS[go_type](node.integer)
        raise NotOfType(f"expected integer; found {node}")
    if go_type in _UNSIGNED:
        if isinstance(node, Number) and node.unsigned is not None:
            return _UNSIGNED[go_type](node.unsigned)
        raise NotOfType(f"expected unsigned integer; found {node}")
    if go_type in _FLOATS:
        if isinstance(node, Number) and node.floating is not None:
            return _FLOATS[go_type](node.floating)
        raise NotOfType(f"expected float; found {node}")
    raise NotOfType(f"can't handle {node} for arg of type {go_type}")
