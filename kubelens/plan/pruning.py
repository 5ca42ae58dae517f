"""Objects that are not among the manifests any more, and that nothing deletes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.plan.change import Action, ObjectChange
from kubelens.plan.consequence import Consequence, consequence
from kubelens.plan.partners import slot_of
from kubelens.predict.chain.hooks import stays_when_removed

NONE_LEFT: Final[Mapping[int, str]] = {}


def left_behind(
    old: Bundle, new: Bundle, *, all_of_it: bool, by_tool: Mapping[int, str] = NONE_LEFT
) -> Iterator[Resource]:
    """The old objects that stay in the cluster; ``all_of_it``: every one, as nobody prunes, or not all is known.

    ``by_tool``: why the set's tool never deletes an object, by its id.
    """
    there = {slot_of(resource) for resource in new}
    for resource in old:
        if resource.name and not resource.partial and slot_of(resource) not in there:
            if all_of_it or id(resource) in by_tool or stays_when_removed(resource):
                yield resource


def stays(
    changes: Iterable[ObjectChange], left: Sequence[Resource], why: str, by_tool: Mapping[int, str] = NONE_LEFT
) -> Iterator[Consequence]:
    """One for each removed object that stays; ``why``: of those that nothing of their own keeps."""
    kept = set(map(id, left))
    for change in changes:
        old = change.old
        if change.action is Action.REMOVE and old is not None and id(old) in kept:
            yield consequence(
                "stays", old, f"nothing deletes it: {stays_when_removed(old) or by_tool.get(id(old)) or why}"
            )
