"""Maps of values, with where their scalars were written: copying, setting and removing entries keeps that."""

from __future__ import annotations

from typing import TypeGuard

from kubelens.render.origin import Sourced, SourcedList

Table = dict[str, object]


def is_table(value: object) -> TypeGuard[Table]:
    """Whether a value is a map."""
    return isinstance(value, dict)


def copied(value: object) -> object:
    """A value whose maps and lists are its own; texts are shared (Helm, ``copystructure.Copy``)."""
    if isinstance(value, dict):
        return copied_table(value)
    if isinstance(value, list):
        return SourcedList(map(copied, value), dict(getattr(value, "origins", {})))
    return value


def copied_table(table: Table) -> Sourced:
    """A map whose maps and lists are its own."""
    found = Sourced()
    for key, value in table.items():
        found[key] = copied(value) if isinstance(value, dict | list) else value
    if isinstance(table, Sourced):
        found.origins = dict(table.origins)
        found.key_origins = dict(table.key_origins)
    return found


def shallow(table: Table) -> Sourced:
    """A map with the same values."""
    found = Sourced(table)
    if isinstance(table, Sourced):
        found.origins = dict(table.origins)
        found.key_origins = dict(table.key_origins)
    return found


def put(target: Table, key: str, value: object, source: Table | None = None) -> None:
    """Set an entry; ``source``: the map that holds it too, and knows where it was written."""
    target[key] = value
    if not isinstance(target, Sourced):
        return
    for name in ("origins", "key_origins"):
        mine = getattr(target, name)
        theirs = getattr(source, name).get(key) if isinstance(source, Sourced) else None
        if theirs is not None:
            mine[key] = theirs
        else:
            mine.pop(key, None)


def remove(target: Table, key: str) -> None:
    """Take an entry out."""
    del target[key]
    if isinstance(target, Sourced):
        target.origins.pop(key, None)
        target.key_origins.pop(key, None)
