"""What is told of sets: their objects, those with the same to tell together, and so the sets."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Final

from msgspec import Struct

from kubelens.plan.change import Action
from kubelens.plan.consequence import Consequence
from kubelens.plan.plan import SetPlan

SIGNS: Final = {Action.ADD: "+", Action.CHANGE: "~", Action.REPLACE: "-/+", Action.REMOVE: "-"}
TOGETHER: Final = 3
"""From how many objects, or sets, on those with the same to tell are told together."""
MOST_NAMES: Final = 4


class Entry(Struct, frozen=True):
    """One object, or several of a kind with the same to tell; without an ``action``: one that only something follows for."""

    action: Action | None
    kind: str
    objects: tuple[str, ...]
    """``Kind namespace/name`` of each; ``""`` for all of the set."""
    fields: tuple[str, ...]
    consequences: tuple[Consequence, ...]

    @property
    def sign(self) -> str:
        """``+``, ``~``, ``-``, ``-/+``, or nothing."""
        return SIGNS[self.action] if self.action is not None else ""

    @property
    def heading(self) -> str:
        """The object, or how many of which kind."""
        if len(self.objects) == 1:
            return self.objects[0] or "all of it"
        return f"{len(self.objects)} x {self.kind}" if self.kind else f"{len(self.objects)} objects"

    @property
    def names(self) -> str:
        """The names of several objects, with their kinds where these differ; ``""`` for one."""
        if len(self.objects) == 1:
            return ""
        return ", ".join(one.partition(" ")[2] if self.kind else one for one in self.objects)


class Section(Struct, frozen=True):
    """Sets with the same plan. ``shared``: of several sets what they say alike."""

    names: tuple[str, ...]
    plan: SetPlan
    entries: tuple[Entry, ...]
    shared: bool = False
    above: int = 0
    """How many of its objects are told with those of other sets."""

    @property
    def heading(self) -> str:
        """The name of the set, or what the sets are called."""
        return f"in {len(self.names)} sets: {names_text(self.names)}" if self.shared else names_text(self.names)

    @property
    def told_above(self) -> str:
        """``3 objects are told above``."""
        if not self.above:
            return ""
        are = "object is" if self.above == 1 else "objects are"
        return f"{self.above} {are} told above"


def names_text(names: Sequence[str]) -> str:
    """``a, b and c``, of many the first ones and how many more there are."""
    if len(names) > MOST_NAMES:
        return f"{', '.join(names[: MOST_NAMES - 1])} and {len(names) - MOST_NAMES + 1} more"
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def words(consequences: Iterable[Consequence]) -> Hashable:
    """What makes consequences the same to tell."""
    return tuple(map(said, consequences))


def said(one: Consequence) -> tuple[str, str, tuple[str, ...]]:
    """What a consequence says, whatever it is about."""
    return one.kind.name, one.text, one.notes


def alike(entry: Entry) -> Hashable:
    """What makes two entries the same to tell of the same objects."""
    return entry.action, entry.objects, entry.fields, words(entry.consequences)


def together(sections: Iterable[Section]) -> list[Section]:
    """Sets that say the same of objects with other names (one image of many apps, one setting of all) as one."""
    found: dict[Hashable, list[Section]] = {}
    for section in sections:
        plan = section.plan
        own = None if section.entries and not _is_drawn(plan) else id(section)
        said_of = tuple(
            (one.action, one.kind, len(one.objects), one.objects == ("",), one.fields, words(one.consequences))
            for one in section.entries
        )
        found.setdefault((plan.whole, plan.prunable, plan.missing, said_of, own), []).append(section)
    told: list[Section] = []
    for same in found.values():
        told += [_merged(same)] if len(same) >= TOGETHER else same
    return told


def _merged(same: Sequence[Section]) -> Section:
    first = same[0]
    entries = tuple(
        Entry(
            entry.action,
            entry.kind,
            entry.objects
            if entry.objects == ("",)
            else tuple(dict.fromkeys(name for one in same for name in one.entries[index].objects)),
            entry.fields,
            entry.consequences,
        )
        for index, entry in enumerate(first.entries)
    )
    return Section(tuple(name for one in same for name in one.names), first.plan, entries)


def _is_drawn(plan: SetPlan) -> bool:
    """Whether something is drawn of a set, which holds for no other."""
    pictures = plan.pictures
    return pictures is not None and bool(pictures.rollouts or pictures.before != pictures.after)
