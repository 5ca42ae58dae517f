"""Real time: how long a Pod takes to be Ready and to go, as its probes and grace period bound it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kubelens.kube.resource import Resource
from kubelens.predict.controllers.fields import count, part
from kubelens.predict.kubelet.interval import INSTANT, Interval
from kubelens.predict.kubelet.probes import Probing, read_probe, ready, started

if TYPE_CHECKING:
    from kubelens.predict.controllers.ticks.timeline import State, Timeline


def ready_time(pod: Mapping[str, Any]) -> Interval:
    """From a container's start to Ready, if it answers its probes once asked (kubelet, prober).

    The upper bound allows each probe one more period and timeout; a startup probe all its attempts. The time to
    schedule, pull and initialise comes on top.
    """
    total = INSTANT
    containers = pod.get("containers")
    for container in containers if isinstance(containers, list) else ():
        if not isinstance(container, dict):
            continue
        time = started(read_probe(container, Probing.STARTUP), INSTANT, to_the_end=True)
        readiness = read_probe(container, Probing.READINESS)
        total = total | ready(readiness, INSTANT, time)
    return total


def gone_time(pod: Mapping[str, Any]) -> Interval:
    """From deletion to gone: at least a preStop sleep, at most the grace period."""
    from kubelens.predict.kubelet.hooks import PRE_STOP, takes  # noqa: PLC0415 - only where Pods are played through
    from kubelens.predict.kubelet.termination import grace_period  # noqa: PLC0415 - as above

    grace = grace_period(pod)
    sleeps = 0
    containers = pod.get("containers")
    for container in containers if isinstance(containers, list) else ():
        if isinstance(container, dict):
            time = takes(container, PRE_STOP)
            sleeps = max(sleeps, time.lowest if time is not None else 0)
    return Interval(min(sleeps, grace), grace)


def step_times(timeline: Timeline, ready: Interval, gone: Interval) -> tuple[Interval, ...]:
    """How long each step takes from the one before: Pods becoming Ready, Pods going away, or both at once."""
    times = [INSTANT]
    for before, after in zip(timeline.states, timeline.states[1:], strict=False):
        time = INSTANT
        if _starting(before):
            time = time | ready
        if _terminating(before) and _waits_for_gone(before, after):
            time = time | gone
        times.append(time)
    return tuple(times)


def _starting(state: State) -> bool:
    return any(c.pods > c.ready for c in state.revisions.values())


def _terminating(state: State) -> bool:
    return any(c.terminating for c in state.revisions.values())


def _waits_for_gone(before: State, after: State) -> bool:
    """Whether Pods that went away are what let the next step happen: nothing was starting meanwhile."""
    return not _starting(before) or bool(after.pods) or after.unnamed


def total_time(times: tuple[Interval, ...]) -> Interval:
    """The whole rollout."""
    total = INSTANT
    for time in times:
        total = total + time
    return total


def ready_deadline(resource: Resource) -> tuple[int, int, int] | None:
    """(container, earliest seconds to available, deadline) where the first reaches the second; None otherwise."""
    deadline = count(resource.spec, "progressDeadlineSeconds", 600)
    containers = part(resource.spec, "template", "spec").get("containers")
    for index, container in enumerate(containers if isinstance(containers, list) else ()):
        seconds = ready_time({"containers": [container]}).lowest + count(resource.spec, "minReadySeconds", 0)
        if deadline and seconds >= deadline and isinstance(container, dict) and "readinessProbe" in container:
            return index, seconds, deadline
    return None
