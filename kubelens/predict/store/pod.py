"""One Pod over time: what its controller, its scheduler and its kubelet each write of it."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Phase(StrEnum):
    """``status.phase``."""

    PENDING = "Pending"
    RUNNING = "Running"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"


class Pod(Struct, eq=False):
    """A Pod as its controller made it, and what became of it.

    ``created`` orders by age; ``node`` is where it is or is meant to be (DaemonSets), ``bound`` whether it is there.
    ``age`` counts steps of its kubelet since then; ``ready_since`` is in seconds, ``deleting`` in steps since.
    ``index`` is a completion index; ``finished``: it has ended, and the object stays.
    """

    name: str
    revision: str
    template: str
    created: int
    node: str = ""
    index: int | None = None
    bound: bool = False
    age: int = 0
    phase: Phase = Phase.PENDING
    ready_since: int | None = None
    deleting: int | None = None
    finished: bool = False

    @property
    def ready(self) -> bool:
        """Running and Ready, being deleted or not."""
        return self.ready_since is not None and not self.finished

    @property
    def terminating(self) -> bool:
        """Whether it is being deleted."""
        return self.deleting is not None

    @property
    def active(self) -> bool:
        """Whether its controller counts on it (controller, IsPodActive)."""
        return self.deleting is None and not self.finished

    @property
    def word(self) -> str:
        """Its state in a word."""
        if self.terminating:
            return "terminating"
        if self.finished:
            return "failed" if self.phase is Phase.FAILED else "succeeded"
        return "ready" if self.ready else "starting"

    def available(self, now: int, min_ready: int) -> bool:
        """Ready for ``min_ready`` seconds."""
        return self.ready and self.ready_since is not None and now - self.ready_since >= min_ready

    def delete(self) -> bool:
        """Ask for its deletion; True where it is gone at once: it has no node, or it has ended (pod, CheckGracefulDelete)."""
        if self.deleting is None:
            self.deleting = 0
        return not self.bound or self.finished

    def end(self, phase: Phase) -> None:
        """Its containers have ended for good."""
        self.phase = phase
        self.finished = True
        self.ready_since = None
