"""``LifecycleOf``: a Pod's life on a time line, from its node to its end, as intervals."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.kube import fields
from kubelens.kube.pod import Container, Path, PodSpec, read_pod_spec
from kubelens.kube.resource import Resource
from kubelens.kube.workload import read_workload
from kubelens.predict.api import Ask, Assumption, Prediction, Reason
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.homeless import taken_to_run
from kubelens.predict.chain.let_in import taken_to_let_in
from kubelens.predict.kubelet.contradictions import Contradiction, contradictions
from kubelens.predict.kubelet.hooks import POST_START, takes
from kubelens.predict.kubelet.interval import INSTANT, Interval, exactly
from kubelens.predict.kubelet.last_requests import LastRequestsOf
from kubelens.predict.kubelet.moment import Happening, Moment
from kubelens.predict.kubelet.never_ready import NeverStarts
from kubelens.predict.kubelet.probes import Probing, read_probe
from kubelens.predict.kubelet.restarts import (
    JobRetries,
    Policy,
    Restarting,
    read_job_retries,
    read_restarting,
    waits,
)
from kubelens.predict.kubelet.start_order import Given, start_up
from kubelens.predict.kubelet.termination import Stop, grace_period, stop

_SHOWN_RESTARTS: Final = 8
_PROGRESS_DEADLINE: Final = 600
Times = tuple[tuple[str, Interval], ...]
"""By container, ``*`` for all others."""


class GivenUp(Struct, frozen=True):
    """A container that never answers a probe: ``at`` counts from its start, ``grace`` is what it has to stop then.

    ``path`` leads to the probe from the object that holds the Pod.
    """

    container: str
    probe: Probing
    at: Interval
    grace: int
    path: Path = ()


class ContainerRestarts(Struct, frozen=True):
    """How one container is started again; ``starts``: seconds from its first start if it ends at once each time."""

    container: str
    role: str
    restarting: Restarting
    starts: tuple[int, ...]


class Lifecycle(Struct, frozen=True):
    """A Pod's life. ``start`` counts from the Pod having its node, ``stop`` from its deletion; ``ready`` is None
    where it never is.

    ``refusal``: why there is no Pod. ``job``: how its Job goes on after failed Pods.
    """

    refusal: str = ""
    restart_policy: Policy = Policy.ALWAYS
    start: tuple[Moment, ...] = ()
    ready: Interval | None = None
    given_up: tuple[GivenUp, ...] = ()
    restarts: tuple[ContainerRestarts, ...] = ()
    stop: Stop = Stop(0, (), INSTANT)
    job: JobRetries | None = None
    contradictions: tuple[Contradiction, ...] = ()


class LifecycleOf(Struct, frozen=True):
    """How does a Pod of ``resource`` come up, fail and stop?

    ``pulls``, ``answers`` and ``runs`` give what manifests do not say, by container: until its image is there, from its start
    until it answers its probes, and how long an init container runs.
    """

    resource: Resource
    pulls: Times = ()
    answers: Times = ()
    runs: Times = ()

    def answer(self, ask: Ask) -> Prediction[Lifecycle]:
        """The Pod as the API server lets it in; what is not given is taken to need no time, and said."""
        admitted = ask(Admitted(self.resource)).answer
        workload = read_workload(self.resource)
        if admitted.pod is None or workload is None:
            refusal = admitted.refusal or f"{self.resource.key} brings no Pods"
            return Prediction(Lifecycle(refusal), (Reason(refusal, self.resource.place),))
        pod = read_pod_spec(
            admitted.pod["spec"], admitted.pod["metadata"], workload.pod.path, workload.pod.metadata_path
        )
        given = Given(dict(self.pulls), dict(self.answers), dict(self.runs))
        up = start_up(pod, given)
        moments = [*up.moments, *_afterwards(self.resource, pod, up.ready)]
        never = ask(NeverStarts(self.resource)).answer
        lifecycle = Lifecycle(
            "",
            Policy(pod.restart_policy) if pod.restart_policy in set(Policy) else Policy.ALWAYS,
            tuple(moments) if not never else (),
            up.ready if not never else None,
            tuple(_given_up(pod)),
            tuple(_restarts(one, pod) for one in pod.containers if one.role != "ephemeral"),
            _leaving(stop(pod, grace_period(pod.value)), ask(LastRequestsOf(self.resource)).answer),
            _job(self.resource),
            (*_held_back(never), *contradictions(pod, given, up.ready), *_reported_late(self.resource, up.ready)),
        )
        taken = (
            *taken_to_run(ask, self.resource),
            *map(Assumption, self._assumptions(pod)),
            *taken_to_let_in(ask, [self.resource]),
        )
        return Prediction(lifecycle, (), taken)

    def _assumptions(self, pod: PodSpec) -> Iterator[str]:
        app = [one for one in pod.containers if one.runs_throughout]
        if not self.pulls:
            yield "images are there already (--pull 20, --pull web=5..40)"
        if not self.answers and any(read_probe(one.value, which) for one in app for which in Probing):
            yield "containers answer their probes as soon as they run (--starts-in 15, --starts-in web=10..30)"
        if not self.runs and any(one.role == "init" for one in pod.containers):
            yield "init containers end at once, and succeed (--runs 30, --runs migrate=5..60)"
        hooks = [one.name for one in pod.containers if _is_open(one)]
        if hooks:
            yield f"the postStart hook of {', '.join(hooks)} ends at once: how long it takes is not known"
        if fields.items(pod.value, "readinessGates"):
            yield "the conditions of its readinessGates are true: something else sets them"
        yield "the kubelet has run for longer than a probe's period: else a probe waits for up to one period more"


def _is_open(container: Container) -> bool:
    time = takes(container.value, POST_START)
    return time is not None and time.highest is None


def _afterwards(resource: Resource, pod: PodSpec, ready: Interval | None) -> Iterator[Moment]:
    seconds = fields.integer(resource.spec, "minReadySeconds")
    if seconds and ready is not None:
        yield Moment(ready + exactly(seconds), Happening.AVAILABLE, note=f"minReadySeconds {seconds}")
    deadline = fields.integer(pod.value, "activeDeadlineSeconds")
    if deadline is not None:
        yield Moment(exactly(deadline), Happening.DEADLINE, note="activeDeadlineSeconds of the Pod")


def _held_back(never: str) -> Iterator[Contradiction]:
    """A Pod whose containers are never all started: it has no start to tell of."""
    if never:
        yield Contradiction("", f"{never}: it never starts", ())


def _reported_late(resource: Resource, ready: Interval | None) -> Iterator[Contradiction]:
    """A Deployment whose Pods come up after it has given them up (``DeploymentTimedOut``)."""
    if resource.kind != "Deployment" or ready is None:
        return
    deadline = fields.integer(resource.spec, "progressDeadlineSeconds")
    deadline = _PROGRESS_DEADLINE if deadline is None else deadline
    available = ready.lowest + (fields.integer(resource.spec, "minReadySeconds") or 0)
    if available >= deadline:
        text = f"the Deployment reports ProgressDeadlineExceeded after {deadline} s, and a Pod is available after {available} s at best"
        yield Contradiction("", text, ("spec", "progressDeadlineSeconds"))


def _leaving(stopping: Stop, services: tuple[str, ...]) -> Stop:
    """Where nothing keeps SIGTERM back, requests that still come are part of the answer."""
    if not services:
        return stopping
    named = f"{', '.join(services)}; requests go on for a moment, until every node and balancer has heard"
    return replace(stopping, moments=(Moment(INSTANT, Happening.LEAVES, note=named), *stopping.moments))


def _given_up(pod: PodSpec) -> Iterator[GivenUp]:
    """The startup probe acts where there is one: a liveness probe is not asked before it has succeeded (``worker.go``)."""
    for one in pod.containers:
        if not one.runs_throughout:
            continue
        which = Probing.STARTUP if read_probe(one.value, Probing.STARTUP) is not None else Probing.LIVENESS
        probe = read_probe(one.value, which)
        if probe is not None and not probe.unknown_port:
            grace = grace_period(pod.value) if probe.grace is None else probe.grace
            yield GivenUp(one.name, which, probe.gives_up, grace, (*one.path, which))


def _restarts(container: Container, pod: PodSpec) -> ContainerRestarts:
    restarting = read_restarting(container, pod.restart_policy)
    again = restarting.after(1) != "stays"
    starts = tuple(accumulate(waits(_SHOWN_RESTARTS))) if again else ()
    return ContainerRestarts(container.name, container.role, restarting, starts)


def _job(resource: Resource) -> JobRetries | None:
    if resource.kind == "Job":
        return read_job_retries(resource.spec)
    if resource.kind == "CronJob":
        return read_job_retries(fields.mapping(fields.mapping(resource.spec, "jobTemplate"), "spec"))
    return None
