"""Where Pods run before a change and after it, where the nodes are among the objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from weakref import WeakKeyDictionary

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.identity import GroupVersionKind, ResourceKey
from kubelens.kube.resource import Resource
from kubelens.plan.sides import Sides, counterpart, title
from kubelens.predict.api import Oracle
from kubelens.predict.chain.placed import Placed, Schedule
from kubelens.predict.controllers.fields import count
from kubelens.predict.controllers.rollout.change import StartsRollout
from kubelens.predict.scheduler.placement import Placement

_POD: Final = GroupVersionKind("", "v1", "Pod")
_ALL: Final = 1_000_000
_UID: Final = "as-before"
_ROLL: Final = frozenset({"Deployment", "StatefulSet", "DaemonSet"})


class Placing(Struct, frozen=True, eq=False):
    """The Pods of both sides with their nodes; Pods that the change does not touch stay where they are."""

    before: Schedule
    after: Schedule


_KNOWN: Final[WeakKeyDictionary[Sides, Placing]] = WeakKeyDictionary()


def placing(sides: Sides) -> Placing | None:
    """None where one of the sides has no node."""
    if not (sides.old.bundle.has("Node", group="") and sides.after.bundle.has("Node", group="")):
        return None
    found = _KNOWN.get(sides)
    if found is None:
        before = sides.old.ask(Placed()).answer
        staying = list(_staying(sides, before))
        there = {title(one) for one in staying}
        others = [one for one in sides.after.bundle if one.kind != "Pod" or title(one) not in there]
        world = Bundle([*others, *staying], sides.after.bundle.release)
        found = _KNOWN[sides] = Placing(before, Oracle(world)(Placed()).answer)
    return found


def without_node(sides: Sides, workload: Resource) -> tuple[str, ...]:
    """Why each Pod of a workload that finds no node after the change finds none."""
    found = placing(sides)
    placements = found.after.placements if found is not None else ()
    return tuple(
        one.message.partition(" no new claims")[0].rstrip(". ")
        for one in placements
        if not one.chosen and one.owner is not None and title(one.owner) == title(workload)
    )


def _staying(sides: Sides, before: Schedule) -> Iterator[Resource]:
    """The Pods that stay where they are, as a cluster shows them."""
    left: dict[str, int] = {}
    for placement in before.placements:
        owner = placement.owner
        new = counterpart(owner, sides.after.bundle) if owner is not None else None
        if owner is None or new is None or not placement.chosen or _replaced(sides, owner, new):
            continue
        name = title(owner)
        left.setdefault(name, _wanted(new))
        if left[name] > 0:
            left[name] -= 1
            yield _standing(placement, owner)


def _replaced(sides: Sides, old: Resource, new: Resource) -> bool:
    if title(new) in sides.kept or old.value == new.value:
        return False
    return old.kind not in _ROLL or sides.after.ask(StartsRollout(new, old)).answer.rolls_out


def _wanted(resource: Resource) -> int:
    """How many of its Pods may stay; of what is not scaled, all."""
    if resource.kind not in ("Deployment", "StatefulSet", "ReplicaSet"):
        return _ALL
    return count(resource.spec, "replicas", 1)


def _standing(placement: Placement, owner: Resource) -> Resource:
    value: dict[str, Any] = {**placement.pod.value}
    metadata = {**value["metadata"], "uid": _UID}
    if owner.kind == "Deployment":
        metadata["ownerReferences"] = [
            {**reference, "name": f"{owner.name}-0"} for _, reference in fields.items(metadata, "ownerReferences")
        ]
    value["metadata"] = metadata
    value["spec"] = {**value["spec"], "nodeName": placement.chosen}
    return Resource(ResourceKey(_POD, placement.pod.namespace, placement.pod.name), value, owner.place)
