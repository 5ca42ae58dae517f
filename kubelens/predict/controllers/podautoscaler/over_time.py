"""An autoscaler sync by sync: what it does while usage or load changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Assumption, Prediction
from kubelens.predict.controllers.podautoscaler.replica_calculator import PodState, request_of
from kubelens.predict.controllers.podautoscaler.room import RoomToScale, RoomToScaleOf
from kubelens.predict.controllers.podautoscaler.scaling_rules import History
from kubelens.predict.controllers.podautoscaler.spec import Autoscaler, Metric, Source, TargetType, read_autoscaler
from kubelens.predict.controllers.podautoscaler.standing import taken_for_ready
from kubelens.predict.controllers.podautoscaler.sync import Cluster, Reading, Sync, sync
from kubelens.predict.controllers.podautoscaler.target import TargetOf, same_target
from kubelens.predict.controllers.podautoscaler.works import served_by

SYNC_PERIOD: Final = 15
MOST_SYNCS: Final = 20_000
_MADE_UP_REQUEST: Final = 1_000_000
MOST_PODS: Final = 10_000


class Step(Struct, frozen=True):
    """From ``at`` seconds on, a metric's reading: None where it cannot be read."""

    at: int
    value: float | None


class Series(Struct, frozen=True):
    """A metric over time. ``metric``: its name, or ``name/container``.

    ``total``: readings are of all Pods together (cpu in cores, memory in bytes) and are shared out over those that are
    ready; else of each Pod, percent for a target in percent. Readings of objects and external ones are always whole.
    """

    metric: str
    steps: tuple[Step, ...]
    total: bool = False

    def at(self, now: int) -> float | None:
        """The reading of a time."""
        value: float | None = self.steps[0].value if self.steps else None
        for step in self.steps:
            if step.at > now:
                break
            value = step.value
        return value


class Conditions(Struct, frozen=True):
    """How it begins and how long it is watched, in seconds. ``unready``, ``missing``: Pods not ready, or without metrics.

    ``ready_after``: how long a new Pod takes.
    """

    replicas: int
    duration: int = 0
    ready_after: int = 30
    unready: int = 0
    missing: int = 0


class Moment(Struct, frozen=True):
    """What a sync sees and does: ``before`` and ``ready`` are replicas and ready Pods it sees.

    ``running``: how many of the replicas it asks for come into being and find a node; ``short``: why not all do.
    """

    at: int
    before: int
    ready: int
    sync: Sync
    running: int = 0
    short: str = ""


class AutoscalingOf(Struct, frozen=True):
    """What an autoscaler does over time: one sync, or as many as a duration holds.

    ``requests``: (resource, milli) of a Pod, where the target is not among the manifests.
    """

    hpa: Resource
    series: tuple[Series, ...]
    conditions: Conditions
    requests: tuple[tuple[str, int], ...] = ()

    def answer(self, ask: Ask) -> Prediction[tuple[Moment, ...]]:
        """Moments in order; metrics without a series cannot be read."""
        autoscaler = read_autoscaler(self.hpa)
        targeted = ask(TargetOf(self.hpa))
        target = targeted.answer
        told = target.requests if target.workload is not None else _told(autoscaler.metrics, dict(self.requests))
        room = ask(RoomToScaleOf(self.hpa))
        run = _Run(autoscaler, told, self.series, self.conditions, room.answer)
        moments = tuple(run.moments())
        assumptions = [Assumption("no other scaling took place before")]
        if not self.conditions.unready and not self.conditions.missing:
            assumptions += taken_for_ready(ask, target, self.hpa.namespace)
        others = same_target(ask, self.hpa)
        if others:
            text = (
                f"{', '.join(others)}, with the same target, is not there: beside it neither scales (AmbiguousSelector)"
            )
            assumptions.append(Assumption(f"HorizontalPodAutoscaler {text}"))
        named = {name for name, _ in self.requests}
        percent = {m.name for m in autoscaler.metrics if m.target_type is TargetType.UTILIZATION}
        wants_requests = not percent <= named
        if target.workload is None and wants_requests:
            assumptions.append(
                Assumption(f"containers of {target.kind} {target.name}, not among the files, have requests")
            )
        unread = [m.title for m in autoscaler.metrics if series_of(self.series, m) is None]
        read = [m for m in autoscaler.metrics if series_of(self.series, m) is not None]
        assumptions += [Assumption(text) for text in served_by(read)]
        if unread:
            assumptions.append(Assumption(f"{', '.join(unread)} cannot be read: no reading is given"))
        if moments and moments[0].sync.replicas == moments[0].before and moments[0].sync.why.startswith("the stab"):
            assumptions.append(
                Assumption("the controller begins now: it takes the replicas there are for its last recommendation")
            )
        if self.conditions.duration and moments[-1].sync.replicas != self.conditions.replicas:
            assumptions.append(Assumption(f"a new Pod is ready after {self.conditions.ready_after} s"))
        return Prediction(
            moments, assumptions=tuple(dict.fromkeys((*assumptions, *targeted.assumptions, *room.assumptions)))
        )


