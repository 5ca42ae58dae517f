"""How many Pods of a Deployment the nodes of the bundle have room for, as the scheduler places them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.kube.selector import label_selector
from kubelens.predict.api import Ask, Oracle, Prediction
from kubelens.predict.controllers.fenceposts import read_strategy
from kubelens.predict.controllers.fields import count

if TYPE_CHECKING:
    from kubelens.predict.scheduler.placement import Placement

MOST_PLACED: Final = 2000


class Room(Struct, frozen=True):
    """``pods``: how many of a workload's Pods start at one time, None where all do; ``message``: why the next one does not.

    ``together``: whether all of them start wherever the scheduler puts them, volumes included.
    """

    pods: int | None
    message: str
    together: bool


class RoomFor(Struct, frozen=True):
    """Have the nodes of the bundle room for all Pods that a rollout of ``resource`` brings?"""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[Room | None]:
        """None where it is not asked: without Nodes, and above :data:`MOST_PLACED` Pods."""
        return Prediction(_room(self.resource, ask))


def _room(resource: Resource, ask: Ask) -> Room | None:
    """Placed is the most a rollout brings: replicas and surge, after everything else among the files.

    Pods that its selector matches are its own and are left out.
    """
    replicas = count(resource.spec, "replicas", 1)
    wanted = replicas + read_strategy(resource.spec).max_surge(replicas)
    if resource.kind != "Deployment" or not ask.bundle.all("Node") or not 0 < wanted <= MOST_PLACED:
        return None
    from kubelens.predict.chain.placed import Placed  # noqa: PLC0415 - only where there are nodes

    selector = label_selector(resource.spec.get("selector"))
    everything = [r for r in ask.bundle if not _is_own(r, resource, selector.matches(r.labels))]
    most = replace(resource, value={**resource.value, "spec": {**resource.spec, "replicas": wanted}})
    there = Bundle([*everything, most], ask.bundle.release, pod_security=ask.bundle.pod_security)
    schedule = Oracle(there)(Placed(())).answer
    mine: list[Placement] = [p for p in schedule.placements if p.owner is most]
    left = [p.message for p in mine if not p.chosen]
    keys = {p.pod.key for p in mine}
    left += [
        f"claim {one.claim} is attached to node {one.held_on}"
        for one in schedule.waiting
        if one.sure and one.pod in keys
    ]
    return Room(len(mine) - len(left) if left else None, left[0] if left else "", not schedule.waiting)


def _is_own(other: Resource, resource: Resource, matches: bool) -> bool:
    if other.namespace != resource.namespace:
        return False
    return (other.kind, other.name) == (resource.kind, resource.name) or (other.kind == "Pod" and matches)
