"""How fast Pods come and go in the tick model, and what happens to them from outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct, field

from kubelens.predict.store.pod import Pod

EVERY: Final = "*"
Ticks = int | None


class Pace(Struct, frozen=True):
    """Ticks until a Pod is Ready and until a deleted one is gone, by revision label (``*``: all others).

    ``ready_after`` of None: the Pod runs and is never Ready. ``tick_seconds`` of None: time stands still,
    so minReadySeconds and progressDeadlineSeconds have no part; else each tick lasts that many seconds.
    ``refused``: revisions whose Pods the API server does not let in (FailedCreate). ``homeless``: by revision the names
    of Pods, or of a DaemonSet's nodes, for which there is no room; ``room``: how many Pods of a Job have a node at a time.
    """

    ready_after: Mapping[str, Ticks] = field(default_factory=lambda: {EVERY: 1})
    terminate_after: Mapping[str, Ticks] = field(default_factory=lambda: {EVERY: 1})
    tick_seconds: int | None = None
    refused: frozenset[str] = frozenset()
    homeless: Mapping[str, frozenset[str]] = field(default_factory=dict)
    room: int | None = None

    def lets_in(self, revision: str) -> bool:
        """Whether the API server creates Pods of the revision."""
        return revision not in self.refused

    def is_homeless(self, pod: Pod) -> bool:
        """Whether a Pod that has no node gets none."""
        without = self.homeless.get(pod.revision, ()) if not pod.bound else ()
        return pod.name in without or (bool(pod.node) and pod.node in without)

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


class Edit(Struct, frozen=True):
    """The object is replaced by ``value``."""

    value: Mapping[str, Any]


class ChangePace(Struct, frozen=True):
    """New entries of the pace's tables; they count from the next step."""

    ready_after: Mapping[str, Ticks]
    terminate_after: Mapping[str, Ticks]


class PickedPods(Struct, frozen=True):
    """Pods by name, or ``count`` of a revision: Ready ones first, then by name."""

    names: tuple[str, ...] = ()
    revision: str | None = None
    count: int | None = None


class DeletePods(Struct, frozen=True):
    """Pods deleted by hand, gracefully."""

    pods: PickedPods


class FailPods(Struct, frozen=True):
    """Pods whose phase becomes Failed, as after an eviction by the kubelet; the objects stay."""

    pods: PickedPods


class ChangeNodes(Struct, frozen=True):
    """Nodes created, or changed to exactly these taints and, for labels named, these labels."""

    nodes: tuple[Mapping[str, Any], ...]


class DeleteObject(Struct, frozen=True):
    """The object itself is deleted; ``policy``: Foreground, Background or Orphan."""

    policy: str


Action = Edit | ChangePace | DeletePods | FailPods | ChangeNodes | DeleteObject
Actions = Mapping[int, tuple[Action, ...]]
