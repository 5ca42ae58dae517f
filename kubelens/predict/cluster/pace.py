"""How fast the kubelets of a virtual cluster are: in ticks by image, or in seconds as probes and grace periods bound it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from msgspec import Struct, field
from msgspec.structs import replace

from kubelens.predict.cluster.records import PodRecord
from kubelens.predict.controllers.rollout.durations import gone_time, ready_time
from kubelens.predict.controllers.ticks.pace import EVERY
from kubelens.predict.kubelet.interval import Interval

Bound = Callable[[Interval], int]
Table = Mapping[str, int | None]
NEVER: Final = -1


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


class ImageTimes(Struct, frozen=True):
    """What is known of Pods whose first container has some image: seconds, NEVER for never, None for what is not known.

    ``ready`` and ``ends`` count from when its containers run, ``gone`` from its deletion; ``fails``: whether it ends badly.
    """

    image: str
    ready: int | None = None
    gone: int | None = None
    ends: int | None = None
    fails: bool = False


class Times(Struct, frozen=True):
    """What no manifest tells, in seconds.

    ``startup``: from the binding until containers run (images, init containers); ``job``: how long a Pod of a Job runs;
    ``images``: what is known of Pods by their image.
    """

    startup: int = 2
    job: int = 60
    images: tuple[ImageTimes, ...] = ()

    def of(self, image: str) -> ImageTimes | None:
        """What is known of an image's Pods."""
        return next((times for times in self.images if times.image == image), None)


class ProbedPace(Struct, frozen=True):
    """Kubelets as the Pods' probes, hooks and grace periods bound them, in ticks of ``seconds``.

    ``bound`` takes one second of an interval; ``times`` are taken for granted.
    """

    seconds: int
    bound: Bound
    times: Times = field(default_factory=Times)

    def ready(self, record: PodRecord) -> int | None:
        """As its startup and readiness probes allow."""
        return self._drawn(record)[0]

    def gone(self, record: PodRecord) -> int | None:
        """Between its preStop sleep and its grace period."""
        return self._drawn(record)[1]

    def _drawn(self, record: PodRecord) -> tuple[int | None, int | None]:
        """A Pod's own times, the same however often they are asked for."""
        if record.times is None:
            spec, known = record.info.value["spec"], self.times.of(record.image)
            ready = known.ready if known is not None and known.ready is not None else self.bound(ready_time(spec))
            gone = known.gone if known is not None and known.gone is not None else self.bound(gone_time(spec))
            record.times = (
                None if ready == NEVER else self._ticks(self.times.startup + ready),
                None if gone == NEVER else self._ticks(gone),
            )
        return record.times

    def succeeded(self, record: PodRecord) -> int | None:
        """Pods of Jobs, and those of images that end."""
        return self._ends(record)[0]

    def failed(self, record: PodRecord) -> int | None:
        """Those of images that end badly and are not restarted in place."""
        return self._ends(record)[1]

    def _ends(self, record: PodRecord) -> tuple[int | None, int | None]:
        """When a Pod ends well and badly: its image, its spec and whether a Job has it do not change."""
        if record.ends is None:
            record.ends = (self._succeeded(record), self._failed(record))
        return record.ends

    def _succeeded(self, record: PodRecord) -> int | None:
        known = self.times.of(record.image)
        if known is None or known.ends is None:
            of_job = record.owner is not None and record.owner.kind == "Job"
            return self._ticks(self.times.startup + self.times.job) if of_job else None
        return None if known.fails else self._end(record, known.ends)

    def _failed(self, record: PodRecord) -> int | None:
        known = self.times.of(record.image)
        once = record.info.value["spec"].get("restartPolicy") == "Never"
        return self._end(record, known.ends) if known is not None and known.fails and once else None

    def _end(self, record: PodRecord, ends: int | None) -> int | None:
        for_good = record.info.value["spec"].get("restartPolicy", "Always") != "Always"
        return self._ticks(self.times.startup + ends) if for_good and ends is not None and ends != NEVER else None

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
