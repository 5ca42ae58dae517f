"""How controllers make and unmake Pods (``controller_utils.go``, ``PodControlInterface``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol, TypeVar

from kubelens.predict.store.pod import Pod

P = TypeVar("P", bound=Pod)


class PodControl(Protocol):
    """What stands between a controller and the API server."""

    def create(self, pod: Pod) -> bool:
        """Send a new Pod; False where the API server refuses it."""

    def delete(self, pod: Pod) -> bool:
        """Ask for a Pod's deletion; True where it is gone at once."""

    def pick(self, pods: Sequence[P], count: int) -> list[P]:
        """``count`` of Pods that are alike to their controller: which of them is by lot in a cluster."""

    def order(self, numbers: Sequence[int]) -> list[int]:
        """In which order requests that are sent at one time, one for each number, come to the API server: by lot."""


class Alone:
    """A workload asked about alone: every Pod is let in, and of Pods that are alike the first go."""

    def create(self, pod: Pod) -> bool:
        """Let in."""
        return True

    def delete(self, pod: Pod) -> bool:
        """As the API server does."""
        return pod.delete()

    def pick(self, pods: Sequence[P], count: int) -> list[P]:
        """The first ones."""
        return list(pods[:count])

    def order(self, numbers: Sequence[int]) -> list[int]:
        """As they are."""
        return list(numbers)


class WithinQuota(Alone):
    """A workload asked about alone, of whose Pods a quota lets ``room`` be there at one time (None: any number)."""

    def __init__(self, room: int | None) -> None:
        self._room = room
        self._standing: Callable[[], int] = lambda: 0

    def watch(self, standing: Callable[[], int]) -> None:
        """Count the Pods there are, those that have ended left out."""
        self._standing = standing

    def create(self, pod: Pod) -> bool:
        """Let in while there is room."""
        return self._room is None or self._standing() < self._room

    def allow(self, room: int | None) -> None:
        """Let so many be there from now on (None: any number)."""
        self._room = room


ALONE: Final = Alone()
