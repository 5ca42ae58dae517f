"""Pods that find no node after the change, where the nodes are among the objects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.identity import GroupVersionKind, ResourceKey
from kubelens.kube.resource import Resource
from kubelens.plan.change import ObjectChange
from kubelens.plan.consequence import Consequence, kinds
from kubelens.plan.sides import Sides, counterpart, title
from kubelens.predict.api import Oracle
from kubelens.predict.chain.placed import Placed, Schedule, placed_pods
from kubelens.predict.controllers.fields import count
from kubelens.predict.controllers.rollout.change import StartsRollout
from kubelens.predict.scheduler.placement import Placement

_POD: Final = GroupVersionKind("", "v1", "Pod")
_ALL: Final = 1_000_000
_UID: Final = "as-before"
_ROLL: Final = frozenset({"Deployment", "StatefulSet", "DaemonSet"})


def nodes(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """One for each Pod that finds no node and had one, or is new, and each that sends others away. Pods that the change does not touch stay where they are."""
    if not (sides.old.bundle.all("Node", group="") and sides.after.bundle.all("Node", group="")):
        return
    before = sides.old.ask(Placed()).answer
    had = placed_pods(before)
    lacked = {placement.pod.key for placement in before.placements if not placement.chosen}
    lacked |= {pod.key for pod in before.held_back}
    world = Bundle([*sides.after.bundle, *_staying(sides, before)], sides.after.bundle.release)
    sent = {victim for placement in before.placements for victim in placement.victims}
    for placement in Oracle(world)(Placed()).answer.placements:
        gone = [victim for victim in placement.victims if victim not in sent]
        if gone:
            where = placement.owner.place if placement.owner is not None else None
            text = f"gets its node by sending away {', '.join(gone)}, of lower priority"
            yield Consequence(kinds()["sends-away"], f"Pod {placement.pod.key}", text, where)
        key = placement.pod.key
        if not placement.chosen and key not in lacked:
            was = f"; it was on {had[key]}" if key in had else ""
            where = placement.owner.place if placement.owner is not None else None
            yield Consequence(kinds()["no-room"], f"Pod {key}", f"finds no node: {placement.message}{was}", where)


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
