"""Flux: what is applied after something else, and waits for ever where that waits for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.plan.change import ObjectChange
from kubelens.plan.consequence import Consequence, consequence
from kubelens.plan.sides import Sides

_KINDS: Final = (("kustomize.toolkit.fluxcd.io", "Kustomization"), ("helm.toolkit.fluxcd.io", "HelmRelease"))


def depends_on(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """One for each object that waits for one that waits for it.

    Both controllers look at what ``dependsOn`` names before they apply anything, and try again later where it is not ready
    (``checkDependencies``). What is named and goes is told of what goes.
    """
    if not any((change.resource.gvk.group, change.resource.kind) in _KINDS for change in changes):
        return
    for group, kind in _KINDS:
        before, after = _waits(sides.old.bundle, group, kind), _waits(sides.after.bundle, group, kind)
        for one in sides.after.bundle.all(kind, group=group):
            name = (one.namespace, one.name)
            if (ring := _ring(name, after)) and not _ring(name, before):
                told = " -> ".join(_called(kind, each) for each in ring)
                text = f"depends on itself: {told}: none of them is applied any more"
                yield consequence("sync-stuck", one, text)


Name = tuple[str, str]
"""Namespace and name."""


def _called(kind: str, name: Name) -> str:
    """As :func:`kubelens.plan.sides.title` has it."""
    return f"{kind} {'/'.join(part for part in name if part)}"


def _waits(bundle: Bundle, group: str, kind: str) -> Mapping[Name, tuple[Name, ...]]:
    """What each waits for, by name; the namespace of what is named is its own where none is said."""
    return {(one.namespace, one.name): tuple(_named(one)) for one in bundle.all(kind, group=group) if not one.partial}


def _named(resource: Resource) -> Iterator[Name]:
    for _, one in fields.items(resource.spec, "dependsOn"):
        yield fields.text(one, "namespace") or resource.namespace, fields.text(one, "name")


def _ring(start: Name, waits: Mapping[Name, tuple[Name, ...]]) -> list[Name]:
    """The way from one back to itself; empty where there is none."""
    ways: list[list[Name]] = [[start]]
    seen: set[Name] = set()
    while ways:
        way = ways.pop()
        for needed in waits.get(way[-1], ()):
            if needed == start:
                return [*way, start]
            if needed not in seen:
                seen.add(needed)
                ways.append([*way, needed])
    return []
