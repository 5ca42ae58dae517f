"""Earlier versions of a kind as the API server reads them: the same object, its fields under the names of today's version."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, convert
from msgspec.structs import replace

from kubelens.kube.identity import GroupVersionKind, ResourceKey
from kubelens.kube.resource import Resource
from kubelens.kube.tree_copy import own_copy

_ENTRIES: Final = "[]."


class Conversion(Struct, frozen=True):
    """How one version of a kind becomes another: see ``data/conversions.toml``."""

    to: str
    same: tuple[str, ...] = ()
    moves: tuple[tuple[str, ...], ...] = ()
    wraps: tuple[tuple[str, str, str], ...] = ()
    entry: Mapping[str, Any] = {}
    says: tuple[tuple[str, str, str], ...] = ()
    defaults: tuple[tuple[str, Any], ...] = ()
    copies: tuple[tuple[str, str], ...] = ()
    loose: tuple[str, ...] = ()


@cache
def _conversions() -> Mapping[GroupVersionKind, Conversion]:
    with Path(__file__).with_name("data").joinpath("conversions.toml").open("rb") as file:
        written = tomllib.load(file)
    found = {}
    for group, versions in written.items():
        for version, kinds in versions.items():
            for kind, row in kinds.items():
                read = convert(row, Conversion)
                for api_version in (f"{group}/{version}", *read.same):
                    its_group, _, its_version = api_version.partition("/")
                    found[GroupVersionKind(its_group, its_version, kind)] = read
    return found


def todays_group(gvk: GroupVersionKind) -> str:
    """The group that a kind is served in today: objects of ``extensions`` are those of ``apps`` and ``networking.k8s.io``."""
    known = _conversions().get(gvk)
    return known.to.partition("/")[0] if known is not None else gvk.group


def loose_fields(gvk: GroupVersionKind) -> tuple[str, ...]:
    """The fields that an update may change in an earlier version of a kind, and not in today's."""
    known = _conversions().get(gvk)
    return known.loose if known is not None else ()


def converted(resource: Resource) -> Resource:
    """An object in the version that follows its own; itself where its version is current, or nothing is known of it.

    A conversion loses nothing: the server keeps one object, whatever version it was written in (apimachinery,
    ``runtime.ObjectConvertor``).
    """
    known = _conversions().get(resource.gvk)
    if known is None:
        return resource
    value = own_copy(resource.value)
    value["apiVersion"] = known.to
    for moved_from, to, *only in known.moves:
        for holder, last, there in _pairs(value, moved_from, to):
            if last in holder and (not only or (only[0] == "number") == isinstance(holder[last], int)):
                _put(holder, there, holder.pop(last))
    for wrapped, to, key in known.wraps:
        for holder, last, _ in _pairs(value, wrapped, wrapped):
            if last in holder:
                entry = own_copy(known.entry)
                _put(entry, key.split("."), holder.pop(last))
                _list(value, to).append(entry)
    for field, other, said in known.says:
        for holder, there, at in _beside(value, field, other):
            if _at(holder, there) is not None:
                _put(holder, at, said)
    for field, default in known.defaults:
        for holder, last, _ in _pairs(value, field, field):
            if holder.get(last) is None:
                holder[last] = own_copy(default) if isinstance(default, dict) else default
    for source, to in known.copies:
        copied = _at(value, source.split("."))
        if isinstance(copied, dict) and _at(value, to.split(".")[:-1]) is None:
            _put(value, to.split("."), own_copy(copied))
    group, _, version = known.to.partition("/")
    key_of = ResourceKey(GroupVersionKind(group, version, resource.kind), resource.key.namespace, resource.name)
    return replace(resource, key=key_of, value=value)


def _pairs(value: dict[str, Any], field: str, to: str) -> Iterator[tuple[dict[str, Any], str, list[str]]]:
    """Each map that may hold a field, the field's last step, and where from that map the other path leads."""
    steps = field.split(".")
    shared = 0
    others = to.split(".")
    while shared < len(steps) - 1 and steps[shared] == others[shared]:
        shared += 1
    assert shared == len(steps) - 1, f"{field} does not lie beside {to}"
    for holder in _maps(value, steps[:-1]):
        yield holder, steps[-1], others[shared:]


def _beside(value: dict[str, Any], field: str, other: str) -> Iterator[tuple[dict[str, Any], list[str], list[str]]]:
    """Each list entry (or the object) that two paths share, and where each leads from there."""
    head, _, rest = field.rpartition(_ENTRIES)
    there = other[len(head) + len(_ENTRIES) :] if head else other
    steps = [*head.split(".")[:-1], f"{head.split('.')[-1]}[]"] if head else []
    for holder in _maps(value, steps):
        yield holder, rest.split("."), there.split(".")


def _maps(value: dict[str, Any], steps: list[str]) -> Iterator[dict[str, Any]]:
    if not steps:
        yield value
        return
    inner = value.get(steps[0].removesuffix("[]"))
    if not steps[0].endswith("[]"):
        inner = [inner]
    for one in inner if isinstance(inner, list) else ():
        if isinstance(one, dict):
            yield from _maps(one, steps[1:])


def _at(value: Any, steps: list[str]) -> Any:
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _put(value: dict[str, Any], steps: list[str], new: Any) -> None:
    for step in steps[:-1]:
        inner = value.get(step)
        if not isinstance(inner, dict):
            inner = value[step] = {}
        value = inner
    value[steps[-1]] = new


def _list(value: dict[str, Any], path: str) -> list[Any]:
    *steps, last = path.split(".")
    for step in steps:
        value = value.setdefault(step, {})
    found: list[Any] = value.setdefault(last, [])
    return found
