"""Values put into Go structs as sigs.k8s.io/yaml does it: numbers become text where text belongs, names match in any case.

The errors are those of encoding/json, whose words changed between the Go releases that Helm 3 and Helm 4 are built with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn, Union

from msgspec import Struct

from kubelens.render.go.strconv import format_float
from kubelens.render.origin import Sourced, SourcedList, Text
from kubelens.render.yaml.fault import unmarshaling


class Plain(Struct, frozen=True):
    """A Go type without parts: ``string``, ``bool``, ``interface {}``."""

    name: str


class ListOf(Struct, frozen=True):
    """A slice."""

    item: Shape
    pointers: bool = False


class MapOf(Struct, frozen=True):
    """A map with text as keys."""

    item: Shape


class Fields(Struct, frozen=True):
    """A struct: its name with package (Helm 4's and Helm 3's), and the shape of each JSON field."""

    name: str
    name3: str
    fields: Mapping[str, Shape]


Shape = Union[Plain, ListOf, MapOf, Fields]
STRING = Plain("string")
BOOL = Plain("bool")
ANY = Plain("interface {}")


def decode(value: object, shape: Shape, helm: int = 4) -> object:
    """A value that was read with exact numbers, as the Go type holds it; absent fields are absent, null is None.

    Raises:
        YamlFault: the value does not fit.
    """
    return _Decoder(helm).decode(value, shape, (), None)


class _Decoder:
    __slots__ = ("helm",)

    def __init__(self, helm: int) -> None:
        self.helm = helm

    def decode(self, value: object, shape: Shape, path: tuple[str | int, ...], owner: Fields | None) -> object:
        if value is None:
            return None
        if isinstance(shape, Plain):
            return self._plain(value, shape, path, owner)
        if isinstance(shape, ListOf):
            if not isinstance(value, list):
                self._refuse(value, shape, path, owner)
            return [self.decode(v, shape.item, (*path, i), owner) for i, v in enumerate(_texts(value, shape.item))]
        if not isinstance(value, dict):
            self._refuse(value, shape, path, owner)
        if isinstance(shape, MapOf):
            items = _map_texts(value, shape.item)
            return {key: self.decode(item, shape.item, (*path, key), owner) for key, item in items}
        found: dict[str, object] = {}
        folded = {name.casefold(): name for name in shape.fields}
        for key, item in sorted(value.items()):
            name = key if key in shape.fields else folded.get(key.casefold())
            if name is None:
                continue
            if shape.fields[name] == STRING:
                item = _as_text(item, value, key)  # noqa: PLW2901 - the same value, as text
            decoded = self.decode(item, shape.fields[name], (*path, name), shape)
            if decoded is not None:
                found[name] = decoded
        return found

    def _plain(self, value: object, shape: Plain, path: tuple[str | int, ...], owner: Fields | None) -> object:
        if shape is ANY:
            return value
        fits = isinstance(value, str) if shape is STRING else isinstance(value, bool)
        if not fits:
            self._refuse(value, shape, path, owner)
        return value

    def _refuse(self, value: object, shape: Shape, path: tuple[str | int, ...], owner: Fields | None) -> NoReturn:
        kind, name = json_kind(value), self._name(shape)
        if not path:
            raise unmarshaling(f"{kind} into Go value of type {name}")
        if self.helm == 3:
            owner_name = owner.name3.rpartition(".")[2] if owner is not None else ""
            steps = ".".join(str(step) for step in path if isinstance(step, str))
            raise unmarshaling(f"{kind} into Go struct field {owner_name}.{steps} of type {name}")
        steps = "".join(f".{step}" for step in path)
        field = "" if isinstance(path[-1], int) else "Go struct field "
        raise unmarshaling(f"{kind} into {field}{steps} of type {name}")

    def _name(self, shape: Shape) -> str:
        if isinstance(shape, Plain):
            return shape.name
        if isinstance(shape, ListOf):
            return f"[]{'*' if shape.pointers else ''}{self._name(shape.item)}"
        if isinstance(shape, MapOf):
            return f"map[string]{self._name(shape.item)}"
        return shape.name3 if self.helm == 3 else shape.name


def json_kind(value: object) -> str:
    """What encoding/json calls a value that fits nowhere."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, str):
        return "string"
    if isinstance(value, dict):
        return "object"
    return "array" if isinstance(value, list) else "number"


def _as_text(value: object, holder: Sourced | SourcedList | dict[str, object] | list[object], key: object) -> object:
    """A number or boolean as the text that it becomes where text belongs; other values as they are."""
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, int):
        text = str(value)
    elif isinstance(value, float):
        text = format_float(value)
    else:
        return value
    origin = getattr(holder, "origins", {}).get(key)
    return Text.of(text, origin) if origin is not None else text


def _texts(values: list[object], item: Shape) -> list[object]:
    if item != STRING:
        return values
    return [_as_text(value, values, index) for index, value in enumerate(values)]


def _map_texts(values: dict[str, object], item: Shape) -> list[tuple[str, object]]:
    if item != STRING:
        return sorted(values.items())
    return [(key, _as_text(value, values, key)) for key, value in sorted(values.items())]
