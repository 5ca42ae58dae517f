"""How fast the kubelets of a virtual cluster are: in ticks by image, or in seconds as probes and grace periods bound it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from msgspec import Struct, field
from msgspec.structs import replace

from kubelens.predict.cluster.records import PodRecord
from kubelens.predict.controllers.rollout.durations import gone_time, ready_time
from kubelens.predict.controllers.ticks.pace import EVERY
from kubelens.predict.kubelet.interval import Interval

Bound = Callable[[Interval], int]
Table = Mapping[str, int | None]


class Pace(Protocol):
    """Ticks from a Pod's binding (``gone``: from its deletion) until something happens to it; None: never."""

    def ready(self, record: PodRecord) -> int | None:
        """Until it is Ready."""

    def gone(self, record: PodRecord) -> int | None:
        """Until it is gone."""

    def succeeded(self, record: PodRecord) -> int | None:
        """Until it ends well."""

    def failed(self, record: PodRecord) -> int | None:
        """Until it fails."""


class KubeletPace(Struct, frozen=True):
    """Ticks from a Pod's binding until it is Ready, has succeeded or has failed, and from its deletion until it is gone.

    None: never. What no table names is Ready, and gone, after one tick, and does not end.
    """

    ready_after: Table = field(default_factory=dict)
    terminate_after: Table = field(default_factory=dict)
    succeed_after: Table = field(default_factory=dict)
    fail_after: Table = field(default_factory=dict)

    def ready(self, record: PodRecord) -> int | None:
        """Ticks until Ready."""
        return _entry(self.ready_after, record.image, 1)

    def gone(self, record: PodRecord) -> int | None:
        """Ticks until a deleted Pod is gone."""
        return _entry(self.terminate_after, record.image, 1)

    def succeeded(self, record: PodRecord) -> int | None:
        """Ticks until it ends well."""
        return _entry(self.succeed_after, record.image, None)

    def failed(self, record: PodRecord) -> int | None:
        """Ticks until it fails."""
        return _entry(self.fail_after, record.image, None)

    def changed(self, change: KubeletPace) -> KubeletPace:
        """With new entries."""
        return replace(
            self,
            ready_after={**self.ready_after, **change.ready_after},
            terminate_after={**self.terminate_after, **change.terminate_after},
            succeed_after={**self.succeed_after, **change.succeed_after},
            fail_after={**self.fail_after, **change.fail_after},
        )


class ProbedPace(Struct, frozen=True):
    """Kubelets as the Pods' probes, hooks and grace periods bound them, in ticks of ``seconds``.

    ``bound`` takes one second of an interval. ``startup``: from the binding until containers run (images, init
    containers); ``job``: how long a Pod of a Job runs. Both are taken for granted.
    """

    seconds: int
    bound: Bound
    startup: int = 2
    job: int = 60

    def ready(self, record: PodRecord) -> int | None:
        """As its startup and readiness probes allow."""
        return self._drawn(record)[0]

    def gone(self, record: PodRecord) -> int | None:
        """Between its preStop sleep and its grace period."""
        return self._drawn(record)[1]

    def _drawn(self, record: PodRecord) -> tuple[int, int]:
        """A Pod's own times, the same however often they are asked for."""
        if record.times is None:
            spec = record.info.value["spec"]
            ready = self._ticks(self.startup + self.bound(ready_time(spec)))
            record.times = (ready, self._ticks(self.bound(gone_time(spec))))
        return record.times

    def succeeded(self, record: PodRecord) -> int | None:
        """Pods of Jobs alone."""
        of_job = record.owner is not None and record.owner.kind == "Job"
        return self._ticks(self.startup + self.job) if of_job else None

    def failed(self, record: PodRecord) -> int | None:
        """Never."""
        return None

    def _ticks(self, seconds: int) -> int:
        return max(1, -(-seconds // self.seconds))


def lowest(interval: Interval) -> int:
    """The lower bound."""
    return interval.lowest


def highest(interval: Interval) -> int:
    """The upper bound, the lower one where there is none."""
    return interval.lowest if interval.highest is None else interval.highest


def _entry(table: Table, image: str, default: int | None) -> int | None:
    return table[image] if image in table else table.get(EVERY, default)
