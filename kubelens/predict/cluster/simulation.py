"""A scenario played: once, or many times with other lots and other times within their bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.cel.evaluate import program
from kubelens.cel.steps import Budget
from kubelens.cel.values import CelError, Unmodelled
from kubelens.kube.node import read_node
from kubelens.kube.resource import Resource
from kubelens.predict.apiserver.registry import strategy_of
from kubelens.predict.cluster.actions import LoseNode
from kubelens.predict.cluster.cloud import without_address
from kubelens.predict.cluster.cluster import Cluster
from kubelens.predict.cluster.control_plane import LABELS
from kubelens.predict.cluster.promises import Broken
from kubelens.predict.cluster.scenario import DRAINED, SETTLED, Scenario, Step
from kubelens.predict.cluster.seen import Seen, Viewer, state_data
from kubelens.predict.cluster.starting import QUIET, Start, at_rest, is_settled
from kubelens.predict.controllers.disruption import ACCEPTED
from kubelens.predict.first_names import first_names

_MOST_NAMED: Final = 3
_GATEWAYS: Final = "gateway.networking.k8s.io"
_MOST_TO_DROP: Final = 12
"""Steps of a scenario up to which the shortest counter-example is looked for: each is a run more."""


class Verdict(Struct, frozen=True):
    """A promise, and where it is broken (None: it holds)."""

    promise: str
    broken: Broken | None


class Run(Struct, frozen=True):
    """One playing: the states from the start on, and what became of steps and promises.

    ``taken``: (second, title) of the steps; ``left``: titles of those whose time never came. ``finished``: every step was
    taken and nothing moves any more. ``refused``: (object, why) of requests that the API server refuses; ``held``: (Pod,
    why) of those whose eviction it refuses to the end.
    """

    seed: int
    states: tuple[Seen, ...]
    verdicts: tuple[Verdict, ...]
    taken: tuple[tuple[int, str], ...]
    left: tuple[str, ...]
    finished: bool
    refused: tuple[tuple[str, str], ...]
    held: tuple[tuple[str, str], ...] = ()
    assumed: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether every promise holds."""
        return all(v.broken is None for v in self.verdicts)

    @property
    def first_broken(self) -> str:
        """The promise that is broken soonest, ``""`` where all hold."""
        broken = [v for v in self.verdicts if v.broken is not None]
        return min(broken, key=_broken_at).promise if broken else ""


class Simulation(Struct, frozen=True):
    """All playings of one scenario, and what they take for granted."""

    scenario: Scenario
    runs: tuple[Run, ...]
    assumptions: tuple[str, ...]
    shortest: tuple[str, ...] | None = None
    """Titles of the steps that are enough to break ``shown.first_broken``; None where all are needed."""

    @property
    def holds(self) -> bool:
        """Whether every promise holds in every run."""
        return all(run.holds for run in self.runs)

    @property
    def shown(self) -> Run:
        """The run to look at: the one in which a promise is broken soonest, else the first."""
        broken = [run for run in self.runs if not run.holds]
        return min(broken, key=_soonest) if broken else self.runs[0]


def _soonest(run: Run) -> int:
    return min(v.broken.second for v in run.verdicts if v.broken is not None)


def simulate(
    scenario: Scenario,
    objects: Sequence[Resource],
    nodes: Iterable[Mapping[str, Any]],
    *,
    release: str,
    seed: int = 0,
    runs: int = 1,
    shorten: bool = False,
) -> Simulation:
    """Play a scenario: the first run with kubelets as quick as they can be, the second as slow, others in between.

    ``shorten``: where a promise is broken, find the steps that are enough for it.
    """
    listed = list(nodes)
    played = tuple(
        play(scenario, at_rest(scenario, objects, listed, release=release, seed=seed, number=number), seed + number)
        for number in range(runs)
    )
    assumed = dict.fromkeys(text for run in played for text in run.assumed)
    assumptions = (*_assumptions(runs, scenario, objects, listed), *assumed)
    found = Simulation(scenario, played, assumptions)
    if found.holds or not 1 < len(scenario.steps) <= _MOST_TO_DROP or not shorten:
        return found
    number = next(n for n, run in enumerate(played) if run is found.shown)
    start = Start.of(at_rest(scenario, objects, listed, release=release, seed=seed, number=number))

    def again(steps: tuple[Step, ...]) -> Run:
        return play(replace(scenario, steps=steps), start.cluster(), seed + number)

    left = _needed(scenario.steps, found.shown, again)
    return replace(found, shortest=left if len(left) < len(scenario.steps) else None)


