"""``one_world_each``: files that nobody applies all at once, as the worlds that one or the other of them makes.

A server has one object of a kind, namespace and name. Where folders hold different ones (``dev`` and ``prod``, the steps of
a lesson), they are alternatives, and every answer is about one of them: see :mod:`kubelens.predict.chain.alternatives`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Final

from msgspec import Struct

from kubelens.kube.resource import Resource
from kubelens.kube.workload import WORKLOAD_KINDS
from kubelens.predict.apiserver.standing import exists_already
from kubelens.predict.chain.alternatives import alternatives_of, is_below

MOST: Final = 20
"""As many worlds are told apart."""
_MOST_PAIRED: Final = 60
"""Of what stands in more folders it is not asked which two of them differ."""
_TELLING: Final = frozenset(
    {*WORKLOAD_KINDS, "Service", "PersistentVolumeClaim", "ResourceQuota", "LimitRange", "PodDisruptionBudget"}
    | {f"{sort}AdmissionPolicy{what}" for sort in ("Validating", "Mutating") for what in ("", "Binding")}
)
_Slot = tuple[str, str, str]


class OneWorld(Struct, frozen=True, eq=False):
    """``left_out``: ids of the objects that are not in it; ``folders``: whose copies it has; ``apart``: folders of the others."""

    left_out: frozenset[int] = frozenset()
    folders: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()


def one_world_each(resources: Sequence[Resource]) -> list[OneWorld]:
    """One world where no two folders hold different objects of one name; else one for each of these folders, in their order."""
    whole = _copies(resources)
    if not whole:
        return [OneWorld(_said_again(resources))]
    worlds: list[OneWorld] = []
    seen: set[str] = set()
    clashing = frozenset[str]().union(*whole.values())
    for folder in dict.fromkeys(one.place.folder for one in resources):
        if folder in clashing and folder not in seen and len(worlds) < MOST:
            worlds.append(_world(folder, resources, whole, seen))
            seen |= {folder, *worlds[-1].folders}
    return worlds


def _world(
    first: str, resources: Sequence[Resource], whole: Mapping[_Slot, frozenset[str]], seen: set[str]
) -> OneWorld:
    """What is applied with the objects of a folder; where others are to be chosen between, one nobody asked about yet."""
    left, chosen, apart = list(resources), [first], list[str]()
    while True:
        trees = frozenset(tree for tree in alternatives_of(chosen[-1], whole) if not _holds(tree, chosen))
        apart += sorted(trees)
        left = [one for one in left if not is_below(one, trees)]
        clash = next(iter(_copies(left, chosen).items()), None)
        if clash is None:
            break
        slot, places = clash
        kept = next((one for one in reversed(chosen) if one in places), None)
        if kept is None:
            kept = min(places, key=lambda place: (place in seen, place))
            chosen.append(kept)
            continue
        left = [one for one in left if _slot(one) != slot or one.place.folder == kept]
    there = {id(one) for one in left} - _said_again(left)
    gone = frozenset(id(one) for one in resources if id(one) not in there)
    return OneWorld(gone, tuple(chosen), tuple(dict.fromkeys(apart)))


def _slot(resource: Resource) -> _Slot:
    return (resource.kind, resource.namespace, resource.name)


def _copies(resources: Sequence[Resource], chosen: Sequence[str] = ()) -> dict[_Slot, frozenset[str]]:
    """Which objects stand in several folders that differ, in these or in others; those of ``chosen`` folders come first."""
    found: dict[_Slot, dict[str, Resource]] = {}
    for one in resources:
        if one.name and not one.partial and not _stands(one):
            found.setdefault(_slot(one), {}).setdefault(one.place.folder, one)
    several = {slot: held for slot, held in found.items() if len(held) > 1}
    differing = {slot for slot, held in several.items() if _differ(held.values())}
    few = [several[slot] for slot in differing if len(several[slot]) <= _MOST_PAIRED]
    apart = {pair for held in few for pair in combinations(sorted(held), 2)}
    copies = {
        slot: frozenset(held)
        for slot, held in several.items()
        if slot[0] in _TELLING and (slot in differing or any(p in apart for p in combinations(sorted(held), 2)))
    }
    return dict(sorted(copies.items(), key=lambda pair: not (pair[1] & {*chosen}))) if chosen else copies


def _differ(copies: Iterable[Resource]) -> bool:
    first, *others = [one.value for one in copies]
    return any(one != first for one in others)


def _said_again(resources: Sequence[Resource]) -> frozenset[int]:
    """Objects that are the same as one of their name in another folder: they are applied twice, and there once."""
    first: dict[_Slot, Resource] = {}
    again: set[int] = set()
    for one in resources:
        if one.name and not one.partial and not _stands(one):
            other = first.setdefault(_slot(one), one)
            if other.place.folder != one.place.folder and other.gvk == one.gvk and other.value == one.value:
                again.add(id(one))
    return frozenset(again)


def _stands(resource: Resource) -> bool:
    return resource.standing is not None or exists_already(resource.value)


def _holds(tree: str, folders: Sequence[str]) -> bool:
    return any(folder == tree or folder.startswith(f"{tree}/") for folder in folders)
