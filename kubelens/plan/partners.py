"""Which old object each new one takes the place of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kubelens.kube import fields
from kubelens.kube.conversion import todays_group
from kubelens.kube.resource import Resource

Slot = tuple[str, str, str, str]
"""Group, kind, namespace, name."""


def partners_of(old: Iterable[Resource], new: Iterable[Resource]) -> Mapping[int, Resource]:
    """The old object of each new one, by the id of the new one; parts of objects (patches) have none.

    Where several have one name (files for different clusters), the one in the same file is meant (of several there, one that
    is the same), then one that is the same, then one in a file of that name, then the next.
    """
    left: dict[Slot, list[Resource]] = {}
    for one in old:
        if not one.partial:
            left.setdefault(_called(one), []).append(one)
    waiting = [one for one in new if not one.partial and _called(one) in left]
    found: dict[int, Resource] = {}
    for is_meant in (_unchanged, _same_file, _same_value, _called_alike, _any):
        for resource in waiting:
            rest = left[_called(resource)]
            if id(resource) in found or not rest:
                continue
            partner = next((one for one in rest if is_meant(one, resource)), None)
            if partner is not None:
                rest.remove(partner)
                found[id(resource)] = partner
    return found


def slot_of(resource: Resource) -> Slot:
    """Where the server keeps an object: in the group that its kind is served in today, whatever its manifest writes."""
    return todays_group(resource.gvk), *resource.key.slot[1:]


def _called(resource: Resource) -> Slot:
    """The slot of an object, of one whose name the server makes with what that begins with."""
    group, kind, namespace, name = slot_of(resource)
    return group, kind, namespace, name or f"{fields.text(resource.metadata, 'generateName')}*"


def _unchanged(old: Resource, new: Resource) -> bool:
    return _same_file(old, new) and _same_value(old, new)


def _same_file(old: Resource, new: Resource) -> bool:
    return old.place.uri == new.place.uri


def _same_value(old: Resource, new: Resource) -> bool:
    return old.value == new.value


def _called_alike(old: Resource, new: Resource) -> bool:
    return old.place.file.rpartition("/")[2] == new.place.file.rpartition("/")[2]


def _any(old: Resource, new: Resource) -> bool:
    return True