def _needed(steps: tuple[Step, ...], broken: Run, again: Callable[[tuple[Step, ...]], Run]) -> tuple[str, ...]:
    """Steps that are left when one after the other is dropped, as long as the same promise is broken."""
    promise = broken.first_broken
    for step in reversed(steps):
        fewer = tuple(one for one in steps if one is not step)
        run = again(fewer)
        if any(v.broken is not None for v in run.verdicts if v.promise == promise):
            steps = fewer
    return tuple(step.title for step in steps)


def _broken_at(verdict: Verdict) -> int:
    return verdict.broken.second if verdict.broken is not None else 0


def _assumptions(
    runs: int, scenario: Scenario, objects: Sequence[Resource], nodes: Sequence[Mapping[str, Any]]
) -> tuple[str, ...]:
    pace = scenario.pace
    times = (
        "kubelets are as quick as probes and grace periods allow (--runs 2: and as slow)"
        if runs == 1
        else "the first run has the lower bounds of probes and grace periods, the second the upper ones"
    )
    return (
        f"{times}; a Pod's containers run {pace.startup} s after it has its node, a Pod of a Job ends after {pace.job} s",
        f"a tick is {scenario.tick} s: what happens within it happens at once, and nobody looks late (in a cluster a budget's or a "
        "DaemonSet's counts and the message of a Pod that waits may be a moment old)",
        "what a cluster decides by lot (one of equally good nodes, one of Pods that are alike) is drawn from the seed",
        *_about_lost_nodes(scenario),
        *_about_the_cloud(scenario, objects),
        *_about_custom_resources(objects),
        *_about_cron_jobs(scenario, objects),
        *_about_control_plane(nodes),
    )


def _about_lost_nodes(scenario: Scenario) -> Iterator[str]:
    if any(isinstance(action, LoseNode) for step in scenario.steps for action in step.actions):
        yield "that a node is lost is seen at once: a cluster sees it after 50 s (node-monitor-grace-period)"


def _about_the_cloud(scenario: Scenario, objects: Sequence[Resource]) -> Iterator[str]:
    ended = [a.node for step in scenario.steps for a in step.actions if isinstance(a, LoseNode) and a.ended]
    if ended and not scenario.cloud:
        yield (
            f"nobody deletes the Node of a machine that has ended ({first_names(ended, _MOST_NAMED)}), and Pods that are being "
            "deleted there stay: no cloud's controllers act (cluster: {cloud: true})"
        )
    waiting = list(without_address(objects, cloud=scenario.cloud))
    if waiting:
        why = (
            "a cloud leaves a loadBalancerClass to others"
            if scenario.cloud
            else "no controller that gives one is played"
        )
        yield f"the EXTERNAL-IP of {first_names(waiting, _MOST_NAMED)} stays <pending>: {why}"


def _about_custom_resources(objects: Sequence[Resource]) -> Iterator[str]:
    own = [f"{r.kind} {r.namespace}/{r.name}" for r in objects if _is_left_to_an_operator(r)]
    if own:
        named = first_names(own, _MOST_NAMED)
        yield f"nobody acts on {named}: Pods that an operator makes of such objects are not there"


def _is_left_to_an_operator(resource: Resource) -> bool:
    """Whether it is of a kind that only an operator knows."""
    gvk = resource.gvk
    return gvk.group != _GATEWAYS and strategy_of(gvk.group, gvk.version, gvk.kind) is None


def _about_cron_jobs(scenario: Scenario, objects: Sequence[Resource]) -> Iterator[str]:
    if any(resource.kind == "CronJob" for resource in objects):
        yield f"it is {scenario.start:%A %Y-%m-%d %H:%M %Z} at the start: CronJobs run by that while the scenario lasts"


