"""The API's types by release: fields, how they are written, how lists merge, and which kinds are served.

A field's type is a short text: ``s`` string, ``i`` int32, ``l`` int64, ``n`` number, ``b`` bool, ``y8`` bytes,
``t`` time, ``m`` time with microseconds, ``q`` quantity, ``p`` int or string, ``x`` anything, ``#Type`` an object,
``[`` a list of, ``{`` a map of what follows; ``y``, ``z``, ``w`` are the three either-or forms of JSON schemas.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Raw, Struct

from kubelens.kube.identity import GroupVersionKind


class _Body(Struct, frozen=True):
    """A type as it is stored: ``f`` its fields, ``r`` those required, ``m`` how lists merge, ``a`` whether it is atomic."""

    f: dict[str, str]
    r: tuple[str, ...] = ()
    m: dict[str, Any] = {}
    a: int = 0


class _Release(Struct, frozen=True):
    """What a release serves: the numbers of its types' bodies by name, as text, and the types of its kinds."""

    types: Raw
    kinds: dict[str, str]


class _Stored(Struct, frozen=True):
    """The file of all releases. What a run does not ask for stays text: reading all of it takes longer than a small run."""

    bodies: list[Raw]
    releases: dict[str, _Release]


class TypeSchema(Struct, frozen=True):
    """One type: ``fields`` by JSON name; ``merges``: list-map keys, ``"set"`` or ``"atomic"`` by field."""

    name: str
    fields: Mapping[str, str]
    required: tuple[str, ...]
    merges: Mapping[str, Any]
    atomic: bool


class Schemas:
    """The types of one release, built as they are asked for."""

    def __init__(self, release: str) -> None:
        stored = _schemas()
        of_release = stored.releases[release]
        self.release = release
        self._index = msgspec.json.decode(of_release.types, type=dict[str, int])
        self._kinds = of_release.kinds
        self._bodies = stored.bodies
        self._types: dict[str, TypeSchema] = {}

    def type(self, name: str) -> TypeSchema:
        """A type by its short name.

        Raises:
            KeyError: the release has no such type.
        """
        found = self._types.get(name)
        if found is None:
            body = msgspec.json.decode(self._bodies[self._index[name]], type=_Body)
            found = TypeSchema(name, body.f, body.r, body.m, bool(body.a))
            self._types[name] = found
        return found

    def kind(self, gvk: GroupVersionKind) -> TypeSchema | None:
        """The type of a kind, None where the release does not know it."""
        name = self._kinds.get(f"{gvk.group}/{gvk.version}/{gvk.kind}")
        return self.type(name) if name is not None else None

    def kinds(self) -> list[GroupVersionKind]:
        """Every kind the release knows."""
        return [GroupVersionKind(*text.split("/")) for text in self._kinds]


@cache
def schemas(release: str) -> Schemas:
    """The types of a release (``"1.36"``).

    Raises:
        KeyError: the release is not known; see :func:`releases`.
    """
    return Schemas(release)


@cache
def releases() -> tuple[str, ...]:
    """The known releases, oldest first."""
    return tuple(sorted(_schemas().releases, key=lambda text: int(text[2:])))


@cache
def known_groups() -> frozenset[str]:
    """API groups that Kubernetes itself serves, in any release."""
    groups = {text.split("/")[0] for release in _schemas().releases.values() for text in release.kinds}
    return frozenset(groups | {text.split("/")[0] for text in overlay()["apis"]["lifecycle"]})


def enum(type_name: str, field: str) -> tuple[str, ...]:
    """The values a field may have, empty where they are not a closed list."""
    return tuple(overlay()["enums"].get(f"{type_name}.{field}", ()))


def description(type_name: str, field: str = "") -> str:
    """The API's own prose about a type or one of its fields, ``""`` where there is none."""
    key = f"{type_name}.{field}" if field else type_name
    text: str = _prose()["texts"].get(key, "")
    return text


def since(type_name: str, field: str) -> str:
    """The release a field came with, ``""`` where it is older than the oldest known release."""
    text: str = _prose()["since"].get(f"{type_name}.{field}", "")
    return text


@cache
def overlay() -> dict[str, Any]:
    """Facts that the schemas do not hold: enums, resources, lifecycles."""
    return read_data("overlay.json.z")


@cache
def _schemas() -> _Stored:
    return msgspec.json.decode(_inflated("schemas.json.z"), type=_Stored)


@cache
def _prose() -> dict[str, Any]:
    return read_data("prose.json.z")


def read_data(name: str) -> dict[str, Any]:
    """A file of ``kubelens/kube/data``."""
    return msgspec.json.decode(_inflated(name), type=dict[str, Any])


def _inflated(name: str) -> bytes:
    return zlib.decompress(Path(__file__).with_name("data").joinpath(name).read_bytes())
