"""The Deployment controller, after ``pkg/controller/deployment`` (``syncDeployment``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic, TypeVar

from kubelens.predict.controllers.deployment_progress import Progress
from kubelens.predict.controllers.deployment_spec import NO_DEADLINE, DeploymentSpec
from kubelens.predict.controllers.fenceposts import RECREATE, new_size, proportion
from kubelens.predict.controllers.replicaset import Revision

_REST_LIMIT: Final = 10_000

R = TypeVar("R", bound=Revision)


class DeploymentController(Generic[R]):
    """What the controller does with a Deployment and its ReplicaSets, whatever these know of their Pods.

    ``make``: a new ReplicaSet of the controller's own numbers. ``clock``: whether seconds count (minReadySeconds).
    """

    def __init__(self, spec: DeploymentSpec, make: Callable[[Revision], R], *, clock: bool) -> None:
        self.spec = spec
        self._make = make
        self._clock = clock
        self.sets: list[R] = []
        self.forgotten: list[R] = []
        self._born = 0
        self._progress = Progress()

    @property
    def _min_ready(self) -> int:
        return self.spec.min_ready if self._clock else 0

    def rest(self, now: int) -> None:
        """Deployment and ReplicaSet controllers in turns until neither has anything to do."""
        for rs in self.sets:
            rs.fill()
        self._pause(now)
        for _ in range(_REST_LIMIT):
            changed = self._sync(now)
            for rs in self.sets:
                changed |= rs.fill()
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
    def new(self) -> R | None:
        """The ReplicaSet of the current template: the oldest equal one (deployment, FindNewReplicaSet)."""
        return next((rs for rs in self.sets if rs.template == self.spec.template), None)

    @property
    def old(self) -> list[R]:
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

    def _create(self, now: int) -> R:
        spec = self.spec
        surge = spec.strategy.max_surge(spec.replicas)
        total = sum(rs.replicas for rs in self.sets)
        # (deployment, NewRSNewReplicas) reads maxSurge alone, without the other fencepost.
        plain = spec.strategy.surge.of(spec.replicas, round_up=True)
        size = new_size(spec.strategy.rolling, plain, spec.replicas, total, 0)
        number = 1 + max((rs.number for rs in self.sets), default=0)
        made = Revision(spec.revision, spec.template, self._born, size, number, spec.replicas, spec.replicas + surge)
        rs = self._make(made)
        self._born += 1
        self.sets.append(rs)
        self._progress.created(now)
        self._progress.see(self.status(now))
        return rs

    def _resize(self, rs: R, size: int) -> bool:
        """(deployment, scaleReplicaSet): size and annotations together; whether the size changed."""
        spec = self.spec
        changed = rs.replicas != size
        rs.replicas = size
        rs.desired = spec.replicas
        rs.max_replicas = spec.replicas + spec.strategy.max_surge(spec.replicas)
        return changed

    def _record(self, rs: R, size: int) -> bool:
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

    def grow_new(self, new: R) -> bool:
        """As many new Pods as maxSurge leaves room for; whether the size changed (deployment, reconcileNewReplicaSet)."""
        spec = self.spec
        if new.replicas == spec.replicas:
            return False
        if new.replicas > spec.replicas:
            return self._record(new, spec.replicas)
        total = sum(rs.replicas for rs in self.sets)
        plain = spec.strategy.surge.of(spec.replicas, round_up=True)
        return self._record(new, new_size(spec.strategy.rolling, plain, spec.replicas, total, new.replicas))

    def shrink_old(self, new: R, now: int) -> bool:
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

    def _saturated(self, new: R, now: int) -> bool:
        wanted = self.spec.replicas
        return new.replicas == wanted == new.desired and new.available(now, self._min_ready) == wanted

    def _scale_in_proportion(self, active: list[R]) -> bool:
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

    def _forget(self, rs: R) -> None:
        self.sets.remove(rs)
        self.forgotten.append(rs)

    # -- what is seen

    def complete(self, now: int) -> bool:
        """Whether every Pod is updated and available, as many as asked for (deployment, DeploymentComplete)."""
        wanted, new = self.spec.replicas, self.new
        updated = new.size if new else 0
        return updated == wanted and sum(rs.size for rs in self.sets) == wanted and self._available(now) == wanted

    def status(self, now: int) -> dict[str, int]:
        """The Deployment's counters, zeros left out (deployment, calculateStatus)."""
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
        lowest = self.spec.replicas - self.spec.strategy.max_unavailable(self.spec.replicas)
        if self._available(now) >= lowest:
            available = "Available=True:MinimumReplicasAvailable"
        else:
            available = "Available=False:MinimumReplicasUnavailable"
        progressing = self._progress.condition
        failure = "ReplicaFailure=True:FailedCreate" if any(rs.lacking for rs in self.sets) else ""
        return tuple(condition for condition in (available, progressing, failure) if condition)
