"""A Deployment alone in the tick model: its Pods in cohorts, its kubelets, and what happens to it from outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import asdict

from kubelens.predict.controllers.deployment import DeploymentController
from kubelens.predict.controllers.deployment_spec import read_deployment_spec
from kubelens.predict.controllers.fields import changed_pace
from kubelens.predict.controllers.replicaset import Revision
from kubelens.predict.controllers.ticks.cohorts import CohortReplicaSet
from kubelens.predict.controllers.ticks.pace import (
    Action,
    ChangePace,
    DeleteObject,
    DeletePods,
    Edit,
    FailPods,
    Pace,
    PickedPods,
)
from kubelens.predict.controllers.ticks.timeline import Counts, End, State


class Deployment(DeploymentController[CohortReplicaSet]):
    """A Deployment in the tick model.

    ``capacity``: Pods that find room at one time (None: all of them); ``allowed``: Pods that quotas let be there.
    """

    def __init__(
        self,
        value: Mapping[str, Any],
        pace: Pace,
        label: Callable[[Mapping[str, Any]], str],
        capacity: int | None = None,
        allowed: int | None = None,
    ) -> None:
        super().__init__(read_deployment_spec(value, label), self._made, clock=pace.tick_seconds is not None)
        self._label = label
        self.capacity = capacity
        self._allowed = allowed
        self.pace = pace
        self._deleted = False

    def _made(self, made: Revision) -> CohortReplicaSet:
        return CohortReplicaSet(**asdict(made), pace=self.pace, room=self._room)

    def _room(self) -> int | None:
        """How many Pods more quotas let be created: those going away still count."""
        if self._allowed is None:
            return None
        return max(0, self._allowed - sum(rs.size + rs.terminating for rs in (*self.sets, *self.forgotten)))

    def allow(self, pods: int | None) -> None:
        """Quotas let so many Pods be there from now on (None: any number)."""
        self._allowed = pods

    def apply(self, action: Action, now: int) -> None:
        """Edit, change of pace, or Pods deleted or failed by hand."""
        if isinstance(action, Edit):
            self.spec = read_deployment_spec(action.value, self._label)
        elif isinstance(action, ChangePace):
            self.pace = changed_pace(self.pace, action)
            for rs in (*self.sets, *self.forgotten):
                rs.pace = self.pace
        elif isinstance(action, DeletePods | FailPods):
            self._by_hand(action.pods, fail=isinstance(action, FailPods))
        elif isinstance(action, DeleteObject):
            self._deleted = True
            if action.policy != "Orphan":
                for rs in self.sets:
                    rs.remove(rs.size)
                    rs.finished = 0
                    rs.replicas = 0

    def _by_hand(self, picked: PickedPods, *, fail: bool) -> None:
        left = len(picked.names) if picked.names else picked.count
        for rs in self.sets:
            if picked.revision is not None and rs.revision != picked.revision:
                continue
            count = rs.size if left is None else min(left, rs.size)
            rs.remove_by_hand(count, fail=fail)
            if left is not None:
                left -= count

    def step(self, now: int) -> None:
        """One tick of the kubelets."""
        everything = [*self.sets, *self.forgotten]
        room = None if self.capacity is None else max(0, self.capacity - sum(rs.placed for rs in everything))
        for rs in everything:
            waiting = [] if room is None else rs.hold_back(room)
            if room is not None:
                room -= sum(c.count for c in rs.live if not c.bound)
            rs.step(self.pace, now)
            rs.live.extend(waiting)
        self.forgotten = [rs for rs in self.forgotten if rs.leaving]

    def rest(self, now: int) -> None:
        """Deployment and ReplicaSet controllers in turns until neither has anything to do."""
        if self._deleted:
            for rs in self.sets:
                rs.fill()
        else:
            super().rest(now)

    def status(self, now: int) -> dict[str, int]:
        """The Deployment's counters, zeros left out; none once it is deleted."""
        return {} if self._deleted else super().status(now)

    def conditions(self, now: int) -> tuple[str, ...]:
        """``Type=Status:Reason`` of the Deployment's conditions."""
        return () if self._deleted else super().conditions(now)

    def _forget(self, rs: CohortReplicaSet) -> None:
        super()._forget(rs)
        rs.finished = 0

    def state(self, tick: int, now: int) -> State:
        """The Pods by revision, the sizes of the ReplicaSets, and the status."""
        revisions: dict[str, Counts] = {}
        for rs in [*self.forgotten, *self.sets]:
            counts = rs.counts()
            if counts:
                revisions[rs.revision] = counts
        return State(
            tick,
            revisions,
            self.status(now),
            replicasets={rs.revision: rs.replicas for rs in self.sets},
            conditions=self.conditions(now),
        )

    def settled(self, now: int) -> bool:
        """Whether no step changes anything any more."""
        full = self.capacity is not None and sum(rs.placed for rs in [*self.sets, *self.forgotten]) >= self.capacity
        if not all(rs.settled(self.pace, full=full) for rs in [*self.sets, *self.forgotten]):
            return False
        if self.pace.tick_seconds is None:
            return True
        if any(not c.available(now, self._min_ready) for rs in self.sets for c in rs.live if c.ready_since is not None):
            return False
        return not self._progress.waits(self.complete(now), self._deadline) or self.spec.paused

    def end(self, now: int) -> End:
        """Done, stuck or paused."""
        if self.complete(now):
            return End.DONE
        return End.PAUSED if self.spec.paused else End.STUCK
