"""What a Pod's own settings make impossible: killed before it can start, stopped before its hook ends, never ready."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.pod import Container, Path, PodSpec
from kubelens.predict.kubelet.hooks import PRE_STOP, takes
from kubelens.predict.kubelet.interval import Interval
from kubelens.predict.kubelet.probes import Probe, Probing, read_probe
from kubelens.predict.kubelet.start_order import Given
from kubelens.predict.kubelet.termination import LEAST_AFTER_SIGTERM, grace_period

_UNASKED: Final = {
    Probing.STARTUP: "it never counts as started, is never ready, and nothing restarts it",
    Probing.READINESS: "it is never ready",
    Probing.LIVENESS: "the probe restarts nothing",
}


class Contradiction(Struct, frozen=True):
    """What cannot be, or may not be (``sure`` false), and where it is written: a path from the object that holds the Pod."""

    container: str
    text: str
    path: Path
    sure: bool = True


def contradictions(pod: PodSpec, given: Given, ready: Interval | None) -> Iterator[Contradiction]:
    """Everything that a Pod's fields, and what is given of its times, rule out."""
    for one in pod.containers:
        if one.runs_throughout:
            yield from _held_up(one, given.answer(one.name))
            yield from _never_asked(one)
        yield from _stopped_early(one, pod)
    yield from _too_late(pod, ready)


def _held_up(container: Container, answers: Interval) -> Iterator[Contradiction]:
    """The probe that restarts a container before it answers."""
    startup = read_probe(container.value, Probing.STARTUP)
    liveness = read_probe(container.value, Probing.LIVENESS)
    readiness = read_probe(container.value, Probing.READINESS)
    which, probe = (Probing.STARTUP, startup) if startup is not None else (Probing.LIVENESS, liveness)
    if probe is not None:
        yield from _restarted(container, which, probe, answers)
    if startup is not None or liveness is None or readiness is None or liveness.handler != readiness.handler:
        return
    if liveness.handler and liveness.gives_up.lowest < readiness.delay:
        text = (
            f"the liveness probe gives up after {liveness.gives_up.lowest} s, and the readiness probe, which asks the "
            f"same, waits {readiness.delay} s: a container that needs as long is restarted before it is ready, for ever"
        )
        yield Contradiction(container.name, text, (*container.path, Probing.LIVENESS), sure=False)


def _restarted(container: Container, which: Probing, probe: Probe, answers: Interval) -> Iterator[Contradiction]:
    name = "startup probe" if which is Probing.STARTUP else "liveness probe"
    last = probe.gives_up.highest
    path = (*container.path, which)
    if last is not None and answers.lowest > last:
        text = f"answers after {answers}, and the {name} restarts it after {probe.gives_up}: it never comes up"
        yield Contradiction(container.name, text, path)
    elif answers.highest is not None and answers.highest > probe.gives_up.lowest:
        text = f"answers after {answers}, and the {name} may restart it after {probe.gives_up.lowest} s already"
        yield Contradiction(container.name, text, path, sure=False)


def _never_asked(container: Container) -> Iterator[Contradiction]:
    """Probes that ask a port the container does not declare: an error, which counts neither way."""
    for which, follows in _UNASKED.items():
        probe = read_probe(container.value, which)
        if probe is not None and probe.unknown_port:
            text = f"its {which} asks port '{probe.unknown_port}', which the container does not declare: {follows}"
            handler = next(key for key in probe.handler if key in ("httpGet", "tcpSocket"))
            yield Contradiction(container.name, text, (*container.path, which, handler, "port"))


def _stopped_early(container: Container, pod: PodSpec) -> Iterator[Contradiction]:
    grace = grace_period(pod.value)
    hook = takes(container.value, PRE_STOP)
    path = (*container.path, "lifecycle", PRE_STOP)
    if hook is not None and hook.lowest and hook.lowest >= grace:
        text = (
            f"its preStop hook takes {hook.lowest} s of the {grace} s there are to stop: it is given up, and SIGKILL "
            f"follows SIGTERM after {LEAST_AFTER_SIGTERM} s"
        )
        yield Contradiction(container.name, text, path)
    probe = read_probe(container.value, Probing.LIVENESS)
    if probe is not None and probe.grace is not None and hook is not None and hook.lowest > probe.grace:
        text = f"its preStop hook takes {hook.lowest} s, and the liveness probe leaves {probe.grace} s to stop"
        yield Contradiction(container.name, text, (*container.path, Probing.LIVENESS, "terminationGracePeriodSeconds"))


def _too_late(pod: PodSpec, ready: Interval | None) -> Iterator[Contradiction]:
    deadline = fields.integer(pod.value, "activeDeadlineSeconds")
    if deadline is not None and ready is not None and ready.lowest >= deadline:
        text = f"the Pod fails {deadline} s after its start (activeDeadlineSeconds), and is ready after {ready.lowest} s at best"
        yield Contradiction("", text, (*pod.path, "activeDeadlineSeconds"))