def _about_control_plane(nodes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    members = [node.name for node in map(read_node, nodes) if any(label in node.labels for label in LABELS)]
    if members:
        yield (
            f"each of {', '.join(members[:5])} has a member of etcd, an API server that others reach, and may lead "
            "controllers or scheduler; without a quorum states are the last ones known"
        )


def play(scenario: Scenario, start: Cluster, seed: int) -> Run:
    """Play a scenario's steps on a cluster at rest (``starting``), which is not at rest any more then."""
    return _Stage(scenario, start, seed).run()


class _Stage:
    """The steps of a scenario as they are taken."""

    def __init__(self, scenario: Scenario, cluster: Cluster, seed: int) -> None:
        self._scenario = scenario
        self._cluster = cluster
        self._seed = seed
        self._waiting = list(scenario.steps)
        self._taken: list[tuple[int, str]] = []
        self._told = len(cluster.world.events)
        self._viewer = Viewer(cluster)
        self._states = [self._viewer.see(0)]
        self._unjudged: dict[str, str] = {}
        """Why a condition that a step waits for could not be judged at the last look, by the condition."""
        self._settled: bool | None = None
        """Whether the cluster is settled, None where nobody has asked since the last tick."""

    def run(self) -> Run:
        scenario, cluster = self._scenario, self._cluster
        quiet = second = 0
        while second < scenario.limit and (self._waiting or quiet < QUIET or second < scenario.lasts):
            due = self._due(second)
            second += scenario.tick
            cluster.step([action for step in due for action in step.actions])
            self._settled = None
            self._taken += [(second, step.title) for step in due]
            events = tuple(cluster.world.events[self._told :])
            self._told = len(cluster.world.events)
            self._states.append(self._viewer.see(second, events))
            quiet = (1 if due else quiet + 1) if self._is_settled() else 0
            if self._waiting and quiet > QUIET and not self._comes(second):
                break
        finished = not self._waiting and quiet >= QUIET and not cluster.drains.open
        rest = max(0, quiet - 1) if finished and second > scenario.lasts else 0
        states = tuple(self._states[: len(self._states) - rest])
        return Run(
            self._seed,
            states,
            tuple(Verdict(p.name, p.judge(states, finished=finished)) for p in scenario.promises),
            tuple(self._taken),
            tuple(map(self._named, self._waiting)),
            finished,
            tuple((str(key), why) for key, why in cluster.requests.refused),
            tuple(
                (f"{e.record.key.namespace}/{e.record.key.name}", e.answer.cause or e.answer.message)
                for e in cluster.drains.answers
                if e.answer.code != ACCEPTED
            ),
            (*cluster.templates.assumed(), *cluster.scheduler.assumed, *cluster.world.addresses.assumed),
        )

    def _due(self, second: int) -> list[Step]:
        """The steps to be taken now: each at its time, and not before the one above it."""
        due: list[Step] = []
        while self._waiting and self._is_due(self._waiting[0], second) and not (due and self._waiting[0].when):
            due.append(self._waiting.pop(0))
        return due

    def _is_due(self, step: Step, second: int) -> bool:
        if step.when == SETTLED:
            return self._is_settled()
        if step.when == DRAINED:
            return not self._cluster.drains.open
        if step.when:
            try:
                data = state_data(self._cluster, second)
                value = program(step.when).evaluate(data, Budget())
            except (CelError, Unmodelled) as error:
                self._unjudged[step.when] = str(error)
                return False
            self._unjudged.pop(step.when, None)
            if not isinstance(value, bool):
                self._unjudged[step.when] = f"it is {value}, neither true nor false"
            return value is True
        return second >= (step.at or 0)

    def _named(self, step: Step) -> str:
        """A step that was not taken, and why its condition could not be judged where that is so."""
        why = self._unjudged.get(step.when)
        return f"{step.title} (when {step.when}: {why})" if why else step.title

    def _is_settled(self) -> bool:
        if self._settled is None:
            self._settled = is_settled(self._cluster)
        return self._settled

    def _comes(self, second: int) -> bool:
        """Whether the next step will be taken although nothing moves: its time is yet to come."""
        step = self._waiting[0]
        return (not step.when and second < (step.at or 0)) or self._is_due(step, second)
