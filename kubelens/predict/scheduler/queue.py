"""The scheduler's queue: in which order Pods come, which wait, and which are looked at again.

Follows ``pkg/scheduler/backend/queue``: by priority, then by who came first (``PrioritySort``); what found no node is
looked at again when something happens that may help it (``MoveAllToActiveOrBackoffQueue``). Pods that are made in turn
come when those before them run: all others have been looked at by then.
"""

from __future__ import annotations

from bisect import insort
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.predict.kubelet.admission import asks_the_kubelet
from kubelens.predict.scheduler.cycle import check, prepare
from kubelens.predict.scheduler.devices.extended_resources import given_by_classes
from kubelens.predict.scheduler.pending import PendingPod, Turn
from kubelens.predict.scheduler.placement import Placement, place
from kubelens.predict.scheduler.pod_info import PodInfo, PodReader
from kubelens.predict.scheduler.state import ClusterState

_EXPLAINED: Final = 30_000
"""Pods times nodes up to which every score is kept, so that it can be shown."""
_MOST_AGAIN: Final = 10_000
"""How often Pods that found no node are looked at again, all together."""
_HELPED_BY_OTHERS: Final = frozenset({"InterPodAffinity", "PodTopologySpread"})
"""Plugins whose no may become a yes where another Pod gets a node."""
_GONE: Final = "sent away for {}, and nothing makes it anew"


class Queued(Struct, eq=False):
    """A Pod on its way through the queue; ``number``: its place among those that are given."""

    number: int
    pod: PodInfo
    pending: PendingPod
    placement: Placement | None = None

    @property
    def order(self) -> tuple[bool, int, bool, int]:
        """Pods that name their node pass; then higher priority, those that wait already, as given."""
        named = bool(self.pod.node_name)
        return (not named, 0 if named else -self.pod.priority, not self.pending.there, self.number)

    @property
    def kind(self) -> object:
        """Pods of one kind fare alike: those of a workload, but a DaemonSet's, each of which has a node of its own."""
        owner = self.pending.owner
        return id(self) if owner.kind in ("Pod", "DaemonSet") else id(owner)


class _Line(Struct, eq=False):
    """The Pods of one workload that are made in turn: those to come, and the ordinals of those without a node."""

    to_come: deque[Queued]
    without: dict[int, str]
    several: bool = False

    def next(self) -> Iterator[Queued]:
        """The Pod whose turn it is, if those before it run."""
        if self.to_come and not self.blocked_by:
            yield self.to_come.popleft()

    @property
    def blocked_by(self) -> str:
        """The first Pod before the next one that has no node."""
        turn = self.to_come[0].pending.turn if self.to_come else None
        before = [ordinal for ordinal in self.without if turn is not None and ordinal < turn.ordinal]
        return self.without[min(before)] if before else ""


