"""Schemas of the custom resources of common operators, as they come along: groups in blocks, read when one is met.

``tools/build_catalog.py`` says how the archive is made. What it holds is one release of each operator, and a cluster may
run an older or a newer one.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from zipfile import ZipFile

_ARCHIVE: Final = Path(__file__).with_name("data") / "catalog.zip"
_SHARED: Final = "shared"
_INDEX: Final = "groups"
Schema = dict[str, Any]


@cache
def cataloged_groups() -> frozenset[str]:
    """The API groups that have schemas."""
    return frozenset(_blocks())


@cache
def cataloged_kinds(group: str) -> Mapping[str, Mapping[str, Schema]]:
    """The schemas of a group by kind and version, empty for groups without any; equal parts are the same objects."""
    if group not in cataloged_groups():
        return {}
    stored, shared = _block(_blocks()[group])[group], _shared()
    own: list[Schema] = []
    for one in stored["schemas"]:
        own.append(_named(one, shared, own))
    return {
        kind: {version: _named(schema, shared, own) for version, schema in versions.items()}
        for kind, versions in stored["kinds"].items()
    }


@cache
def kinds_of_operators() -> frozenset[str]:
    """Every kind that has a schema, in whichever group."""
    blocks = {number: _block(number) for number in set(_blocks().values())}
    return frozenset(kind for group, number in _blocks().items() for kind in blocks[number][group]["kinds"])


@cache
def as_of() -> str:
    """When the schemas were collected: month and year."""
    return _archive().comment.decode()


@cache
def _blocks() -> Mapping[str, int]:
    """The block that each group is in."""
    found: Mapping[str, int] = _read(_INDEX)
    return found


@cache
def _block(number: int) -> Mapping[str, Any]:
    """Some groups, as they are stored."""
    found: Mapping[str, Any] = _read(str(number))
    return found


@cache
def _shared() -> list[Schema]:
    found: list[Schema] = []
    for one in _read(_SHARED):
        found.append(_named(one, found, []))
    return found


def _read(name: str) -> Any:
    import json  # noqa: PLC0415 - only where a custom resource is met

    return json.loads(_archive().read(f"{name}.json"))


@cache
def _archive() -> ZipFile:
    """The archive with its list of files read, in memory: copies of this process would share one file's position."""
    from io import BytesIO  # noqa: PLC0415 - only where a custom resource is met
    from zipfile import ZipFile  # noqa: PLC0415

    return ZipFile(BytesIO(_ARCHIVE.read_bytes()))


def _named(schema: Any, shared: list[Schema], own: list[Schema]) -> Schema:
    """A schema in which numbers stand for others: those from 0 up for shared ones, those from -1 down for the group's."""
    if isinstance(schema, int):
        return shared[schema] if schema >= 0 else own[-schema - 1]
    found: Schema = schema
    for key, value in found.items():
        if key == "properties":
            for name, inner in value.items():
                value[name] = _named(inner, shared, own)
        elif key in ("items", "additionalProperties", "not"):
            found[key] = _named(value, shared, own)
        elif key in ("oneOf", "anyOf", "allOf"):
            found[key] = [_named(one, shared, own) for one in value]
    return found
