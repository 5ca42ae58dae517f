"""How many Pods of a workload the nodes of the bundle have room for, as the scheduler places them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.identity import ResourceKey
from kubelens.kube.int_or_percent import read_int_or_percent
from kubelens.kube.resource import Resource
from kubelens.kube.selector import label_selector
from kubelens.predict.api import Ask, Oracle, Prediction
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.mutation import MutationOf
from kubelens.predict.chain.never_placed import NeverPlaced
from kubelens.predict.chain.scale import SCALED, ScaleOf, with_replicas
from kubelens.predict.controllers.fenceposts import read_strategy
from kubelens.predict.controllers.fields import count, part
from kubelens.predict.controllers.podautoscaler.questions import SCALERS, scale_target

if TYPE_CHECKING:
    from kubelens.predict.chain.placed import Schedule

MOST_PLACED: Final = 2000


class Room(Struct, frozen=True):
    """``pods``: how many of a workload's Pods start at one time, None where all do; ``message``: why the next one does not.

    ``together``: whether all of them start wherever the scheduler puts them, volumes included. ``lacking``: the Pods that
    find no place by name, a DaemonSet's by their nodes. ``anywhere``: no node is known, and none would take these.
    ``sent_away``: (Pod of it, those that it sends away) of each that gets its node by preemption.
    """

    pods: int | None
    message: str
    together: bool
    lacking: frozenset[str] = frozenset()
    anywhere: bool = False
    sent_away: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __str__(self) -> str:
        """What the nodes have, where they have no room for all: ``the nodes have room for 2 of these Pods (then: ...)``."""
        if self.anywhere:
            return f"nodes take {self.pods or 'none'} of these Pods ({self.message})"
        return f"the nodes have room for {self.pods} of these Pods (then: {self.message.partition('. ')[0]})"


class RoomFor(Struct, frozen=True):
    """Have the nodes of the bundle room for all Pods that a rollout of ``resource`` brings?

    ``old``: what it rolls out over; None where it is created: then its Pods are those of the placement of everything.
    """

    resource: Resource
    old: Resource | None = None

    def answer(self, ask: Ask) -> Prediction[Room | None]:
        """None where it is not asked: above :data:`MOST_PLACED` Pods, and without Nodes unless no node would take them."""
        resource = self.resource
        stored = ask(MutationOf(resource)).answer.resource
        replicas = ask(ScaleOf(stored)).answer if stored.kind in SCALED else count(stored.spec, "replicas", 1)
        wanted = replicas + (read_strategy(resource.spec).max_surge(replicas) if resource.kind == "Deployment" else 0)
        if not ask.bundle.all("Node", group=""):
            return _room_anywhere(resource, replicas, ask)
        if not _is_asked(ask.bundle, wanted):
            return Prediction(None)
        if self.old is None and any(one is resource for one in ask.bundle):
            from kubelens.predict.chain.placed import Placed  # noqa: PLC0415 - only where there are nodes

            return Prediction(_room(ask(Placed()).answer, resource))
        there, most = self._with_most(ask.bundle, wanted)
        return Prediction(_room_among(there, most, ask.bundle))

    def _with_most(self, bundle: Bundle, wanted: int) -> tuple[list[Resource], Resource]:
        """The objects with the most that the rollout brings, and what brings it. Pods that its selector matches are its own.

        A Deployment's come after everything else. Others keep their place; a DaemonSet that surges has its old Pods too.
        """
        resource, old = self.resource, self.old
        selector = label_selector(resource.spec.get("selector"))
        if resource.kind == "Deployment":
            most = with_replicas(resource, wanted)
            others = [
                r for r in bundle if not _is_own(r, resource, selector.matches(r.labels)) and not _scales(r, resource)
            ]
            return [*others, most], most
        before = [old] if old is not None and _surges(resource) else []
        there: list[Resource] = []
        for one in bundle:
            if (one.kind, one.namespace, one.name) == (resource.kind, resource.namespace, resource.name):
                there += [*map(_renamed, before), resource]
            elif not _is_own(one, resource, selector.matches(one.labels)):
                there.append(one)
        return there if resource in there else [*there, *map(_renamed, before), resource], resource


class RoomAt(Struct, frozen=True):
    """Have the nodes of the bundle room for so many ``replicas`` of a workload, beside everything else?"""

    resource: Resource
    replicas: int

    def answer(self, ask: Ask) -> Prediction[Room | None]:
        """None where it is not asked: without Nodes unless none would take these, and above :data:`MOST_PLACED` Pods."""
        resource = self.resource
        if not 0 < self.replicas <= MOST_PLACED:
            return Prediction(None)
        scaled = with_replicas(resource, self.replicas)
        nodes = ask.bundle.has("Node", group="")
        if not nodes and not _has_claims_of_each(ask, resource):
            return _room_anywhere(resource, self.replicas, ask)
        there = [scaled if one is resource else one for one in ask.bundle if not _scales(one, resource)]
        if not nodes:
            among = Oracle(ask.bundle.holding(there))
            return _room_anywhere(scaled, self.replicas, among)
        return Prediction(_room_among(there, scaled, ask.bundle))


def _has_claims_of_each(ask: Ask, resource: Resource) -> bool:
    """Whether each of a workload's Pods has claims of its own: else all wait where one does."""
    spec = fields.mapping(ask(Admitted(resource)).answer.pod or {}, "spec")
    own = any("ephemeral" in one for _, one in fields.items(spec, "volumes"))
    return own or bool(fields.items(resource.spec, "volumeClaimTemplates"))


