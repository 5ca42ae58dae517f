"""What many sets say alike of the same objects, as those that are made from one base do: told once, before the sets."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from msgspec.structs import replace

from kubelens.plan.plan import SetPlan
from kubelens.plan.sides import title
from kubelens.report.plan_sections import TOGETHER, Entry, Section, alike


def told_once(sections: Sequence[Section]) -> list[Section]:
    """The sections, before them one of what several of them say alike; each says what is its own, and how much is above.

    One of which nothing is left is not told again, unless not all is known of it.
    """
    found: dict[Hashable, list[int]] = {}
    for number, section in enumerate(sections):
        for entry in section.entries:
            found.setdefault(alike(entry), []).append(number)
    groups: dict[tuple[int, ...], list[Entry]] = {}
    for number, section in enumerate(sections):
        for entry in section.entries:
            where = tuple(dict.fromkeys(found[alike(entry)]))
            if len(where) >= TOGETHER and where[0] == number:
                groups.setdefault(where, []).append(entry)
    if not groups:
        return list(sections)
    shared = [_shared([sections[number] for number in where], entries) for where, entries in groups.items()]
    above = {alike(entry) for entries in groups.values() for entry in entries}
    left = [_left(section, above) for section in sections]
    return [
        *sorted(shared, key=lambda one: -len(one.names)),
        *(one for one in left if one.entries or not one.above or not one.plan.whole),
    ]


def _shared(these: Sequence[Section], entries: Sequence[Entry]) -> Section:
    names = tuple(sorted(name for one in these for name in one.names))
    return Section(names, _of(these[0].plan, entries), tuple(entries), shared=True)


def _of(plan: SetPlan, entries: Iterable[Entry]) -> SetPlan:
    """A plan of some of the objects of a set: those that entries are about."""
    objects = {name for entry in entries for name in entry.objects}
    changes = tuple(
        one
        for one in plan.changes
        if not objects.isdisjoint((title(one.resource), f"{title(one.resource)} in {one.resource.place.uri}"))
    )
    consequences = tuple(one for entry in entries for one in entry.consequences)
    return replace(plan, changes=changes, consequences=consequences, whole=True, missing=(), files=(), pictures=None)


def _left(section: Section, above: set[Hashable]) -> Section:
    own = tuple(entry for entry in section.entries if alike(entry) not in above)
    count = sum(len(entry.objects) for entry in section.entries) - sum(len(entry.objects) for entry in own)
    return replace(section, entries=own, above=count)
