"""Objects that stay where they are written and are called otherwise: the server deletes one and makes another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from kubelens.kube.resource import Resource
from kubelens.plan.change import Action, ObjectChange, stored_value
from kubelens.plan.field_change import FieldChange, field_changes
from kubelens.plan.sides import Sides

Spot = tuple[str, str, str, int]
"""Group and kind, and the file and document that hold an object."""


def told_apart(changes: Sequence[ObjectChange], sides: Sides) -> tuple[ObjectChange, ...]:
    """The changes, with what else differs in each object that comes where one of its kind goes."""
    gone = _alone(change.old for change in changes if change.action is Action.REMOVE)
    come = _alone(change.new for change in changes if change.action is Action.ADD)
    pairs = [(old, come[spot]) for spot, old in gone.items() if spot in come]
    names = sorted({(old.name, new.name) for old, new in pairs}, key=lambda pair: -len(pair[0]))
    instead = {id(new): (old, _fields(old, new, sides, names)) for old, new in pairs}
    return tuple(
        replace(change, instead=found[0], otherwise=found[1])
        if change.new is not None and (found := instead.get(id(change.new))) is not None and found[1]
        else change
        for change in changes
    )


def _alone(resources: Iterable[Resource | None]) -> dict[Spot, Resource]:
    """The objects that are the only ones of their kind in their document (a text that is made holds several)."""
    found: dict[Spot, list[Resource]] = {}
    for one in resources:
        if one is not None and one.name:
            spot = (one.gvk.group, one.kind, one.place.uri, one.place.document)
            found.setdefault(spot, []).append(one)
    return {spot: these[0] for spot, these in found.items() if len(these) == 1}


def _fields(old: Resource, new: Resource, sides: Sides, names: Sequence[tuple[str, str]]) -> tuple[FieldChange, ...]:
    """What differs beside names, labels and annotations, and beside what refers to something by its other name."""
    before, after = stored_value(sides.old, old), stored_value(sides.new, new)
    return tuple(
        one
        for one in field_changes(before, after, new.gvk, sides.new.bundle.release)
        if "metadata." not in one.name and not one.name.startswith("metadata") and not _is_a_name(one, names)
    )


def _is_a_name(one: FieldChange, names: Sequence[tuple[str, str]]) -> bool:
    before, after = str(one.before), str(one.after)
    return any(before.replace(old, new) == after for old, new in names)
