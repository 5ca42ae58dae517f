"""Pods that have a name or a node of their own, in the tick model (StatefulSets, DaemonSets)."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from kubelens.predict.controllers.ticks.pace import Pace, PickedPods


class Pod(Struct):
    """One Pod: ``ready_since`` in seconds, ``deleting`` in ticks since; ``node`` is where it is meant to run."""

    name: str
    revision: str
    template: str
    created: int
    node: str = ""
    age: int = 0
    ready_since: int | None = None
    deleting: int | None = None
    failed: bool = False

    @property
    def bound(self) -> bool:
        """Whether it has a node."""
        return self.age > 0

    @property
    def ready(self) -> bool:
        """Running and Ready, being deleted or not."""
        return self.ready_since is not None and not self.failed

    @property
    def terminating(self) -> bool:
        """Whether it is being deleted."""
        return self.deleting is not None

    @property
    def word(self) -> str:
        """Its state in a word."""
        if self.terminating:
            return "terminating"
        if self.failed:
            return "failed"
        return "ready" if self.ready else "starting"

    def available(self, now: int, min_ready: int) -> bool:
        """Ready for ``min_ready`` seconds."""
        return self.ready and self.ready_since is not None and now - self.ready_since >= min_ready

    def delete(self) -> bool:
        """Ask for its deletion; True where it vanishes at once: it has no node, or it has ended."""
        if self.deleting is None:
            self.deleting = 0
        return not self.bound or self.failed

    def step(self, pace: Pace, now: int) -> bool:
        """One tick of its kubelet; False when it goes away."""
        if self.deleting is not None:
            self.deleting += 1
            gone = pace.gone(self.revision)
            return gone is None or self.deleting < gone
        self.age += 1
        wanted = pace.ready(self.revision)
        if self.failed or wanted is None or self.age < wanted:
            self.ready_since = None
        elif self.ready_since is None:
            self.ready_since = now
        return True

    def settled(self, pace: Pace, now: int, min_ready: int) -> bool:
        """Whether no step changes it any more."""
        if self.deleting is not None:
            return pace.gone(self.revision) is None
        if not self.bound:
            return False
        wanted = pace.ready(self.revision)
        if self.failed or wanted is None:
            return not self.ready
        return self.available(now, min_ready)


def pick_pods(pods: Iterable[Pod], picked: PickedPods) -> list[Pod]:
    """Those of a name or on a node of it; without names those of the revision that stay, Ready ones first."""
    if picked.names:
        return [p for p in pods if p.name in picked.names or p.node in picked.names]
    found = [p for p in pods if picked.revision in (None, p.revision) and not p.terminating]
    found.sort(key=lambda p: (not p.ready, p.name))
    return found[: picked.count]
