"""What passes of time means to a Job: its deadline, its back-off, and how long it stays once it has finished."""

from __future__ import annotations

from typing import Final

_FIRST_WAIT: Final = 10
_LONGEST_WAIT: Final = 600
"""Seconds before Pods are made anew after one failure, and at most (job, DefaultJobPodFailureBackOff)."""


def back_off(failures: int) -> int:
    """Seconds between the last of some failures in a row and new Pods (job, getRemainingTime)."""
    return min(_FIRST_WAIT << min(failures - 1, 10), _LONGEST_WAIT) if failures > 0 else 0


class JobClock:
    """A Job's own times, in seconds; with ``runs`` false time stands still. ``finished``: when it was complete or failed."""

    def __init__(self, *, runs: bool) -> None:
        self._runs = runs
        self._started: int | None = None
        self._idle_until = 0
        self.finished: int | None = None

    def see(self, now: int, *, suspended: bool, terminal: bool) -> None:
        """A look of the controller: a Job starts when it is first seen unsuspended."""
        if suspended:
            self._started = None
        elif self._started is None:
            self._started = now
        if terminal and self.finished is None:
            self.finished = now

    def is_late(self, now: int, deadline: int | None) -> bool:
        """Whether ``activeDeadlineSeconds`` are over (job, pastActiveDeadline)."""
        return self._runs and self._started is not None and deadline is not None and now - self._started >= deadline

    def failed(self, now: int, in_a_row: int) -> None:
        """Pods have failed."""
        self._idle_until = now + back_off(in_a_row)

    def is_idle(self, now: int) -> bool:
        """Whether no new Pod is made yet."""
        return self._runs and now < self._idle_until
