"""``Moved``: what becomes of Pods that run when nodes are drained, lost or added.

Starts from the placement and moves only what an eviction or a lost node moves. Follows ``kubectl drain`` (cordon, then
evictions one by one), the eviction subresource, and the taint eviction and Pod garbage controllers: Pods on a node that
is not reached are deleted after their tolerations run out, and their controllers make others elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any, Final

from msgspec import Struct, field
from msgspec.structs import replace

from kubelens.kube import fields
from kubelens.kube.node import Node, Taint, read_node
from kubelens.kube.resource import Resource
from kubelens.kube.workload import workloads
from kubelens.predict.api import Ask, Assumption, Prediction
from kubelens.predict.chain.admitted import Admitted, standing_pod, why_no_other
from kubelens.predict.chain.moved_pods import budget_pod, state_at_best, with_scales
from kubelens.predict.chain.placed import Placed, Schedule, missing_pods, of_equals
from kubelens.predict.chain.quota_room import HeldByQuotas
from kubelens.predict.chain.requeued import about_preemptions
from kubelens.predict.chain.stored import Stored
from kubelens.predict.chain.turns import turn_of, turns_of
from kubelens.predict.controllers.disruption import (
    ACCEPTED,
    Budget,
    BudgetPod,
    PodState,
    budget_status,
    judge_eviction,
    read_budget,
)
from kubelens.predict.controllers.drain_filters import EMPTY_DIR, FORCE, filtered
from kubelens.predict.first_names import first_names
from kubelens.predict.scheduler.pending import PendingPod
from kubelens.predict.scheduler.placement import Placement, place
from kubelens.predict.scheduler.plugins.dynamic_resources import release
from kubelens.predict.scheduler.pod_info import PodInfo, read_pod
from kubelens.predict.scheduler.queue import contested_by, may_be_helped
from kubelens.predict.scheduler.state import ClusterState, NodeInfo

UNREACHABLE: Final = "node.kubernetes.io/unreachable"
_TAINTS: Final = (Taint(UNREACHABLE, "", "NoSchedule"), Taint(UNREACHABLE, "", "NoExecute"))
_MOST_NAMED: Final = 4
_NOT_REPLACED: Final = {
    "StatefulSet": "stays Terminating on the lost node: its StatefulSet makes no other until the node's object is deleted",
    "DaemonSet": "belongs to the node",
    "Node": "belongs to the node",
    "": "is deleted, and no controller makes it anew",
}


class Stay(Struct, frozen=True):
    """A Pod that no longer runs and is not made anew, or that a drain cannot move; ``why`` says which."""

    pod: str
    why: str
    node: str


class Moves(Struct, frozen=True):
    """``schedule``: every Pod with where it is in the end. ``stays``: Pods that a drain or a lost node leaves behind."""

    schedule: Schedule
    stays: tuple[Stay, ...] = ()


class Moved(Struct, frozen=True):
    """What happens when nodes are added, others drained (``drained``), and zones lost, in this order?

    An added node is first looked at for Pods that wait already (``MoveAllToActiveOrBackoffQueue``): by the time that an
    evicted Pod's successor comes, their back-off has run out.

    ``nodes`` and ``added`` are node objects as JSON text.
    """

    nodes: tuple[str, ...] = ()
    drained: tuple[str, ...] = ()
    lost_zones: tuple[str, ...] = ()
    added: tuple[str, ...] = ()

    def answer(self, ask: Ask) -> Prediction[Moves]:
        """The placement after it: Pods that nothing moves stay where they are."""
        before = ask(Placed(self.nodes))
        world = _World(ask, before.answer, self.nodes)
        for text in self.added:
            world.add(json.loads(text))
        if self.added:
            world.look_again()
        for name in self.drained:
            world.cordon(name)
        for name in self.drained:
            world.drain(name)
        world.lose([n for n, info in world.state.nodes.items() if info.node.zone in self.lost_zones])
        world.retry()
        moves = Moves(
            replace(
                before.answer,
                placements=tuple(world.placements.values()),
                state=world.state,
                held_back=tuple(world.held_back),
            ),
            world.stays(),
        )
        told = []
        if self.drained:
            told.append(
                "an evicted Pod's successor is Ready before the next eviction is asked for, where it finds a node"
            )
        if world.scratch:
            told.append(
                f"kubectl drain is given {EMPTY_DIR}: else it stops at the emptyDir volumes of "
                f"{first_names(world.scratch, _MOST_NAMED)}, and evicts nothing"
            )
        if any(fields.mapping(pod.value, "status") for _, pod in before.answer.state.pods()) and self.drained:
            told.append("Pods with a status are as it says, until they are evicted")
        if self.added and (self.drained or self.lost_zones):
            told.append("added nodes are there before others go: Pods that wait already take them first")
        pushed = [one for one in world.placements.values() if one.victims]
        told += [*about_preemptions(pushed), *of_equals(pushed)]
        if self.lost_zones:
            told.append("the lost nodes stay away longer than the Pods tolerate (300 s unless they say otherwise)")
        assumptions = tuple(dict.fromkeys([*before.assumptions, *map(Assumption, told)]))
        return Prediction(moves, before.reasons, assumptions)


class _World(Struct):
    """The cluster while it changes."""

    ask: Ask
    schedule: Schedule
    nodes: tuple[str, ...] = ()
    state: ClusterState = field(default_factory=ClusterState)
    placements: dict[str, Placement] = field(default_factory=dict)
    left: list[Stay] = field(default_factory=list)
    held_back: list[PendingPod] = field(default_factory=list)
    scratch: list[str] = field(default_factory=list)
    """Pods that are evicted with what their emptyDir volumes hold."""
    queued: dict[str, int] = field(default_factory=dict)
    """When a Pod came to the queue."""
    clock: Iterator[int] = field(default_factory=count)
    unmade: list[PodInfo] = field(default_factory=list)
    """Pods that are gone, and in whose place none is let in."""
    gone: set[tuple[int, str]] = field(default_factory=set)
    """Pods that stand no longer: their workload and their name."""

    def __post_init__(self) -> None:
        held = {name: NodeInfo(info.node, info.pods) for name, info in self.schedule.state.nodes.items()}
        before = self.schedule.state
        self.state = replace(
            before,
            nodes=held,
            devices=before.devices.copied(),
            claims=dict(before.claims),
            volumes=dict(before.volumes),
        )
        self.placements = {p.pod.key: p for p in self.schedule.placements}
        self.queued = {key: next(self.clock) for key in self.placements}
        self.held_back = list(self.schedule.held_back)

    def stays(self) -> tuple[Stay, ...]:
        return tuple(self.left)

    def add(self, value: Mapping[str, Any]) -> None:
        """A node joins: DaemonSets put their Pods there, others stay where they are."""
        node = read_node(value)
        self.state.nodes[node.name] = NodeInfo(node)
        for workload in workloads(self.ask.bundle):
            if workload.kind == "DaemonSet":
                admitted = self.ask(Admitted(workload.resource)).answer
                for pod in missing_pods(self.ask, admitted, [node], self._more(workload.resource)):
                    self._place(read_pod(pod), workload.resource)

    def _place(self, pod: PodInfo, owner: Resource | None) -> None:
        """A Pod that comes now."""
        self.queued[pod.key] = next(self.clock)
        self._try(pod, owner)

    def _try(self, pod: PodInfo, owner: Resource | None) -> bool:
        """One cycle for a Pod; of the Pods that it sends away controllers make others."""
        found = place(pod, owner, self.state)
        if found.victims:
            waiting = (p.pod for p in self.placements.values() if not p.chosen and p.decision is not None)
            found = replace(found, contested_by=contested_by(found, waiting, self.state))
        self.placements[pod.key] = found
        for key in found.victims:
            self._send_away(key)
        return bool(found.chosen)

    def _send_away(self, key: str) -> None:
        known = self.placements.pop(key, None)
        namespace, _, name = key.partition("/")
        standing = self.ask.bundle.get("Pod", namespace, name, group="")
        if known is not None:
            victim, owner = known.pod, known.owner
        elif standing is not None:
            victim = read_pod(
                standing_pod(
                    {**standing.value, "metadata": {**standing.metadata, "namespace": namespace}},
                    self.ask.bundle.release,
                )
            )
            owner = self._owner_of(victim)
        else:
            return
        if victim.owner[0]:
            self.gone.add((id(owner), name))
            self._succeed(victim, owner)

    def _succeed(self, pod: PodInfo, owner: Resource | None) -> None:
        """The controller of a Pod that is gone makes another, once it may."""
        spec = {k: v for k, v in pod.value["spec"].items() if k != "nodeName"}
        value = {**pod.value, "spec": spec, "status": {}}
        successor = read_pod(value)
        waits_for = self._waits_for(successor, owner) if owner is not None and owner.kind == "StatefulSet" else ""
        if owner is not None and waits_for:
            self.placements.pop(pod.key, None)
            self.held_back.append(PendingPod(value, owner, turn_of(successor, self.ask.bundle), waits_for=waits_for))
        else:
            self._place(successor, owner)

    def _more(self, resource: Resource) -> int | None:
        """How many more Pods quotas let a workload have, None where no quota counts them."""
        held = self.ask(HeldByQuotas(resource.namespace, self.nodes)).answer.get(id(resource))
        if held is None or not held.rooms:
            return None
        return max(0, held.room - sum(p.owner is resource for p in self.placements.values()))

    def cordon(self, name: str) -> None:
        info = self.state.nodes[name]
        self.state.nodes[name] = _with(info, replace(info.node, unschedulable=True))

    def drain(self, name: str) -> None:
        """Evict one Pod after the other, as long as their budgets let them go.

        Those of StatefulSets last: their successors come when they are gone, others at once; then by priority.
        """
        pods = self.state.nodes[name].pods
        for pod in sorted(pods, key=lambda pod: (pod.owner[0] == "StatefulSet", -pod.priority)):
            if pod not in self.state.nodes[name].pods:
                continue
            found = filtered(pod.value)
            if found.left:
                continue
            if pod.terminating:
                self._leave(pod, name)
                continue
            if FORCE in found.needs:
                why = "no controller makes it anew: kubectl drain deletes it with --force only"
                self.left.append(Stay(pod.key, why, name))
                continue
            budgets = self._budgets(pod.namespace)
            eviction = judge_eviction(budget_pod(pod, self._state(pod)), budgets)
            if eviction.code != ACCEPTED:
                self.left.append(Stay(pod.key, eviction.cause or eviction.message, name))
                continue
            if EMPTY_DIR in found.needs:
                self.scratch.append(pod.key)
            self._move(pod, name)
            self.look_again(others=True)

    def lose(self, names: list[str]) -> None:
        """Nodes that are not reached any more: nothing new goes there, and what ran there is made elsewhere."""
        if not names:
            return
        for name in names:
            info = self.state.nodes[name]
            self.state.nodes[name] = _with(info, replace(info.node, taints=(*info.node.taints, *_TAINTS)))
        everything = len(names) == len(self.state.nodes)
        for name in names:
            for pod in list(self.state.nodes[name].pods):
                if pod.terminating:
                    continue
                why = "runs nowhere else: with every node lost, nothing is evicted" if everything else None
                why = why or _NOT_REPLACED.get(pod.owner[0]) or _tolerated(pod)
                if why:
                    self.left.append(Stay(pod.key, why, name))
                else:
                    self._move(pod, name)

    def retry(self) -> None:
        """Pods that wait are looked at again, and those that waited for them are made, as long as that helps one."""
        self.look_again()
        while self._make():
            self.look_again()

    def look_again(self, *, others: bool = False) -> None:
        """Try Pods that wait, by priority and then by who came first, as long as one gets a node.

        ``others``: those alone that depend on where others are.
        """
        helped = True
        while helped:
            helped = False
            waiting = [p for p in self.placements.values() if not p.chosen and p.decision is not None]
            waiting = [p for p in waiting if not others or may_be_helped(p)]
            for one in sorted(waiting, key=lambda p: (-p.pod.priority, self.queued[p.pod.key])):
                if one.pod.key in self.placements:
                    helped |= self._try(one.pod, one.owner)

    def _make(self) -> bool:
        """Make the Pods that were held back and are no longer; whether one came."""
        before = len(self.held_back)
        for one in list(self.held_back):
            pod = read_pod(one.value)
            waits_for = self._waits_for(pod, one.owner)
            self.held_back.remove(one)
            if waits_for:
                self.held_back.append(replace(one, waits_for=waits_for))
            else:
                self._place(pod, one.owner)
        return len(self.held_back) < before

    def _waits_for(self, pod: PodInfo, owner: Resource) -> str:
        """What keeps a StatefulSet from making a Pod now, in words."""
        turns = turns_of(self.ask, self.ask(Admitted(owner)).answer)
        found = turns.waits_for(pod.name, {name for key, name in self.gone if key == id(owner)})
        turn = turn_of(pod, self.ask.bundle)
        if found or turn is None:
            return found
        without = [p.pod for p in self.placements.values() if not p.chosen and not p.rejected_on]
        without += [read_pod(one.value) for one in self.held_back if one.owner is owner and one.name != pod.name]
        before = {
            other.ordinal: p.name
            for p in without
            if (other := turn_of(p, self.ask.bundle)) is not None
            and other.workload is turn.workload
            and other.ordinal < turn.ordinal
        }
        return before[min(before)] if before else ""

    def _leave(self, pod: PodInfo, name: str) -> Resource | None:
        """A Pod is gone from its node; what brings its successor, where that is known."""
        self.state.nodes[name] = self.state.nodes[name].without([pod])
        release(pod, self.state)
        found = self._owner_of(pod)
        self.gone.add((id(found), pod.name))
        return found

    def _owner_of(self, pod: PodInfo) -> Resource | None:
        kind, owner = pod.owner
        return self.ask.bundle.get(kind, pod.namespace, owner) if kind else None

    def _move(self, pod: PodInfo, name: str) -> None:
        known = self.placements.get(pod.key)
        if known is not None and known.pod.node_name:
            self.left.append(
                Stay(pod.key, "its template names the node: the next one is made there, cordoned or not", name)
            )
            return
        owner = self._leave(pod, name)
        if owner is not None and (refusal := why_no_other(owner, self.ask)):
            self.left.append(Stay(pod.key, f"is evicted, and none comes in its place: {refusal}", name))
            self.unmade.append(pod)
            return
        self._succeed(pod, known.owner if known is not None else owner)

    def _budgets(self, namespace: str) -> list[tuple[Budget, Any]]:
        pods = self._pods(namespace)
        stored = (
            read_budget(r.value, namespace)
            for r in self.ask.bundle.all("PodDisruptionBudget", namespace)
            if not r.partial and self.ask(Stored(r)).answer.denial is None
        )
        return [(budget, budget_status(budget, pods)) for budget in stored]

    def _state(self, pod: PodInfo) -> PodState:
        known = self.placements.get(pod.key)
        return state_at_best(pod, known.owner if known is not None else self._owner_of(pod), self.ask)

    def _pods(self, namespace: str) -> list[BudgetPod]:
        there = [p for _, p in self.state.pods() if p.namespace == namespace and not p.terminating]
        running = [budget_pod(p, self._state(p)) for p in there]
        waiting = [
            budget_pod(p.pod, PodState.PENDING)
            for p in self.placements.values()
            if not p.chosen and p.pod.namespace == namespace
        ]
        held = (read_pod(one.value) for one in self.held_back)
        waiting += [budget_pod(p, PodState.PENDING) for p in (*held, *self.unmade) if p.namespace == namespace]
        return with_scales([*running, *waiting], namespace, self.placements.values(), self.ask)


def _with(info: NodeInfo, node: Node) -> NodeInfo:
    return NodeInfo(node, info.pods)


def _tolerated(pod: PodInfo) -> str:
    """Why a Pod is never deleted from a node that is not reached, ``""`` where it is."""
    for _, toleration in fields.items(pod.value["spec"], "tolerations"):
        key, effect = fields.text(toleration, "key"), fields.text(toleration, "effect")
        if key in ("", UNREACHABLE) and effect in ("", "NoExecute") and "tolerationSeconds" not in toleration:
            return "tolerates a node that is not reached for ever: it is not made anew"
    return ""
