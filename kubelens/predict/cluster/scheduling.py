"""The scheduler among other things that happen: its queue, its cycles, nominations and preemption."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.kube import fields
from kubelens.predict.cluster.budgets import Budgets
from kubelens.predict.cluster.records import Change, PodRecord
from kubelens.predict.cluster.volumes import Volumes
from kubelens.predict.cluster.workloads import Workloads
from kubelens.predict.cluster.world import World
from kubelens.predict.controllers.persistentvolume.binder import bind
from kubelens.predict.scheduler.bound_claims import put
from kubelens.predict.scheduler.by_name import what_it_lacks
from kubelens.predict.scheduler.cycle import Decision, schedule
from kubelens.predict.scheduler.default_preemption import WAITS, Preemption, preempt
from kubelens.predict.scheduler.message import GATED, failure_message
from kubelens.predict.scheduler.plugins.dynamic_resources import release, reserve
from kubelens.predict.scheduler.pod_info import PodInfo, read_pod
from kubelens.predict.scheduler.state import ClusterState, NodeInfo
from kubelens.predict.store.objects import ObjectKey

if TYPE_CHECKING:
    from kubelens.predict.scheduler.arrays import ArrayScheduler

_MANY: Final = 40
"""Nodes, and as many Pods that come at one time, from which on decisions are made over arrays; of more nodes fewer Pods."""


_TAKEN_IN: Final = frozenset(
    {
        "CSINode",
        "CSIDriver",
        "CSIStorageCapacity",
        "VolumeAttachment",
        "ResourceClaim",
        "ResourceClaimTemplate",
        "ResourceSlice",
        "DeviceClass",
    }
)
"""Kinds of which the scheduler learns as they come, and that nothing here takes away again."""


_POPS_FROM_BACK_OFF: Final = 33
"""Minor release since which Pods in back-off are tried as soon as nothing else waits (SchedulerPopFromBackoffQ)."""
_BACKS_OFF: Final = (
    "Pods without a node are tried again at once when something changes: before 1.33 the scheduler lets 1 s pass after the first "
    "try, then twice as long, up to 10 s (podMaxBackoffSeconds)"
)


class Outcome(Struct, frozen=True):
    """What one try came to: ``node`` with the equally good ones in ``top``, or ``failed`` with the message.

    ``feasible`` counts the nodes that passed the filters; ``preempted`` are Pods sent away.
    """

    record: PodRecord
    node: str = ""
    feasible: int = 0
    top: tuple[str, ...] = ()
    failed: str = ""
    preempted: tuple[PodRecord, ...] = ()


class Scheduler:
    """Its cache of nodes and Pods, and its queue: by priority, then by who came first (queuesort, PrioritySort)."""

    def __init__(self, world: World, workloads: Workloads, budgets: Budgets, volumes: Volumes) -> None:
        self._world = world
        self._volumes = volumes
        self._workloads = workloads
        self._budgets = budgets
        self._state = ClusterState()
        self._placed: dict[PodInfo, PodRecord] = {}
        self._waiting: dict[PodRecord, None] = {}
        self._events = 0
        self._queued = 0
        self._moment = 0
        self._storage_stale = True
        self._owners_of = -1
        """The world's count of changes when the selectors of owners were read."""
        self._arrays: ArrayScheduler | None = None
        self._failed: dict[tuple[ObjectKey, str], tuple[int, str]] = {}
        self.outcomes: list[Outcome] = []
        self.assumed: dict[str, None] = {}
        """What is taken for granted of volumes."""
        world.pod_watchers.append(self._pod_changed)
        world.node_watchers.append(self._node_changed)
        world.object_watchers.append(self._object_changed)

    # -- the cache

    @property
    def nodes(self) -> Mapping[str, NodeInfo]:
        """The nodes with their Pods, as the scheduler knows them."""
        return self._state.nodes

    def _node_changed(self, name: str) -> None:
        self._events += 1
        self._arrays = None
        record = self._world.nodes.get(name)
        if record is None:
            self._state.nodes.pop(name, None)
            return
        known = self._state.nodes.get(name)
        node = record.node()
        if known is not None:
            known.node = node
            return
        there = {r.info: r for r in self._world.on_nodes.on([name]) if not r.pod.finished}
        self._state.nodes[name] = NodeInfo(node, there)
        self._placed.update(there)

    def _object_changed(self, key: ObjectKey) -> None:
        if key.kind.partition(".")[0] in _TAKEN_IN:
            resource = self._world.manifest(key)
            if resource is not None:
                self._state.take(resource.value)
                self._arrays = None
                self._events += 1
        if key.kind in ("Service", "PersistentVolume", "PersistentVolumeClaim", "StorageClass", "Namespace"):
            self._storage_stale = True
            self._arrays = None
            self._events += 1

    def _pod_changed(self, record: PodRecord, change: Change) -> None:
        info = self._state.nodes.get(record.pod.node) if record.pod.bound else None
        if change is Change.CREATED and not record.pod.bound:
            self._waiting[record] = None
        elif change is Change.CREATED and info is not None:
            info.add(record.info)
            self._placed[record.info] = record
            self._arrays = None
            self._events += 1
        elif change is Change.DELETING:
            self._update(record, info, replace(record.info, terminating=True))
        elif change is Change.STATUS and record.pod.finished:
            self._take_off(record, info)
        elif change is Change.STATUS and record.running and not record.info.start_time:
            self._update(record, info, replace(record.info, start_time=f"{self._world.tick:08d}"))
        elif change is Change.GONE:
            self._waiting.pop(record, None)
            self._withdraw(record)
            self._take_off(record, info)

    def _update(self, record: PodRecord, info: NodeInfo | None, later: PodInfo) -> None:
        before, record.info = record.info, later
        if self._placed.pop(before, None) is not None and info is not None:
            info.swap(before, later)
            self._placed[later] = record
            self._arrays = self._arrays if before.terminating == later.terminating else None
            self._events += 1

    def _take_off(self, record: PodRecord, info: NodeInfo | None) -> None:
        if self._placed.pop(record.info, None) is not None and info is not None:
            info.remove(record.info)
            if record.info.resource_claims:
                release(record.info, self._state)
            self._arrays = None
            self._events += 1

    def lay_aside(self) -> None:
        """Let go of what was made for many Pods that came at one time; it is made anew for the next."""
        self._arrays = None

    def _refresh(self) -> None:
        """Objects that plugins look up, anew where they have changed."""
        if self._storage_stale:
            self._storage_stale = False
            state = self._state
            for table in (state.services, state.claims, state.volumes, state.unsettled, state.storage_classes):
                table.clear()
            kinds = ("Service", "PersistentVolume", "PersistentVolumeClaim", "StorageClass", "Namespace")
            for resource in self._world.resources(*kinds):
                metadata = {**resource.metadata, "namespace": resource.namespace}
                self._state.take({**resource.value, "metadata": metadata})
            self._bind_claims()
        if self._owners_of != self._world.changes:
            self._owners_of = self._world.changes
            self._state.owners = {key: found for w in self._workloads for key, found in w.selectors().items()}

    def _bind_claims(self) -> None:
        """What the volume controller has done before the scheduler looks."""
        state = self._state
        bindings = bind(list(state.claims.values()), state.volumes.values(), state.storage_classes.values())
        self.assumed.update(dict.fromkeys((*bindings.assumptions, *put(bindings, state))))
        self._volumes.settle(bindings, state)

    def lacks(self, record: PodRecord) -> str:
        """What a Pod that came to its node past the scheduler waits for there; ``""``: nothing."""
        self._refresh()
        return what_it_lacks(record.info, self._state)

    # -- the queue

    def run(self) -> bool:
        """Try Pods that wait, then new ones, in groups of one owner; True where Pods had to go: others come for them.

        What was tried at this moment already is in back-off (``backoffQ``): it comes after all that is new.
        """
        self._refresh()
        self._moment += 1
        while True:
            concerned = [r for r in self._waiting if -1 < r.tried < self._events]
            rested = [r for r in concerned if r.tried_at < self._moment]
            new = [] if rested else [r for r in self._waiting if r.tried < 0]
            if new:
                nodes = len(self._state.nodes)
                if self._arrays is None and nodes >= _MANY and len(new) * nodes >= _MANY * _MANY:
                    self._arrays = _arrays(self._state)
                first = min(map(_group, new))
                preempted = self._try_all(r for r in new if _group(r) == first)
            elif concerned:
                preempted = self._try_all(sorted(rested or concerned, key=lambda r: (-r.info.priority, r.queued)))
            else:
                return False
            if preempted:
                return True

    def _try_all(self, records: Iterable[PodRecord]) -> bool:
        preempted = False
        for record in list(records):
            if record in self._waiting:
                preempted |= self._try(record)
        return preempted

    def _try(self, record: PodRecord) -> bool:
        """One scheduling cycle; whether it sends Pods away."""
        events, self._queued = self._events, self._queued + 1
        record.queued = self._queued
        alike = (record.owner or record.key, f"{record.pod.template} {record.pod.revision}")
        known = self._failed.get(alike) if not record.nominated and self._is_plain(record) else None
        if known is not None and known[0] == events:
            self._fail(record, events, known[1])
            return False
        if record.info.gates:
            self._fail(record, events, GATED)
            return False
        if self._storage_stale:
            self._refresh()
        if self._place_by_arrays(record):
            return False
        decision = schedule(record.info, self._state)
        if decision.best:
            self._place(record, decision)
            return False
        preemption = self._preempt(record, decision)
        message = failure_message(decision, preemption)
        if preemption is None or not preemption.candidates:
            self._failed[alike] = (events, message)
            self._fail(record, events, message)
            return False
        candidate = self._world.lots.candidate(record.owner, record.pod, preemption.candidates)
        self._fail(record, events, message)
        self._nominate(record, candidate.node)
        victims = [self._placed[info] for info in candidate.sent_away if info in self._placed]
        self.outcomes.append(Outcome(record, preempted=tuple(victims)))
        for victim in victims:
            victim.preempted = True
            self._world.tell("Preempted", victim.owner or victim.key, f"Preempted by a pod on node {candidate.node}")
            self._world.disrupt(victim)
        return bool(victims)

    def _is_plain(self, record: PodRecord) -> bool:
        """Whether all Pods of its template are alike to the scheduler."""
        return record.owner is not None and record.owner.kind in ("Deployment", "Job")

    def _place_by_arrays(self, record: PodRecord) -> bool:
        """As a cycle, over arrays, where these were made because many Pods came at one time; whether it found a node."""
        arrays = self._arrays
        if arrays is None or self._state.nominated or not arrays.supports(record.info):
            return False
        feasible, totals = arrays.decide(record.info)
        count = int(feasible.sum())
        if count:
            self._go(record, tuple(arrays.choose(feasible, totals)[0]), count)
        return count > 0

    def _place(self, record: PodRecord, decision: Decision) -> None:
        if record.nominated in decision.feasible:
            self._go(record, (record.nominated,), 1)
        else:
            self._go(record, decision.best, len(decision.feasible))

    def _go(self, record: PodRecord, best: tuple[str, ...], feasible: int) -> None:
        """A Pod goes to one of equally good nodes."""
        if record.tried >= 0 and int(self._world.release.partition(".")[2]) < _POPS_FROM_BACK_OFF:
            self.assumed[_BACKS_OFF] = None
        node = self._world.lots.node(record.owner, record.pod, best)
        self.outcomes.append(Outcome(record, node, feasible, best))
        self._volumes.bind(record, node, self._state)
        if record.info.resource_claims:
            reserve(record.info, self._state.nodes[node], self._state)
        del self._waiting[record]
        self._withdraw(record)
        record.message = ""
        record.info = replace(_counted(record.info), node_name=node)
        self._state.nodes[node].add(record.info)
        if self._arrays is not None:
            self._arrays.stands(record.info, node)
        self._placed[record.info] = record
        self._events += 1
        self._world.bind(record, node)

    def _fail(self, record: PodRecord, events: int, message: str) -> None:
        record.tried, record.tried_at = events, self._moment
        if record.message != message:
            record.message = message
            self._world.tell_pod(record, Change.MESSAGE)
        self.outcomes.append(Outcome(record, failed=message))
        self._world.tell("FailedScheduling", record.owner or record.key, message, warning=True)

    # -- preemption

    def _preempt(self, record: PodRecord, decision: Decision) -> Preemption | None:
        if decision.refusal is not None or decision.error or not decision.nodes:
            return None
        if record.nominated and self._waits_for_victims(record, decision):
            return Preemption((), WAITS)
        self._state.budgets = self._budgets.for_scheduler()
        for info in self._state.nodes.values():
            if any(p.priority < record.info.priority for p in info.pods):
                info.pods.sort(key=lambda p: self._world.lots.kept(self._placed[p]) if p in self._placed else 0)
        preemption = preempt(decision, self._state)
        if not preemption.candidates:
            self._withdraw(record)
        return preemption

    def _waits_for_victims(self, record: PodRecord, decision: Decision) -> bool:
        """(preemption, PodEligibleToPreemptOthers)."""
        status = decision.statuses.get(record.nominated)
        info = self._state.nodes.get(record.nominated)
        if info is None or (status is not None and not status.resolvable):
            return False
        return any(
            p.priority < record.info.priority and p.terminating and p in self._placed and self._placed[p].preempted
            for p in info.pods
        )

    def _nominate(self, record: PodRecord, node: str) -> None:
        """Keep a node for a Pod; Pods of lower priority lose theirs there (getLowerPriorityNominatedPods)."""
        self._withdraw(record)
        for other in self._waiting:
            if other.nominated == node and other.info.priority < record.info.priority:
                self._withdraw(other)
        record.nominated = node
        self._state.nominated.setdefault(node, []).append(record.info)

    def _withdraw(self, record: PodRecord) -> None:
        if record.nominated:
            kept = [p for p in self._state.nominated.pop(record.nominated, ()) if p.key != record.info.key]
            if kept:
                self._state.nominated[record.nominated] = kept
            record.nominated = ""
            self._events += 1


def _counted(info: PodInfo) -> PodInfo:
    """A Pod as its node counts it: amounts for all its containers together count otherwise there (NodeInfo, calculateResource)."""
    if not fields.mapping(fields.mapping(info.value, "spec"), "resources"):
        return info
    placed = read_pod(info.value, placed=True)
    return replace(info, requests=placed.requests, score_cpu=placed.score_cpu, score_memory=placed.score_memory)


def _group(record: PodRecord) -> tuple[int, int, int, str]:
    """In which order the Pods of a moment come: by priority, owner, revision, and name where that counts."""
    ordered = record.owner is not None and record.owner.kind == "StatefulSet"
    return (-record.info.priority, record.place, record.revision, record.key.name if ordered else "")


def _arrays(state: ClusterState) -> ArrayScheduler:
    from kubelens.predict.scheduler.arrays import ArrayScheduler  # noqa: PLC0415 - NumPy is loaded only for many Pods

    return ArrayScheduler(state)
