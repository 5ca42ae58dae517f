"""How many Pods of a Deployment the nodes of the bundle have room for, as the scheduler places them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.kube.selector import label_selector
from kubelens.predict.api import Ask, Oracle
from kubelens.predict.controllers.fenceposts import read_strategy
from kubelens.predict.controllers.fields import count

if TYPE_CHECKING:
    from kubelens.predict.scheduler.placement import Placement

MOST_PLACED: Final = 2000


def room_for(resource: Resource, ask: Ask) -> tuple[int, str] | None:
    """(Pods that find a node at one time, the scheduler's message for the next one); None where all of them do.

    Asked for is the most a rollout brings: replicas and surge, placed after everything else among the files. Pods that
    its selector matches are its own and are left out. None too without Nodes, and above :data:`MOST_PLACED` Pods.
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
    return (len(mine) - len(left), left[0]) if left else None


def _is_own(other: Resource, resource: Resource, matches: bool) -> bool:
    if other.namespace != resource.namespace:
        return False
    return (other.kind, other.name) == (resource.kind, resource.name) or (other.kind == "Pod" and matches)