def series_of(series: Sequence[Series], metric: Metric) -> Series | None:
    """The series of a metric: that of its container first."""
    for name in (f"{metric.name}/{metric.container}", metric.name):
        found = next((s for s in series if s.metric == name), None)
        if found is not None:
            return found
    return None


class _Run:
    """One simulation: Pods by the second they become ready."""

    def __init__(
        self,
        autoscaler: Autoscaler,
        requests: Mapping[str, Mapping[str, int]],
        series: Sequence[Series],
        conditions: Conditions,
        room: RoomToScale,
    ) -> None:
        self._room = room
        self._autoscaler = autoscaler
        self._series = series
        self._conditions = conditions
        self._requests = requests
        count = min(max(conditions.replicas, 0), MOST_PODS)
        never = conditions.duration + SYNC_PERIOD + 1
        self._ready_at = [0] * max(count - conditions.unready, 0) + [never] * min(conditions.unready, count)

    def moments(self) -> list[Moment]:
        """Sync after sync; the one of the last second included."""
        history = History()
        found: list[Moment] = []
        syncs = min(self._conditions.duration // SYNC_PERIOD, MOST_SYNCS) + 1
        for now in range(0, syncs * SYNC_PERIOD, SYNC_PERIOD):
            states = self._states(now)
            ready = states.count(PodState.READY)
            readings = tuple(self._reading(m, states, ready, now) for m in self._autoscaler.metrics)
            cluster = Cluster(tuple(states), readings, self._requests)
            before = len(self._ready_at)
            done = sync(self._autoscaler, before, cluster, history, float(now))
            runs, why = self._room.run(done.replicas), self._room.why(done.replicas)
            found.append(Moment(now, before, ready, done, runs, why))
            self._scale(min(done.replicas, MOST_PODS), now)
        return found

    def _states(self, now: int) -> list[PodState]:
        """The Pods that came into being; those without a node are Pending."""
        states = [PodState.READY if at <= now else PodState.UNREADY for at in self._ready_at[: self._room.created]]
        started = len(states) if self._room.started is None else self._room.started
        return [state if n < started else PodState.PENDING for n, state in enumerate(states)]

    def _scale(self, replicas: int, now: int) -> None:
        """New Pods start; of those that go the ones that are not ready go first."""
        while len(self._ready_at) < replicas:
            self._ready_at.append(now + self._conditions.ready_after)
        self._ready_at.sort()
        del self._ready_at[replicas:]

    def _reading(self, metric: Metric, states: Sequence[PodState], ready: int, now: int) -> Reading:
        series = series_of(self._series, metric)
        value = series.at(now) if series is not None else None
        if series is None or value is None:
            return Reading()
        if metric.source in (Source.OBJECT, Source.EXTERNAL):
            return Reading(value=round(value * 1000))
        each = value / max(ready, 1) if series.total else value
        if not series.total and metric.target_type is TargetType.UTILIZATION:
            request = request_of(self._requests, metric.name, metric.container) or _MADE_UP_REQUEST
            milli = each * request / 100
        else:
            milli = each * 1000
        usages = [round(milli, 3) if state is PodState.READY else 0.0 for state in states]
        lacking = self._conditions.missing
        return Reading(tuple(None if n < lacking else int(u + 0.5) for n, u in enumerate(usages)))


def _told(metrics: Sequence[Metric], given: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Requests of a target nobody knows: those given, else made up ones that percentages refer to."""
    names = {m.name for m in metrics}
    amounts = {name: given.get(name, _MADE_UP_REQUEST) for name in names}
    return {container: dict(amounts) for container in {m.container or "any" for m in metrics}}
