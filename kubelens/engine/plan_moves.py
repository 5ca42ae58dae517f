"""Objects that one set gives up and another takes over: they stay what they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from msgspec import Struct

from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource

Slot = tuple[str, str, str, str]
"""Group, kind, namespace, name."""
_NAMESPACE = "Namespace"


class Held:
    """The objects of one set before and after a change. ``known``: whether what is not among those after is gone."""

    def __init__(self, old: Bundle | None, new: Bundle | None, *, known: bool = True) -> None:
        self._known = known
        self.is_gone = new is None
        self.old = _by_slot(old)
        self.new = _by_slot(new)

    @cached_property
    def given_up(self) -> dict[Slot, Resource]:
        """What it had and has no more."""
        if not self._known:
            return {}
        return {slot: resource for slot, resource in self.old.items() if slot not in self.new}

    def taken_up(self, slot: Slot) -> bool:
        """Whether it has an object that it had not."""
        return slot in self.new and slot not in self.old


class Move(Struct, frozen=True, eq=False):
    """Objects that go from one set to another."""

    source: str
    destination: str
    objects: tuple[Resource, ...]


def moves_between(sets: Mapping[str, Held]) -> list[Move]:
    """Every move. Sets that hold an object of one name at one time are for different clusters: nothing goes between them."""
    return [
        Move(source, destination, moved)
        for source, giving in sets.items()
        if giving.given_up
        for destination, taking in sets.items()
        if destination != source
        and (moved := tuple(r for slot, r in giving.given_up.items() if taking.taken_up(slot)))
        and not _apart(giving, taking)
    ]


def _apart(one: Held, other: Held) -> bool:
    return bool(_objects(one.old) & _objects(other.old) or _objects(one.new) & _objects(other.new))


def _objects(held: Mapping[Slot, Resource]) -> frozenset[Slot]:
    return frozenset(slot for slot in held if slot[1] != _NAMESPACE)


def _by_slot(bundle: Bundle | None) -> dict[Slot, Resource]:
    return dict(_pairs(bundle)) if bundle is not None else {}


def _pairs(bundle: Bundle) -> Iterator[tuple[Slot, Resource]]:
    for resource in bundle:
        if resource.name and not resource.partial:
            yield resource.key.slot, resource
