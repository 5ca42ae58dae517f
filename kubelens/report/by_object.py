"""Findings as people read a page of them: by the apply sets that have them, and by object."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from kubelens.kube.resource import Resource
from kubelens.report.api import Located, Results
from kubelens.report.places import Places

_MOST_SETS = 6


class OfObject(Struct, frozen=True):
    """What was found in one object, or in the rest of a file. ``place``: the file, with the line where an object begins."""

    title: str
    place: str
    findings: Sequence[Located]


class OfSets(Struct, frozen=True):
    """What exactly these sets have, in words; ``""`` for what belongs to none."""

    title: str
    objects: Sequence[OfObject]

    @property
    def count(self) -> int:
        """How many findings."""
        return sum(len(one.findings) for one in self.objects)


def by_object(results: Results) -> list[OfSets]:
    """Findings by set and object, each in the order of first appearance; findings of the same sets stand together."""
    places, begins = Places(results.outcome.snapshot), dict[int, str]()
    found: dict[tuple[str, ...], dict[tuple[str, str], list[Located]]] = {}
    for one in results.findings:
        names = tuple(dict.fromkeys(name for name, _ in one.finding.sets))
        title = _title(one.resource)
        where = one.region.uri
        if one.resource is not None and title:
            where = begins.get(id(one.resource)) or places.line(one.resource.place)
            begins[id(one.resource)] = where
        found.setdefault(names, {}).setdefault((title, where), []).append(one)
    return [
        OfSets(_sets(names), [OfObject(title, where, some) for (title, where), some in objects.items()])
        for names, objects in found.items()
    ]


def _title(resource: Resource | None) -> str:
    """``Kind namespace/name``, ``""`` where there is no object with a name."""
    if resource is None or not resource.kind or not resource.name:
        return ""
    return (
        f"{resource.kind} {resource.namespace}/{resource.name}"
        if resource.namespace
        else f"{resource.kind} {resource.name}"
    )


def _sets(names: Sequence[str]) -> str:
    if not names:
        return ""
    more = f" and {len(names) - _MOST_SETS} more" if len(names) > _MOST_SETS else ""
    return f"set{'' if len(names) == 1 else 's'} {', '.join(names[:_MOST_SETS])}{more}"