def _is_asked(bundle: Bundle, pods: int) -> bool:
    return bool(bundle.all("Node", group="")) and 0 < pods <= MOST_PLACED


def _room_among(there: list[Resource], resource: Resource, bundle: Bundle) -> Room:
    """The room for a workload's Pods where ``there`` is in place of a bundle's objects."""
    from kubelens.predict.chain.placed import Placed  # noqa: PLC0415 - only where there are nodes

    placed = Oracle(bundle.holding(there))(Placed())
    return _room(placed.answer, resource)


def _room_anywhere(resource: Resource, replicas: int, ask: Ask) -> Prediction[Room | None]:
    never = ask(NeverPlaced())
    admitted = ask(Admitted(resource)).answer
    if not never.answer or admitted.made is None:
        return Prediction(None)
    if resource.kind == "DaemonSet":
        why = never.answer.get(f"{resource.namespace}/{resource.name}", "")
        told = dict.fromkeys(("node-1", "node-2", "node-3"), why) if why else {}
    else:
        names = [fields.text(fields.mapping(pod, "metadata"), "name") for pod in islice(admitted.pods(), MOST_PLACED)]
        told = {name: never.answer[key] for name in names if (key := f"{resource.namespace}/{name}") in never.answer}
    if not told:
        return Prediction(None)
    all_wait = resource.kind == "DaemonSet" or not _has_claims_of_each(ask, resource)
    left = 0 if all_wait else max(replicas - len(told), 0)
    room = Room(left, next(iter(told.values())), together=True, lacking=frozenset(told), anywhere=True)
    return Prediction(room, assumptions=never.assumptions)


def _room(schedule: Schedule, resource: Resource) -> Room:
    mine = [p for p in schedule.placements if p.owner is resource]
    left = {p.pod.name: p.message for p in mine if not p.chosen}
    keys = {p.pod.key for p in mine}
    left |= {
        one.pod.partition("/")[2]: f"claim {one.claim} is attached to node {one.held_on}"
        for one in schedule.waiting
        if one.sure and one.pod in keys
    }
    by_node = resource.kind == "DaemonSet"
    lacking = frozenset(name.removeprefix(f"{resource.name}-") if by_node else name for name in left)
    lacking |= {one.name for one in schedule.held_back if one.owner is resource}
    most = len(mine) - len(left) if left else None
    pushing = tuple((one.pod.key, one.victims) for one in mine if one.victims)
    return Room(most, next(iter(left.values()), ""), not schedule.waiting, lacking, sent_away=pushing)


def told_of_preemptions(sent_away: Iterable[tuple[str, tuple[str, ...]]]) -> Iterator[str]:
    """A sentence for each Pod that gets its node by sending others away."""
    for pod, victims in sent_away:
        yield f"Pod {pod} gets its node by sending away {', '.join(victims)}, of lower priority"


def _scales(other: Resource, resource: Resource) -> bool:
    """Whether an object is an autoscaler of a workload: what it asks for is counted already."""
    return other.kind in SCALERS and scale_target(other) == (resource.kind, resource.name)


def _surges(resource: Resource) -> bool:
    most = read_int_or_percent(part(resource.spec, "updateStrategy", "rollingUpdate").get("maxSurge"))
    return most is not None and most.of(100, round_up=True) > 0


def _renamed(old: Resource) -> Resource:
    """The same under another name, so that both stand beside each other."""
    key = ResourceKey(old.gvk, old.namespace, f"{old.name}-before")
    metadata = {**old.metadata, "name": key.name}
    return replace(old, key=key, value={**old.value, "metadata": metadata})


def _is_own(other: Resource, resource: Resource, matches: bool) -> bool:
    if other.namespace != resource.namespace:
        return False
    return (other.kind, other.name) == (resource.kind, resource.name) or (other.kind == "Pod" and matches)