class Queue:
    """Places Pods on a cluster and changes it. ``placements``: in the order in which they came."""

    def __init__(self, pending: Iterable[PendingPod], state: ClusterState) -> None:
        reader = PodReader()
        self._state = state
        self._queued: list[Queued] = []
        self._keys: dict[str, Queued] = {}
        self._lines: dict[int, _Line] = {}
        self._waiting: dict[object, list[Queued]] = {}
        self._again = 0
        first: list[Queued] = []
        for number, one in enumerate(pending):
            queued = Queued(number, reader.read(one.value), one)
            if one.turn is None:
                first.append(queued)
                continue
            line = self._lines.setdefault(id(one.turn.workload), _Line(deque(), {}))
            if one.there:
                line.without[one.turn.ordinal] = one.name
                first.append(queued)
            else:
                line.to_come.append(queued)
                line.several |= len(line.to_come) > 1
        many = sum((len(first), *(len(line.to_come) for line in self._lines.values()))) * len(state.nodes)
        self._cycle: _Cycle = _Cycle(state) if many <= _EXPLAINED else _Cycles(state)
        self._run(first)

    @property
    def placements(self) -> tuple[Placement, ...]:
        """One for each Pod that exists or is made."""
        return tuple(one.placement for one in self._queued if one.placement is not None)

    @property
    def lines(self) -> int:
        """How many workloads make several Pods in turn."""
        return sum(line.several for line in self._lines.values())

    @property
    def held_back(self) -> tuple[PendingPod, ...]:
        """The Pods made in turn that are not made, as one before them has no node."""
        return tuple(
            replace(one.pending, waits_for=line.blocked_by) for line in self._lines.values() for one in line.to_come
        )

    def _run(self, first: list[Queued]) -> None:
        coming = [*first, *self._turns()]
        while coming:
            for one in sorted(coming, key=lambda queued: queued.order):
                self._queued.append(one)
                self._keys.setdefault(one.pod.key, one)
                self._place(one)
            self._look_again()
            coming = self._turns()

    def _turns(self) -> list[Queued]:
        return [one for line in self._lines.values() for one in line.next()]

    def _place(self, one: Queued) -> None:
        found = one.placement = self._cycle.place(one)
        turn = one.pending.turn
        if found.chosen:
            if turn is not None:
                self._lines[id(turn.workload)].without.pop(turn.ordinal, None)
        else:
            self._left(one, turn)
        if found.victims:
            waiting = (alike[0].pod for alike in self._waiting.values())
            one.placement = replace(found, contested_by=contested_by(found, waiting, self._state))
            self._replace(found.victims, one)
            self._look_again(gone=True)

    def _left(self, one: Queued, turn: Turn | None) -> None:
        if turn is not None:
            self._lines[id(turn.workload)].without[turn.ordinal] = one.pending.name
        if one.placement is not None and one.placement.decision is not None and not one.placement.rejected_on:
            insort(self._waiting.setdefault(one.kind, []), one, key=lambda queued: queued.order)

    def _replace(self, victims: Iterable[str], by: Queued) -> None:
        """Pods of this placement that another sends away: their controllers make others, which wait like all."""
        for key in victims:
            victim = self._keys.get(key)
            if victim is None or victim.placement is None:
                continue
            if victim.pending.owner.kind == "Pod":
                victim.placement = Placement(victim.pod, victim.pending.owner, (), "", _GONE.format(by.pod.key), None)
                continue
            victim.placement = None
            self._place(victim)

    def _look_again(self, *, gone: bool = False) -> None:
        """Try Pods that found no node as long as one gets one: after a deletion all, else those that others may help."""
        helped = True
        while helped:
            helped = False
            for kind in sorted(self._waiting, key=lambda kind: self._waiting[kind][0].order):
                alike = self._waiting.get(kind)
                while alike and self._again < _MOST_AGAIN and (gone or may_be_helped(alike[0].placement)):
                    self._again += 1
                    one = alike.pop(0)
                    if not alike:
                        del self._waiting[kind]
                    self._place(one)
                    if one.placement is None or not one.placement.chosen:
                        break
                    helped = True


def contested_by(placement: Placement, waiting: Iterable[PodInfo], state: ClusterState) -> str:
    """A Pod of higher priority that waits and fits where a placement's victims were, as ``namespace/name``; ``""`` for none.

    It is looked at first when they are gone. One of the same priority is not in the way: the node is kept for the Pod that
    preempts (``nominatedNodeName``).
    """
    info = state.nodes.get(placement.chosen)
    if info is None:
        return ""
    emptied = info.without([pod for pod in info.pods if pod.key == placement.pod.key])
    changed = state.with_node(emptied)
    for other in waiting:
        if other.priority > placement.pod.priority:
            prepared = prepare(other, changed)
            allowed = prepared.only is None or placement.chosen in prepared.only
            if prepared.refusal is None and allowed and check(other, emptied, prepared) is None:
                return other.key
    return ""


def may_be_helped(placement: Placement | None) -> bool:
    """Whether a Pod that found no node may get one where another Pod has got one, or has gone elsewhere."""
    decision = placement.decision if placement is not None else None
    return decision is not None and any(status.plugin in _HELPED_BY_OTHERS for status in decision.statuses.values())


class _Cycle:
    """One scheduling cycle after the other, with every score."""

    def __init__(self, state: ClusterState) -> None:
        self._state = state

    def place(self, one: Queued) -> Placement:
        """Place a Pod."""
        return place(one.pod, one.pending.owner, self._state)


class _Cycles(_Cycle):
    """The same over arrays, for many Pods: the same nodes, without the scores of each."""

    def __init__(self, state: ClusterState) -> None:
        super().__init__(state)
        from kubelens.predict.scheduler.arrays import ArrayScheduler  # noqa: PLC0415 - NumPy is loaded only for many Pods

        self._make = ArrayScheduler
        self._arrays = ArrayScheduler(state)

    def place(self, one: Queued) -> Placement:
        """Place a Pod."""
        pod, owner, arrays = one.pod, one.pending.owner, self._arrays
        if arrays.supports(pod) and not asks_the_kubelet(pod) and not given_by_classes(pod, self._state.devices):
            feasible, totals = arrays.decide(pod)
            if feasible.any():
                nodes, chosen = arrays.choose(feasible, totals)
                arrays.add(pod, chosen)
                return Placement(pod, owner, nodes, chosen, "", None)
        placement = place(pod, owner, self._state)
        if placement.victims:
            self._arrays = self._make(self._state)
        elif placement.chosen in self._state.nodes:
            arrays.stands(pod, placement.chosen)
        return placement
