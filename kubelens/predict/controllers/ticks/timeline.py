"""A rollout as states at rest, one for each tick, and what they come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct, field


class Counts(Struct, frozen=True):
    """Pods of one revision: not being deleted, the Ready ones among them, being deleted, and Failed ones."""

    pods: int = 0
    ready: int = 0
    terminating: int = 0
    finished: int = 0

    def __bool__(self) -> bool:
        return bool(self.pods or self.terminating or self.finished)

    def with_pod(self, word: str) -> Counts:
        """One Pod more, in the state a word says: ready, starting, terminating or failed."""
        return Counts(
            self.pods + (word in ("ready", "starting")),
            self.ready + (word == "ready"),
            self.terminating + (word == "terminating"),
            self.finished + (word == "failed"),
        )


class State(Struct, frozen=True):
    """The world at rest in one tick.

    ``replicasets``: ``spec.replicas`` by revision (Deployments). ``pods``: (name or node, revision, state)
    for StatefulSets and DaemonSets. ``status``: the object's own counters, zeros left out.
    """

    tick: int
    revisions: Mapping[str, Counts]
    status: Mapping[str, Any]
    replicasets: Mapping[str, int] = field(default_factory=dict)
    pods: tuple[tuple[str, str, str], ...] = ()
    conditions: tuple[str, ...] = ()
    claims: tuple[tuple[str, tuple[str, ...], str], ...] = ()
    phases: Mapping[str, int] = field(default_factory=dict)
    unnamed: bool = False
    """Whether its Pods, too many to be named, are counted only."""

    @property
    def total(self) -> int:
        """Pods that are not being deleted."""
        return sum(c.pods for c in self.revisions.values())

    @property
    def total_with_terminating(self) -> int:
        """Pods, those being deleted included."""
        return sum(c.pods + c.terminating for c in self.revisions.values())

    @property
    def ready(self) -> int:
        """Ready Pods that are not being deleted."""
        return sum(c.ready for c in self.revisions.values())

    def same_as(self, other: State) -> bool:
        """Whether nothing but the tick differs."""
        return (
            self.revisions == other.revisions
            and self.status == other.status
            and self.replicasets == other.replicasets
            and self.pods == other.pods
            and self.conditions == other.conditions
            and self.claims == other.claims
            and self.phases == other.phases
        )


class End(StrEnum):
    """How a rollout ends: complete, at a standstill, paused, or cut while it may still move."""

    DONE = "done"
    STUCK = "stuck"
    PAUSED = "paused"
    GOING = "going"


class Timeline(Struct, frozen=True):
    """``before``: the settled state before the first action, if any; ``states``: tick 0, 1, 2 ...

    Trailing repeats of the last state are left out.
    """

    before: State | None
    states: tuple[State, ...]
    end: End

    def __iter__(self) -> Iterator[State]:
        if self.before is not None:
            yield self.before
        yield from self.states

    @property
    def last(self) -> State:
        """The last state."""
        return self.states[-1]

    @property
    def max_pods(self) -> int:
        """The highest number of Pods from the first action on, those being deleted not counted."""
        return max(s.total for s in self.states)

    @property
    def max_with_terminating(self) -> int:
        """The highest number of Pods, those being deleted included."""
        return max(s.total_with_terminating for s in self.states)

    @property
    def min_ready(self) -> int:
        """The lowest number of Ready Pods."""
        return min(s.ready for s in self.states)
