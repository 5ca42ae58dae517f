"""Values into settings as encoding/json does it: names by any case, and Go's words for what does not fit."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Union

import msgspec

from kubelens.render.go.strconv import format_float
from kubelens.render.kustomize.fault import BuildFault, first_origin
from kubelens.render.kustomize.settings import Settings
from kubelens.render.origin import Origin, Sourced, SourcedList

_GO_TYPES: dict[Any, str] = {str: "string", bool: "bool", int: "int64", Any: "interface {}"}


class _Field(typing.NamedTuple):
    attribute: str
    type: Any
    way: str


def decode(settings: type[Any], value: object, *, strict: bool = True) -> Any:
    """The settings in a value that was read from YAML; a whole is ``strict`` where unknown fields are refused.

    Raises:
        BuildFault: the first thing that does not fit, in the order in which JSON has the keys, with the ``later`` ones.
    """
    decoder = _Decoder(strict)
    made = decoder.read(settings, value, "", [], None)
    if decoder.faults:
        first, *later = decoder.faults
        first.later = tuple(later)
        raise first
    return made


class _Decoder:
    __slots__ = ("faults", "strict")

    def __init__(self, strict: bool) -> None:
        self.strict = strict
        self.faults: list[BuildFault] = []

    def read(self, wanted: Any, value: object, struct: str, path: list[str], origin: Origin | None) -> Any:
        """The value as ``wanted``; None where it is null or does not fit."""
        if value is None or wanted is Any:
            return value
        wanted, kind, item = _parts_of(wanted)
        if kind is list and isinstance(value, list):
            return self._list(item, value, struct, path)
        if kind is dict and isinstance(value, dict):
            return self._dict(item, value, struct, path)
        if isinstance(wanted, type) and issubclass(wanted, Settings) and isinstance(value, dict):
            return self._struct(wanted, value, path, origin)
        if wanted is str and isinstance(value, str):
            return value
        if wanted is bool and isinstance(value, bool):
            return value
        if wanted is int and isinstance(value, int | float) and not isinstance(value, bool) and value == int(value):
            return int(value)
        self._misfit(wanted, value, struct, path, origin)
        return None

    def _list(self, item_type: Any, value: list[Any], struct: str, path: list[str]) -> list[Any]:
        places = value.origins if isinstance(value, SourcedList) else {}
        found: list[Any] = []
        for index, item in enumerate(value):
            made = self.read(item_type, item, struct, path, places.get(index) or first_origin(item))
            found.append(_zero(item_type) if made is None else made)
        return found

    def _dict(self, item_type: Any, value: dict[Any, Any], struct: str, path: list[str]) -> dict[str, Any]:
        places = value.origins if isinstance(value, Sourced) else {}
        made = Sourced() if isinstance(value, Sourced) else {}
        if isinstance(value, Sourced) and isinstance(made, Sourced):
            made.origins, made.key_origins = value.origins, value.key_origins
        for name in sorted(value):
            item = self.read(item_type, value[name], struct, path, places.get(name) or first_origin(value[name]))
            made[name] = "" if item is None and item_type is str else item
        return made

    def _struct(self, wanted: type[Settings], value: dict[str, Any], path: list[str], origin: Origin | None) -> Any:
        made = wanted()
        fields, folded = _fields(wanted)
        places = value.origins if isinstance(value, Sourced) else {}
        keys = value.key_origins if isinstance(value, Sourced) else {}
        if origin is not None:
            made.origins[""] = origin
        struct = wanted.go_type.removeprefix("types.")
        for name in sorted(value):
            field = fields.get(name) or folded.get(name.lower())
            place = places.get(name) or first_origin(value[name]) or keys.get(name)
            if field is None:
                if self.strict:
                    self.faults.append(_unknown(name, fields, keys.get(name) or origin))
                continue
            if place is not None:
                made.origins[field.attribute] = keys.get(name, place) if isinstance(value[name], dict | list) else place
            way = [*path, *((field.way,) if field.way else ()), name if name in fields else _name_of(fields, field)]
            read = self.read(field.type, value[name], struct, way, place)
            if read is not None:
                setattr(made, field.attribute, read)
        return made

    def _misfit(self, wanted: Any, value: object, struct: str, path: list[str], origin: Origin | None) -> None:
        if isinstance(value, bool):
            found = "bool"
        elif isinstance(value, int | float):
            found = f"number {format_float(float(value))}" if wanted is int else "number"
        else:
            found = "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"
        where = f"Go struct field {struct}.{'.'.join(path)} of type" if path else "Go value of type"
        message = f"json: cannot unmarshal {found} into {where} {_go_name(wanted)}"
        self.faults.append(BuildFault(message, origin or first_origin(value)))


def _unknown(name: str, fields: Iterable[str], origin: Origin | None) -> BuildFault:
    from difflib import get_close_matches  # noqa: PLC0415 - only after a mistake

    fault = BuildFault(f'json: unknown field "{name}"', origin)
    close = get_close_matches(name, list(fields), 1, 0.8)
    fault.reason = f"unknown field '{name}'" + (f"; did you mean '{close[0]}'?" if close else "")
    return fault


def _name_of(fields: dict[str, _Field], field: _Field) -> str:
    return next(name for name, known in fields.items() if known is field)


@lru_cache(maxsize=1024)
def _parts_of(wanted: Any) -> tuple[Any, Any, Any]:
    """The type without ``| None``, what it is a kind of (``list``, ``dict``, else None), and the type of what it holds."""
    bare = _bare(wanted)
    held = typing.get_args(bare)
    return bare, typing.get_origin(bare), held[-1] if held else None


def _bare(wanted: Any) -> Any:
    """The type without ``| None``."""
    if typing.get_origin(wanted) in (Union, types.UnionType):
        return next(part for part in typing.get_args(wanted) if part is not type(None))
    return wanted


def _go_name(wanted: Any) -> str:
    wanted = _bare(wanted)
    if typing.get_origin(wanted) is list:
        return f"[]{_go_name(typing.get_args(wanted)[0])}"
    if typing.get_origin(wanted) is dict:
        return f"map[string]{_go_name(typing.get_args(wanted)[1])}"
    if isinstance(wanted, type) and issubclass(wanted, Settings):
        return wanted.go_type
    return _GO_TYPES[wanted]


def _zero(wanted: Any) -> Any:
    return wanted() if isinstance(wanted, type) else None


@lru_cache(maxsize=64)
def _fields(wanted: type[Settings]) -> tuple[dict[str, _Field], dict[str, _Field]]:
    hints = typing.get_type_hints(wanted)
    found: dict[str, _Field] = {}
    for info in msgspec.structs.fields(wanted):
        if info.name != "origins":
            name = info.encode_name
            found[name] = _Field(info.name, hints[info.name], wanted.embedded.get(name, ""))
    return found, {name.lower(): field for name, field in found.items()}
