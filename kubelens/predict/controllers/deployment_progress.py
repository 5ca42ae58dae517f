"""A Deployment's condition Progressing and its deadline."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

AVAILABLE = "NewReplicaSetAvailable"
EXCEEDED = "ProgressDeadlineExceeded"


class Progress(Struct):
    """The condition's reason, since when (in seconds), and the counters last seen."""

    reason: str = ""
    since: int = 0
    seen: Mapping[str, int] = field(default_factory=dict)

    @property
    def condition(self) -> str:
        """``Progressing=Status:Reason``, empty where there is none."""
        if not self.reason:
            return ""
        status = {EXCEEDED: "False", "DeploymentPaused": "Unknown", "DeploymentResumed": "Unknown"}.get(
            self.reason, "True"
        )
        return f"Progressing={status}:{self.reason}"

    def created(self, now: int) -> None:
        """A new ReplicaSet was made."""
        self.reason, self.since = "NewReplicaSetCreated", now

    def paused(self, paused: bool, now: int) -> None:
        """Paused, or resumed, at second ``now``; a deadline that has passed stays (deployment, checkPausedConditions)."""
        if self.reason == EXCEEDED:
            return
        if paused and self.reason != "DeploymentPaused":
            self.reason, self.since = "DeploymentPaused", now
        elif not paused and self.reason == "DeploymentPaused":
            self.reason, self.since = "DeploymentResumed", now

    def see(self, counters: Mapping[str, int]) -> None:
        """Counters of a sync that judges no progress: paused, or scaling."""
        self.seen = counters

    def note(self, counters: Mapping[str, int], complete: bool, deadline: int | None, now: int) -> None:
        """Judge counters at second ``now``: done, moved on, or past the deadline (deployment, syncRolloutStatus)."""
        if deadline is None:
            self.reason = ""
            self.seen = counters
            return
        at_rest = counters.get("replicas", 0) == counters.get("updatedReplicas", 0) and self.reason == AVAILABLE
        if not at_rest:
            if complete:
                self.reason, self.since = AVAILABLE, now
            elif self._moved(counters):
                self.reason, self.since = "ReplicaSetUpdated", now
            elif self.reason and self.reason != AVAILABLE and now - self.since > deadline:
                self.reason = EXCEEDED
        self.seen = counters

    def _moved(self, now: Mapping[str, int]) -> bool:
        """Whether Pods were updated, became ready or went since the sync before (deployment, DeploymentProgressing)."""
        old = self.seen

        def outdated(counters: Mapping[str, int]) -> int:
            return counters.get("replicas", 0) - counters.get("updatedReplicas", 0)

        return (
            now.get("updatedReplicas", 0) > old.get("updatedReplicas", 0)
            or outdated(now) < outdated(old)
            or now.get("readyReplicas", 0) > old.get("readyReplicas", 0)
            or now.get("availableReplicas", 0) > old.get("availableReplicas", 0)
        )

    def waits(self, complete: bool, deadline: int | None) -> bool:
        """Whether the deadline may still pass."""
        return not complete and deadline is not None and self.reason not in (EXCEEDED, AVAILABLE, "")
