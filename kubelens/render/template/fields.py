"""Fields of values (text/template, ``evalField``): of maps by key, of structs by name; methods are called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NoReturn

from kubelens.render.go.function import ANY, TemplateFailure
from kubelens.render.go.methods import methods_of
from kubelens.render.go.types import Mapping, Struct, type_name
from kubelens.render.origin import Origin, Sourced, SourcedList, Text, origins_in
from kubelens.render.template.frame import Frame, Value
from kubelens.render.template.kinds import element_type, zero

PLAIN_MAPS: Final = frozenset({dict, Sourced})
"""The classes of maps that have neither methods nor another type of values than ``interface {}``."""


class NoField(Exception):
    """A field that a value does not have; the message is Go's."""


def read(value: object, names: Sequence[str], held: Callable[[], str | None]) -> object:
    """The field ``names`` of ``value``, one after another; raises ``NoField`` or ``TemplateFailure``.

    ``held``: the type under which the value itself was kept, None if under its own: it decides what nil does.
    """
    return read_kept(value, names, held)[0]


def read_kept(value: object, names: Sequence[str], held: Callable[[], str | None]) -> tuple[object, str | None]:
    """As ``read``, with the type under which the value that was found is kept."""
    kept: str | None = None
    for index, name in enumerate(names):
        if value is None:
            kept = kept if index else held()
            if kept is None:
                return None, None
            raise NoField(f"nil pointer evaluating {kept}.{name}")
        found = methods_of(value).get(name)
        if found is not None:
            if found.parameters and not (found.variadic and len(found.parameters) == 1):
                _miscalled(name, len(found.parameters), variadic=found.variadic)
            try:
                value, kept = found.call(), None
            except TemplateFailure as error:
                raise TemplateFailure(f"error calling {name}: {error.message}") from error
        elif isinstance(value, dict):
            elements = element_type(value.go_type) if isinstance(value, Mapping) else ANY
            value = value[name] if name in value else zero(elements)
            kept = elements if elements == ANY else None
        elif isinstance(value, Struct) and name in value.fields:
            if not name[0].isupper():
                raise NoField(f"{name} is an unexported field of struct type {type_name(value)}")
            value, kept = value.fields[name], None
        else:
            kept = kept if index else held()
            raise NoField(f"can't evaluate field {name} in type {kept or type_name(value)}")
    return value, kept


def _miscalled(name: str, wanted: int, *, variadic: bool) -> NoReturn:
    if variadic:
        raise NoField(f"wrong number of args for {name}: want at least {wanted - 1} got 0")
    raise NoField(f"wrong number of args for {name}: want {wanted} got 0")


def no_method(value: object, name: str, kept: str | None) -> None:
    """What calling the field ``name`` with arguments does to a value without such a method: fails, except for nil."""
    if value is None:
        if kept is None:
            return
        raise NoField(f"nil pointer evaluating {kept}.{name}")
    if isinstance(value, dict):
        raise NoField(f"{name} is not a method but has arguments")
    if isinstance(value, Struct) and name in value.fields:
        raise NoField(f"{name} has arguments but cannot be invoked as function")
    raise NoField(f"can't evaluate field {name} in type {kept or type_name(value)}")


def reader(at: int | None, names: tuple[str, ...], slow: Callable[[Frame, object, object], object]) -> Value:
    """What reads ``names`` of the value at a place in the frame, or of dot where that is None.

    ``slow`` takes over where a value is no simple map.
    """
    first = names[0]

    def one_of_dot(frame: Frame, dot: object) -> object:
        if type(dot) in PLAIN_MAPS:
            return dot.get(first)  # type: ignore[attr-defined]
        return slow(frame, dot, dot)

    def several_of_dot(frame: Frame, dot: object) -> object:
        value = dot
        for name in names:
            kind = type(value)
            if kind in PLAIN_MAPS:
                value = value.get(name)  # type: ignore[attr-defined]
            elif isinstance(value, Mapping) and name in value and name not in value.methods:
                value = value[name]
            else:
                return slow(frame, dot, dot)
        return value

    if at is None:
        return one_of_dot if len(names) == 1 else several_of_dot
    place = at

    def of_place(frame: Frame, dot: object) -> object:
        start = value = frame.values[place]
        for name in names:
            kind = type(value)
            if kind in PLAIN_MAPS:
                value = value.get(name)  # type: ignore[attr-defined]
            elif isinstance(value, Mapping) and name in value and name not in value.methods:
                value = value[name]
            else:
                return slow(frame, dot, start)
        return value

    return of_place


def reader_of(root: Value, names: tuple[str, ...], slow: Callable[[Frame, object, object], object]) -> Value:
    """What reads ``names`` of the value that ``root`` gives."""

    def of_value(frame: Frame, dot: object) -> object:
        start = value = root(frame, dot)
        for name in names:
            if type(value) in PLAIN_MAPS:
                value = value.get(name)  # type: ignore[attr-defined]
            else:
                return slow(frame, dot, start)
        return value

    return of_value


def field_origins(value: object, names: Sequence[str]) -> tuple[Origin, ...]:
    """Where the text, number or truth value in the field ``names`` of ``value`` was written."""
    container = value
    for name in names[:-1]:
        if isinstance(container, dict):
            container = container.get(name)
        elif isinstance(container, Struct):
            container = container.fields.get(name)
        else:
            return ()
    if isinstance(container, dict):
        return element_origins(container, names[-1])
    if isinstance(container, Struct):
        value = container.fields.get(names[-1])
        return origins_in(value) if isinstance(value, Text) else ()
    return ()


def element_origins(container: object, key: object) -> tuple[Origin, ...]:
    """Where the text, number or truth value under ``key`` of a map or list was written."""
    origin: Origin | None = None
    value: object = None
    if isinstance(container, dict) and isinstance(key, str):
        value = container.get(key)
        origin = container.origins.get(key) if isinstance(container, Sourced) else None
    elif isinstance(container, list) and isinstance(key, int) and 0 <= key < len(container):
        value = container[key]
        origin = container.origins.get(key) if isinstance(container, SourcedList) else None
    if isinstance(value, Text):
        return origins_in(value)
    return () if origin is None else (origin,)
