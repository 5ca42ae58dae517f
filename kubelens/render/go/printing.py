"""Values as Go's fmt prints them (fmt, ``print.go``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kubelens.render.go.duration import duration_text
from kubelens.render.go.layout import Layout
from kubelens.render.go.strconv import format_float
from kubelens.render.go.types import (
    FLOAT_KINDS,
    INTEGER_KINDS,
    UNSIGNED_KINDS,
    Duration,
    Mapping,
    Named,
    Slice,
    Struct,
    Uint8,
    kind_name,
    type_name,
)

_DECIMALS: Final = tuple(map(str, range(256)))
_POINTER: Final = "0xc000012345"
"""An address: the real one changes from run to run."""


def format_value(value: object) -> str:
    """The value as ``%v`` prints it: ``map[a:1 b:[x y]]`` with sorted keys, ``1e+06``, ``<nil>``."""
    if isinstance(value, str):
        return value
    kind = type(value)
    if kind is int:
        return str(value)
    if kind is bool:
        return "true" if value else "false"
    if isinstance(value, float):
        return format_float(value)
    return format_with(value, "v", Layout())


def sprint(values: Sequence[object]) -> str:
    """The values in a row, with a blank between two of which none is a string (``fmt.Sprint``)."""
    parts: list[str] = []
    before_is_text = True
    for value in values:
        is_text = isinstance(value, str)
        if parts and not is_text and not before_is_text:
            parts.append(" ")
        parts.append(format_value(value))
        before_is_text = is_text
    return "".join(parts)


def sprintln(values: Sequence[object]) -> str:
    """The values with blanks between them and a newline (``fmt.Sprintln``)."""
    return " ".join(format_value(value) for value in values) + "\n"


def format_with(value: object, verb: str, layout: Layout) -> str:
    """The value under a printf verb; ``%!d(string=x)`` where it does not have the verb."""
    if value is None:
        if verb in "Tv":
            return layout.pad("<nil>")
        return _bad_verb(value, verb, layout)
    if verb == "T":
        return layout.string(type_name(value), "s") or ""
    if verb == "p":
        return _pointer(value, layout)
    return _print(value, verb, layout, 0)


def _bad_verb(value: object, verb: str, layout: Layout) -> str:
    if value is None:
        return f"%!{verb}(<nil>)"
    return f"%!{verb}({type_name(value)}={_print(value, 'v', layout, 0, plain=True)})"


def _pointer(value: object, layout: Layout) -> str:
    if kind_name(value) in ("map", "slice", "ptr", "func"):
        return layout.pad(_POINTER)
    return _bad_verb(value, "p", layout)


def _print(value: object, verb: str, layout: Layout, depth: int, *, plain: bool = False) -> str:
    """``plain``: without the value's own ``String``, as for a verb that it does not have."""
    layout.budget.spend()
    if not plain and not layout.sharp_v and verb in "vsxXq":
        own = own_text(value)
        if own is not None:
            return layout.string(own, verb) or ""
    if verb == "w":
        return _bad_verb(value, verb, layout)
    if isinstance(value, dict):
        return _map(value, verb, layout, depth)
    if isinstance(value, list):
        return _list(value, verb, layout, depth)
    if isinstance(value, Struct):
        return _struct(value, verb, layout, depth)
    if isinstance(value, bytes):
        return _bytes(value, verb, layout)
    text = _scalar(value, verb, layout)
    return _bad_verb(value, verb, layout) if text is None else text


def _scalar(value: object, verb: str, layout: Layout) -> str | None:
    if isinstance(value, str):
        return layout.string(value, verb)
    if isinstance(value, bool):
        return layout.boolean(value) if verb in "tv" else None
    if isinstance(value, complex):
        return layout.complex(value, verb)
    kind = kind_name(value)
    if kind in FLOAT_KINDS and isinstance(value, float):
        return layout.floating(value, verb)
    if (kind in INTEGER_KINDS or kind in UNSIGNED_KINDS) and isinstance(value, int):
        return layout.integer(value, verb, unsigned=kind in UNSIGNED_KINDS)
    return None


def own_text(value: object) -> str | None:
    """What the value's ``String`` or ``Error`` method gives; None for a type that has none."""
    if isinstance(value, Duration):
        return duration_text(value)
    if isinstance(value, Named):
        return value.text
    if isinstance(value, Struct) and value.text is not None:
        return value.text()
    return None


def _map(value: dict[str, object], verb: str, layout: Layout, depth: int) -> str:
    if layout.sharp_v:
        if isinstance(value, Mapping) and value.nil:
            return f"{type_name(value)}(nil)"
        items = (
            f"{_element(key, verb, layout, depth)}:{_element(value[key], verb, layout, depth)}" for key in sorted(value)
        )
        return f"{type_name(value)}{{{', '.join(items)}}}"
    items = (
        f"{_element(key, verb, layout, depth)}:{_element(value[key], verb, layout, depth)}" for key in sorted(value)
    )
    return f"map[{' '.join(items)}]"


def _list(value: list[object], verb: str, layout: Layout, depth: int) -> str:
    items = (_element(item, verb, layout, depth) for item in value)
    if layout.sharp_v:
        if isinstance(value, Slice) and value.nil:
            return f"{type_name(value)}(nil)"
        return f"{type_name(value)}{{{', '.join(items)}}}"
    return f"[{' '.join(items)}]"


def _element(value: object, verb: str, layout: Layout, depth: int) -> str:
    if value is None:
        return "interface {}(nil)" if layout.sharp_v else "<nil>"
    return _print(value, verb, layout, depth + 1)


def _struct(value: Struct, verb: str, layout: Layout, depth: int) -> str:
    name, pointer = value.go_type, ""
    if value.go_kind == "ptr":
        if depth > 0:
            return layout.pad(_POINTER)
        name, pointer = name[1:], "&"
    if layout.sharp_v:
        fields = (f"{key}:{_element(item, verb, layout, depth)}" for key, item in value.fields.items())
        return f"{pointer}{name}{{{', '.join(fields)}}}"
    if layout.plus_v:
        fields = (f"{key}:{_element(item, verb, layout, depth)}" for key, item in value.fields.items())
    else:
        fields = (_element(item, verb, layout, depth) for item in value.fields.values())
    return f"{pointer}{{{' '.join(fields)}}}"


def _bytes(value: bytes, verb: str, layout: Layout) -> str:
    if verb in "vd":
        if layout.plain:
            return f"[{' '.join(map(_DECIMALS.__getitem__, value))}]"
        if layout.sharp_v:
            return f"[]byte{{{', '.join(f'0x{byte:x}' for byte in value)}}}"
        return f"[{' '.join(layout.integer(byte, 'd') or '' for byte in value)}]"
    if verb in "xX":
        return layout.hexadecimal(value, verb)
    text = layout.string(value.decode("utf-8", "surrogateescape"), verb)
    return f"[{' '.join(_print(Uint8(byte), verb, layout, 1) for byte in value)}]" if text is None else text
