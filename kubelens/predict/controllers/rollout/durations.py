"""Real time: how long a Pod takes to be Ready and to go, as its probes and grace period bound it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from kubelens.kube.go_int import parse_int
from kubelens.kube.resource import Resource
from kubelens.predict.controllers.fields import count, part
from kubelens.predict.controllers.ticks.timeline import State, Timeline


class Interval(Struct, frozen=True):
    """Seconds, from a lower to an upper bound (None: there is none)."""

    lower: int
    upper: int | None

    def __add__(self, other: Interval) -> Interval:
        upper = None if self.upper is None or other.upper is None else self.upper + other.upper
        return Interval(self.lower + other.lower, upper)

    def __or__(self, other: Interval) -> Interval:
        """Both at the same time: the longer one."""
        upper = None if self.upper is None or other.upper is None else max(self.upper, other.upper)
        return Interval(max(self.lower, other.lower), upper)

    def __str__(self) -> str:
        return f"{self.lower} s or more" if self.upper is None else f"{self.lower} to {self.upper} s"


INSTANT: Final = Interval(0, 0)


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
        startup = part(container, "startupProbe")
        readiness = part(container, "readinessProbe")
        time = _startup(startup) if startup else INSTANT
        if readiness:
            time = _readiness(readiness, time)
        total = total | time
    return total


def _startup(probe: Mapping[str, Any]) -> Interval:
    delay, period, timeout = count(probe, "initialDelaySeconds", 0), _period(probe), count(probe, "timeoutSeconds", 1)
    attempts = max(1, count(probe, "failureThreshold", 3))
    return Interval(delay, delay + attempts * period + timeout)


def _readiness(probe: Mapping[str, Any], started: Interval) -> Interval:
    delay, period, timeout = count(probe, "initialDelaySeconds", 0), _period(probe), count(probe, "timeoutSeconds", 1)
    more = (max(1, count(probe, "successThreshold", 1)) - 1) * period
    upper = None if started.upper is None else max(started.upper, delay) + more + period + timeout
    return Interval(max(started.lower, delay) + more, upper)


def _period(probe: Mapping[str, Any]) -> int:
    return count(probe, "periodSeconds", 10) or 10


def gives_up(probe: Mapping[str, Any]) -> int:
    """Seconds from a container's start to the last failure a probe lets pass, if every answer is a quick no."""
    return count(probe, "initialDelaySeconds", 0) + (max(1, count(probe, "failureThreshold", 3)) - 1) * _period(probe)


def first_asked(probe: Mapping[str, Any]) -> int:
    """Seconds from a container's start to a probe's first question."""
    return count(probe, "initialDelaySeconds", 0)


def grace_period(pod: Mapping[str, Any]) -> int:
    """Seconds from the order to stop to SIGKILL, preStop hooks included."""
    return count(pod, "terminationGracePeriodSeconds", 30)


def pre_stop_sleep(container: Mapping[str, Any]) -> tuple[int, tuple[str, ...]]:
    """Seconds a preStop hook sleeps and where that stands below ``preStop``; 0 where it does not say.

    Read are ``sleep`` and an ``exec`` of ``sleep N``, plain or as all a shell is told to do.
    """
    hook = part(container, "lifecycle", "preStop")
    if seconds := count(part(hook, "sleep"), "seconds", 0):
        return seconds, ("sleep", "seconds")
    command = part(hook, "exec").get("command")
    words = [str(word) for word in command] if isinstance(command, list) else []
    if len(words) == 3 and words[0].rpartition("/")[2] in ("sh", "bash", "ash") and words[1] == "-c":
        words = words[2].split()
    if len(words) == 2 and words[0].rpartition("/")[2] == "sleep":
        slept = parse_int(words[1].removesuffix("s"))
        if slept is not None and slept >= 0:
            return slept, ("exec", "command")
    return 0, ()


def gone_time(pod: Mapping[str, Any]) -> Interval:
    """From deletion to gone: at least a preStop sleep, at most the grace period."""
    grace = grace_period(pod)
    sleeps = 0
    containers = pod.get("containers")
    for container in containers if isinstance(containers, list) else ():
        if isinstance(container, dict):
            sleeps = max(sleeps, count(part(container, "lifecycle", "preStop", "sleep"), "seconds", 0))
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
    return not _starting(before) or bool(after.pods)


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
        seconds = ready_time({"containers": [container]}).lower + count(resource.spec, "minReadySeconds", 0)
        if deadline and seconds >= deadline and isinstance(container, dict) and "readinessProbe" in container:
            return index, seconds, deadline
    return None
