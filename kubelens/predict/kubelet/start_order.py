"""In which order containers start: init containers one by one, sidecars among them, then app containers.

(kubelet: ``computePodActions``, ``computeInitContainerActions``, ``startContainer``.) A sidecar holds the next one up until
it has started: its postStart hook has ended and its startup probe has succeeded. App containers are started one after the
other, without waiting for probes; the hook of one holds the next one up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from kubelens.kube.pod import Container, PodSpec
from kubelens.predict.kubelet.hooks import POST_START, takes
from kubelens.predict.kubelet.interval import INSTANT, Interval
from kubelens.predict.kubelet.moment import Happening, Moment
from kubelens.predict.kubelet.probes import Probing, comes_up, gets_ready, read_probe, ready, started

EVERY = "*"


class Given(Struct, frozen=True):
    """What the manifests do not say, by container (``*``: all others): seconds.

    ``pulls``: the image is there; ``answers``: from a container's start until it answers its probes; ``runs``: how long init
    containers run.
    """

    pulls: Mapping[str, Interval]
    answers: Mapping[str, Interval]
    runs: Mapping[str, Interval]

    def pull(self, container: str) -> Interval:
        """Until a container's image is there."""
        return _of(self.pulls, container)

    def answer(self, container: str) -> Interval:
        """Until a container answers its probes."""
        return _of(self.answers, container)

    def run(self, container: str) -> Interval:
        """How long an init container runs."""
        return _of(self.runs, container)


def _of(table: Mapping[str, Interval], container: str) -> Interval:
    return table.get(container, table.get(EVERY, INSTANT))


class StartUp(Struct, frozen=True):
    """The moments until all containers are ready. ``ready`` is None where they never are; what never happens is left out."""

    moments: tuple[Moment, ...]
    ready: Interval | None


def start_up(pod: PodSpec, given: Given) -> StartUp:
    """From the Pod having its node to all its containers ready, if all goes well."""
    moments: list[Moment] = []
    clock = INSTANT
    everything: Interval | None = INSTANT
    first = [one for one in pod.containers if one.role in ("init", "sidecar")]
    for one in first:
        clock = clock + given.pull(one.name)
        if one.role == "init":
            moments.append(Moment(clock, Happening.STARTS, one.name, one.role))
            clock = clock + given.run(one.name)
            moments.append(Moment(clock, Happening.ENDS, one.name, one.role))
            continue
        found = {moment.what: moment for moment in _coming_up(one, clock, given)}
        moments += found.values()
        everything = _both(everything, found.get(Happening.READY))
        if Happening.STARTED not in found:
            return StartUp(tuple(moments), None)
        clock = found[Happening.STARTED].at
    if first:
        moments.append(Moment(clock, Happening.INITIALIZED))
    for one in (one for one in pod.containers if one.role == "app"):
        clock = clock + given.pull(one.name)
        found = {moment.what: moment for moment in _coming_up(one, clock, given)}
        moments += found.values()
        clock = clock + _hook(one)
        everything = _both(everything, found.get(Happening.READY))
    if everything is not None:
        moments.append(Moment(everything, Happening.POD_READY))
    return StartUp(tuple(moments), everything)


def _both(time: Interval | None, moment: Moment | None) -> Interval | None:
    return None if time is None or moment is None else time | moment.at


def _hook(container: Container) -> Interval:
    """How long the next container waits for a hook; nothing where that is not known (it is told as an assumption)."""
    time = takes(container.value, POST_START)
    return INSTANT if time is None or time.highest is None else time


def _coming_up(container: Container, clock: Interval, given: Given) -> Iterator[Moment]:
    """Start, end of the hook, started and ready, in that order, as far as it comes."""
    answers = given.answer(container.name)
    yield Moment(clock, Happening.STARTS, container.name, container.role)
    hook = _hook(container)
    if takes(container.value, POST_START) is not None:
        yield Moment(clock + hook, Happening.HOOK_ENDS, container.name, container.role)
    if not comes_up(container.value, answers):
        return
    startup = read_probe(container.value, Probing.STARTUP)
    readiness = read_probe(container.value, Probing.READINESS)
    since = started(startup, answers) | hook
    yield Moment(clock + since, Happening.STARTED, container.name, container.role)
    if gets_ready(container.value, answers):
        yield Moment(clock + ready(readiness, answers, since), Happening.READY, container.name, container.role)
