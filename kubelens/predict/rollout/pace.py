"""How fast Pods come and go in the tick model, and what happens to them from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

NEVER: Final = None
EVERY: Final = "*"
Ticks = int | None


@dataclass(frozen=True, slots=True)
class Pace:
    """Ticks until a Pod is Ready and until a deleted one is gone, by revision label (``*``: all others).

    ``ready_after`` of None: the Pod runs and is never Ready. ``tick_seconds`` of None: time stands still,
    so minReadySeconds and progressDeadlineSeconds have no part; else each tick lasts that many seconds.
    """

    ready_after: Mapping[str, Ticks] = field(default_factory=lambda: {EVERY: 1})
    terminate_after: Mapping[str, Ticks] = field(default_factory=lambda: {EVERY: 1})
    tick_seconds: int | None = None

    def ready(self, revision: str) -> Ticks:
        """Ticks until a Pod of the revision is Ready; None: never."""
        return _entry(self.ready_after, revision)

    def gone(self, revision: str) -> Ticks:
        """Ticks until a deleted Pod of the revision is gone; None: never."""
        return _entry(self.terminate_after, revision)


def _entry(table: Mapping[str, Ticks], revision: str) -> Ticks:
    if revision in table:
        return table[revision]
    return table.get(EVERY, 1)


@dataclass(frozen=True, slots=True)
class Edit:
    """The object is replaced by ``value``."""

    value: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChangePace:
    """New entries of the pace's tables; they count from the next step."""

    ready_after: Mapping[str, Ticks]
    terminate_after: Mapping[str, Ticks]


@dataclass(frozen=True, slots=True)
class PickedPods:
    """Pods by name, or ``count`` of a revision: Ready ones first, then by name."""

    names: tuple[str, ...] = ()
    revision: str | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class DeletePods:
    """Pods deleted by hand, gracefully."""

    pods: PickedPods


@dataclass(frozen=True, slots=True)
class FailPods:
    """Pods whose phase becomes Failed, as after an eviction by the kubelet; the objects stay."""

    pods: PickedPods


@dataclass(frozen=True, slots=True)
class ChangeNodes:
    """Nodes created, or changed to exactly these taints and, for labels named, these labels."""

    nodes: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class DeleteObject:
    """The object itself is deleted; ``policy``: Foreground, Background or Orphan."""

    policy: str


Action = Edit | ChangePace | DeletePods | FailPods | ChangeNodes | DeleteObject
Actions = Mapping[int, tuple[Action, ...]]
