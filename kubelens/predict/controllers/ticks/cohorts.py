"""ReplicaSets in the tick model: Pods in cohorts of equal ones, so that a million of them are as quick as ten.

What it says is what :class:`~kubelens.predict.controllers.replicaset.ReplicaSet` says of named Pods; a test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct, field

from kubelens.predict.controllers.replicaset import Revision
from kubelens.predict.controllers.ticks.pace import Pace
from kubelens.predict.controllers.ticks.timeline import Counts


class Cohort(Struct):
    """``count`` Pods that are alike: of one age (in ticks), Ready since one second or not at all."""

    count: int
    age: int = 0
    ready_since: int | None = None
    deleting: int | None = None

    @property
    def bound(self) -> bool:
        """Whether the Pods have a node."""
        return self.age > 0

    def available(self, now: int, min_ready: int) -> bool:
        """Ready for ``min_ready`` seconds."""
        return self.ready_since is not None and now - self.ready_since >= min_ready


def _unbounded() -> int | None:
    return None


class CohortReplicaSet(Revision):
    """A revision's Pods as cohorts. ``room``: how many more Pods quotas let be created (None: any number)."""

    pace: Pace = field(default_factory=Pace)
    room: Callable[[], int | None] = _unbounded
    forbidden: bool = False
    live: list[Cohort] = field(default_factory=list)
    leaving: list[Cohort] = field(default_factory=list)
    finished: int = 0

    @property
    def size(self) -> int:
        """Live Pods (status.replicas at rest)."""
        return sum(c.count for c in self.live)

    @property
    def ready(self) -> int:
        """Ready Pods."""
        return sum(c.count for c in self.live if c.ready_since is not None)

    @property
    def terminating(self) -> int:
        """Pods being deleted."""
        return sum(c.count for c in self.leaving)

    @property
    def lacking(self) -> bool:
        """Whether the API server keeps Pods out (condition ReplicaFailure)."""
        return self.size < self.replicas and (self.forbidden or not self.pace.lets_in(self.revision))

    def available(self, now: int, min_ready: int) -> int:
        """Pods Ready for ``min_ready`` seconds."""
        return sum(c.count for c in self.live if c.available(now, min_ready))

    def counts(self) -> Counts:
        """The Pods as a state shows them."""
        return Counts(self.size, self.ready, self.terminating, self.finished)

    def fill(self) -> bool:
        """Create or delete Pods until there are ``replicas`` (replicaset, manageReplicas); whether it did.

        Pods beyond a quota are forbidden: those before them are there (``slowStartBatch``), and it tries again later.
        """
        surplus = self.size - self.replicas
        self.forbidden = False
        if surplus < 0:
            return self.pace.lets_in(self.revision) and self._create(-surplus)
        if surplus > 0:
            self.remove(surplus)
        return surplus != 0

    def _create(self, count: int) -> bool:
        room = self.room()
        made = count if room is None else min(count, room)
        self.forbidden = made < count
        if made:
            self.live.append(Cohort(made))
        return made > 0

    def remove(self, count: int) -> None:
        """Delete Pods: without a node first, then not Ready ones, the younger first (ActivePodsWithRanks.Less)."""
        self.live.sort(key=lambda c: (c.bound, c.ready_since is not None, -(c.ready_since or 0), c.age))
        self._take(count, self._leave)

    def remove_by_hand(self, count: int | None, *, fail: bool = False) -> None:
        """Delete (or fail) Pods as someone who names them does: Ready ones first."""
        self.live.sort(key=lambda c: (c.ready_since is None, -c.age))
        if fail:
            self._take(self.size if count is None else count, self._fail)
        else:
            self._take(self.size if count is None else count, self._leave)

    def _take(self, count: int, into: Callable[[Cohort], None]) -> None:
        while count > 0 and self.live:
            first = self.live[0]
            taken = min(count, first.count)
            first.count -= taken
            count -= taken
            into(Cohort(taken, first.age, first.ready_since))
            if first.count == 0:
                self.live.pop(0)

    def _leave(self, taken: Cohort) -> None:
        if taken.bound:
            taken.deleting = 0
            self.leaving.append(taken)

    def _fail(self, taken: Cohort) -> None:
        self.finished += taken.count

    @property
    def placed(self) -> int:
        """Pods that take up room: those with a node, being deleted or not."""
        return sum(c.count for c in (*self.live, *self.leaving) if c.bound)

    def hold_back(self, room: int) -> list[Cohort]:
        """Take out the Pods that find no room; they wait without a node. Returns them."""
        waiting: list[Cohort] = []
        for cohort in self.live:
            if not cohort.bound:
                surplus = max(0, cohort.count - room)
                cohort.count -= surplus
                room -= cohort.count
                if surplus:
                    waiting.append(Cohort(surplus))
        self.live = [c for c in self.live if c.count]
        return waiting

    def step(self, pace: Pace, now: int) -> None:
        """One tick of the kubelets: bind, become Ready (or lose it), go away."""
        ready_after, gone_after = pace.ready(self.revision), pace.gone(self.revision)
        for cohort in self.live:
            cohort.age += 1
            if ready_after is None or cohort.age < ready_after:
                cohort.ready_since = None
            elif cohort.ready_since is None:
                cohort.ready_since = now
        for cohort in self.leaving:
            cohort.deleting = (cohort.deleting or 0) + 1
        if gone_after is not None:
            self.leaving = [c for c in self.leaving if (c.deleting or 0) < gone_after]

    def settled(self, pace: Pace, *, full: bool = False) -> bool:
        """Whether no step changes anything any more, minReadySeconds apart; ``full``: there is no room for more."""
        ready_after, gone_after = pace.ready(self.revision), pace.gone(self.revision)
        if self.leaving and gone_after is not None:
            return False
        if not full and any(not c.bound for c in self.live):
            return False
        bound = [c for c in self.live if c.bound]
        if ready_after is None:
            return all(c.ready_since is None for c in bound)
        return all(c.ready_since is not None for c in bound)
