"""The Deployment controller and the ReplicaSets below it, after ``pkg/controller/deployment`` (``syncDeployment``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from kubelens.predict.controllers.deployment_progress import Progress
from kubelens.predict.controllers.deployment_spec import NO_DEADLINE, read_deployment_spec
from kubelens.predict.controllers.fenceposts import RECREATE, new_size, proportion
from kubelens.predict.controllers.fields import changed_pace
from kubelens.predict.controllers.replicaset import ReplicaSet
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

_REST_LIMIT: Final = 10_000


class Deployment:
    """A Deployment in the tick model. ``capacity``: Pods that find room at one time (None: all of them)."""

    def __init__(
        self,
        value: Mapping[str, Any],
        pace: Pace,
        label: Callable[[Mapping[str, Any]], str],
        capacity: int | None = None,
    ) -> None:
        self._label = label
        self.capacity = capacity
        self.spec = read_deployment_spec(value, label)
        self.pace = pace
        self.sets: list[ReplicaSet] = []
        self._born = 0
        self._progress = Progress()
        self._deleted = False
        self._forgotten: list[ReplicaSet] = []

    # -- what happens from outside

    def apply(self, action: Action, now: int) -> None:
        """Edit, change of pace, or Pods deleted or failed by hand."""
        if isinstance(action, Edit):
            self.spec = read_deployment_spec(action.value, self._label)
        elif isinstance(action, ChangePace):
            self.pace = changed_pace(self.pace, action)
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
        everything = [*self.sets, *self._forgotten]
        room = None if self.capacity is None else max(0, self.capacity - sum(rs.placed for rs in everything))
        for rs in everything:
            waiting = [] if room is None else rs.hold_back(room)
            if room is not None:
                room -= sum(c.count for c in rs.live if not c.bound)
            rs.step(self.pace, now)
            rs.live.extend(waiting)
        self._forgotten = [rs for rs in self._forgotten if rs.leaving]

    # -- the controllers

    @property
    def _min_ready(self) -> int:
        return self.spec.min_ready if self.pace.tick_seconds is not None else 0

    def rest(self, now: int) -> None:
        """Deployment and ReplicaSet controllers in turns until neither has anything to do."""
        for rs in self.sets:
            rs.fill(self.pace)
        if self._deleted:
            return
        self._pause(now)
        for _ in range(_REST_LIMIT):
            changed = self._sync(now)
            for rs in self.sets:
                changed |= rs.fill(self.pace)
            self._note(now)
            if not changed:
                break
        self._clean_up(now)

    def _sync(self, now: int) -> bool:
        """One pass of the Deployment controller (deployment, syncDeployment); whether it changed anything."""
        if self.spec.paused or self._is_scaling():
            return self.scale(now)
        if self.spec.strategy.type == RECREATE:
            return self._recreate(now)
        return self._roll(now)

    @property
    def new(self) -> ReplicaSet | None:
        """The ReplicaSet of the current template: the oldest equal one (deployment, FindNewReplicaSet)."""
        return next((rs for rs in self.sets if rs.template == self.spec.template), None)

    @property
    def old(self) -> list[ReplicaSet]:
        """The other ReplicaSets, oldest first."""
        new = self.new
        return [rs for rs in self.sets if rs is not new]

    def _available(self, now: int) -> int:
        return sum(rs.available(now, self._min_ready) for rs in self.sets)

    def _is_scaling(self) -> bool:
        self._adopt()
        return any(rs.replicas > 0 and rs.desired != self.spec.replicas for rs in self.sets)

    def _adopt(self) -> None:
        """An existing ReplicaSet of the template becomes the newest revision."""
        new = self.new
        if new is not None:
            new.number = max(new.number, 1 + max((rs.number for rs in self.sets if rs is not new), default=0))

    def _create(self, now: int) -> ReplicaSet:
        spec = self.spec
        surge = spec.strategy.max_surge(spec.replicas)
        total = sum(rs.replicas for rs in self.sets)
        # (deployment, NewRSNewReplicas) reads maxSurge alone, without the other fencepost.
        plain = spec.strategy.surge.of(spec.replicas, round_up=True)
        size = new_size(spec.strategy.rolling, plain, spec.replicas, total, 0)
        number = 1 + max((rs.number for rs in self.sets), default=0)
        rs = ReplicaSet(spec.revision, spec.template, self._born, size, number, spec.replicas, spec.replicas + surge)
        self._born += 1
        self.sets.append(rs)
        self._progress.created(now)
        self._progress.see(self.status(now))
        return rs

    def _resize(self, rs: ReplicaSet, size: int) -> bool:
        """(deployment, scaleReplicaSet): size and annotations together; whether the size changed."""
        spec = self.spec
        changed = rs.replicas != size
        rs.replicas = size
        rs.desired = spec.replicas
        rs.max_replicas = spec.replicas + spec.strategy.max_surge(spec.replicas)
        return changed

    def _record(self, rs: ReplicaSet, size: int) -> bool:
        return rs.replicas != size and self._resize(rs, size)

    def _roll(self, now: int) -> bool:
        """The new ReplicaSet grows, else the old ones shrink; whether a size changed (deployment, rolloutRolling)."""
        new = self.new
        created = new is None
        if new is None:
            new = self._create(now)
        if self.grow_new(new):
            return True
        return self.shrink_old(new, now) or created

    def grow_new(self, new: ReplicaSet) -> bool:
        """As many new Pods as maxSurge leaves room for; whether the size changed (deployment, reconcileNewReplicaSet)."""
        spec = self.spec
        if new.replicas == spec.replicas:
            return False
        if new.replicas > spec.replicas:
            return self._record(new, spec.replicas)
        total = sum(rs.replicas for rs in self.sets)
        plain = spec.strategy.surge.of(spec.replicas, round_up=True)
        return self._record(new, new_size(spec.strategy.rolling, plain, spec.replicas, total, new.replicas))

    def shrink_old(self, new: ReplicaSet, now: int) -> bool:
        """(deployment, reconcileOldReplicaSets): unhealthy Pods first, then within what is available."""
        old = self.old
        if sum(rs.replicas for rs in old) == 0:
            return False
        spec = self.spec
        lowest = spec.replicas - spec.strategy.max_unavailable(spec.replicas)
        new_unavailable = new.replicas - new.available(now, self._min_ready)
        budget = sum(rs.replicas for rs in self.sets) - lowest - new_unavailable
        if budget <= 0:
            return False
        changed = self.clean_up_unhealthy(budget, now) > 0
        return self.scale_down_old(now) > 0 or changed

    def clean_up_unhealthy(self, budget: int, now: int) -> int:
        """Pods taken off old ReplicaSets because they are not available (deployment, cleanupUnhealthyReplicas)."""
        taken = 0
        for rs in self.old:
            count = min(budget - taken, rs.replicas - rs.available(now, self._min_ready))
            if rs.replicas and count > 0:
                taken += count
                self._record(rs, rs.replicas - count)
        return taken

    def scale_down_old(self, now: int) -> int:
        """Pods taken off old ReplicaSets above the lowest bound.

        (deployment, scaleDownOldReplicaSetsForRollingUpdate)
        """
        spec = self.spec
        spare = self._available(now) - (spec.replicas - spec.strategy.max_unavailable(spec.replicas))
        taken = 0
        for rs in self.old:
            count = min(spare - taken, rs.replicas)
            if count > 0:
                taken += count
                self._record(rs, rs.replicas - count)
        return taken

    def _recreate(self, now: int) -> bool:
        """(deployment, rolloutRecreate): nothing new before the last old Pod is gone."""
        changed = False
        for rs in self.old:
            changed |= rs.replicas > 0 and self._record(rs, 0)
        if changed or any(rs.size or rs.terminating for rs in self.old):
            return changed
        new = self.new
        created = new is None
        if new is None:
            new = self._create(now)
        return self._record(new, self.spec.replicas) or created

    def scale(self, now: int) -> bool:
        """(deployment, scale): one active ReplicaSet takes it all, several in proportion."""
        spec, new = self.spec, self.new
        active = [rs for rs in self.sets if rs.replicas > 0]
        only = active[0] if len(active) == 1 else None
        if not active:
            only = new if new is not None else (self.sets[-1] if self.sets else None)
        if only is not None:
            return self._record(only, spec.replicas)
        if new is not None and self._saturated(new, now):
            changed = False
            for rs in self.old:
                changed |= rs.replicas > 0 and self._record(rs, 0)
            return changed
        if not active or not spec.strategy.rolling:
            return False
        return self._scale_in_proportion(active)

    def _saturated(self, new: ReplicaSet, now: int) -> bool:
        wanted = self.spec.replicas
        return new.replicas == wanted == new.desired and new.available(now, self._min_ready) == wanted

    def _scale_in_proportion(self, active: list[ReplicaSet]) -> bool:
        spec = self.spec
        surge = spec.strategy.max_surge(spec.replicas)
        allowed = spec.replicas + surge if spec.replicas > 0 else 0
        to_add = allowed - sum(rs.replicas for rs in active)
        newest_first = -1 if to_add > 0 else 1
        order = sorted(active, key=lambda rs: (-rs.replicas, newest_first * rs.created)) if to_add else active
        added = 0
        sizes: list[int] = []
        for rs in order:
            share = proportion(rs.replicas, spec.replicas, surge, rs.max_replicas, to_add, added)
            added += share
            sizes.append(rs.replicas + share)
        if to_add and sizes:
            sizes[0] = max(0, sizes[0] + to_add - added)
        changed = False
        for rs, size in zip(order, sizes, strict=True):
            stale = rs.desired != spec.replicas or rs.max_replicas != spec.replicas + surge
            changed |= self._resize(rs, size) or stale
        return changed

    def _clean_up(self, now: int) -> None:
        """(deployment, cleanupDeployment): empty old ReplicaSets beyond the history limit, lowest revision first."""
        if not (self.spec.paused or self.complete(now)) or self.spec.history == NO_DEADLINE:
            return
        old = sorted(self.old, key=lambda rs: rs.number)
        for rs in old[: max(0, len(old) - self.spec.history)]:
            if rs.replicas == 0 and rs.size == 0:
                self._forget(rs)

    def _forget(self, rs: ReplicaSet) -> None:
        self.sets.remove(rs)
        rs.finished = 0
        self._forgotten.append(rs)

    # -- what is seen

    def complete(self, now: int) -> bool:
        """Whether every Pod is updated and available, as many as asked for (deployment, DeploymentComplete)."""
        wanted, new = self.spec.replicas, self.new
        updated = new.size if new else 0
        return updated == wanted and sum(rs.size for rs in self.sets) == wanted and self._available(now) == wanted

    def status(self, now: int) -> dict[str, int]:
        """The Deployment's counters, zeros left out (deployment, calculateStatus)."""
        if self._deleted:
            return {}
        new, available = self.new, self._available(now)
        counters = {
            "replicas": sum(rs.size for rs in self.sets),
            "updatedReplicas": new.size if new else 0,
            "readyReplicas": sum(rs.ready for rs in self.sets),
            "availableReplicas": available,
            "unavailableReplicas": max(0, sum(rs.replicas for rs in self.sets) - available),
            "terminatingReplicas": sum(rs.terminating for rs in self.sets),
        }
        return {name: count for name, count in counters.items() if count}

    def _pause(self, now: int) -> None:
        self._progress.paused(self.spec.paused, now)

    def _note(self, now: int) -> None:
        if not (self.spec.paused or self._is_scaling()):
            self._progress.note(self.status(now), self.complete(now), self._deadline, now)
        else:
            self._progress.see(self.status(now))

    @property
    def _deadline(self) -> int | None:
        return None if self.spec.deadline >= NO_DEADLINE else self.spec.deadline

    def conditions(self, now: int) -> tuple[str, ...]:
        """``Type=Status:Reason`` of the Deployment's conditions."""
        if self._deleted:
            return ()
        lowest = self.spec.replicas - self.spec.strategy.max_unavailable(self.spec.replicas)
        if self._available(now) >= lowest:
            available = "Available=True:MinimumReplicasAvailable"
        else:
            available = "Available=False:MinimumReplicasUnavailable"
        progressing = self._progress.condition
        lacking = any(rs.size < rs.replicas and not self.pace.lets_in(rs.revision) for rs in self.sets)
        failure = "ReplicaFailure=True:FailedCreate" if lacking else ""
        return tuple(condition for condition in (available, progressing, failure) if condition)

    def state(self, tick: int, now: int) -> State:
        """The Pods by revision, the sizes of the ReplicaSets, and the status."""
        revisions: dict[str, Counts] = {}
        for rs in [*self._forgotten, *self.sets]:
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
        full = self.capacity is not None and sum(rs.placed for rs in [*self.sets, *self._forgotten]) >= self.capacity
        if not all(rs.settled(self.pace, full=full) for rs in [*self.sets, *self._forgotten]):
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
