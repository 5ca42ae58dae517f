"""Sweeps: one bundle played through many what-ifs of a kind, each a task of its own, here or on a Dask cluster."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import combinations, permutations
from math import comb, factorial
from random import Random
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.engine.tasks import LOCAL, in_order
from kubelens.kube.node import read_node
from kubelens.kube.resource import Resource
from kubelens.predict.cluster.actions import Drain, FindNode, LoseNode, Uncordon
from kubelens.predict.cluster.scenario import DRAINED, SETTLED, Scenario, Step
from kubelens.predict.cluster.simulation import Run, Verdict, play
from kubelens.predict.cluster.starting import Start, at_rest
from kubelens.predict.cluster.world import TooMuch

_AWAY: Final = 900
_TOGETHER: Final = 50
"""Cases of one task at most: bringing a large cluster to rest takes as long as playing one of them."""


class Batch(Struct, frozen=True):
    """What-ifs that begin with the same cluster at rest, and everything that playing them takes.

    ``cases``: a title and a scenario each, alike but for their steps.
    """

    cases: tuple[tuple[str, Scenario], ...]
    objects: tuple[Resource, ...]
    nodes: tuple[Mapping[str, Any], ...]
    release: str
    seed: int
    runs: int


class BrokenPromise(Struct, frozen=True):
    """A promise that some run of a case breaks: how many of the runs do not, and the soonest break."""

    promise: str
    holding: int
    second: int
    seed: int
    why: str


class Outcome(Struct, frozen=True):
    """How a case went.

    ``seconds``: until it came to rest, in the slowest run. ``lowest``: the Service that lost the largest share of its ready
    endpoints, how many were left, and how many it had; None where there is no Service. ``waiting``: the most Pods that were
    without a node at one time.
    """

    title: str
    broken: tuple[BrokenPromise, ...]
    seconds: int
    finished: bool
    lowest: tuple[str, int, int] | None
    waiting: int

    @property
    def badness(self) -> tuple[float, ...]:
        """The larger, the worse: broken promises, the soonest break, endpoints lost, Pods without a node, time."""
        soonest = min((one.second for one in self.broken), default=0)
        left = self.lowest[1] / self.lowest[2] if self.lowest is not None else 1
        return (len(self.broken), -soonest, 1 - left, self.waiting, self.seconds)


class Unplayed(Struct, frozen=True):
    """A case that could not be played, and why."""

    title: str
    why: str


class Sweep(Struct, frozen=True):
    """What-ifs of one kind: ``cases`` are titles and steps, ``total`` how many there would be without a bound."""

    cases: tuple[tuple[str, tuple[Step, ...]], ...]
    total: int


def _losing(names: Sequence[str]) -> tuple[Step, ...]:
    title = f"{' and '.join(names)} lost"
    return (
        Step(title, tuple(LoseNode(name) for name in names), at=0),
        Step(f"{' and '.join(names)} back", tuple(FindNode(name) for name in names), at=_AWAY),
    )


def lose_node(nodes: Sequence[str], most: int, seed: int) -> Sweep:
    """Each node, one at a time."""
    chosen = _some([(name,) for name in nodes], most, seed)
    return Sweep(tuple((name, _losing((name,))) for (name,) in chosen), len(nodes))


def lose_two_nodes(nodes: Sequence[str], most: int, seed: int) -> Sweep:
    """Each pair of nodes, at the same time."""
    chosen = _some(list(combinations(nodes, 2)), most, seed)
    return Sweep(tuple((f"{a} and {b}", _losing((a, b))) for a, b in chosen), comb(len(nodes), 2))


def drain_orders(nodes: Sequence[str], most: int, seed: int) -> Sweep:
    """Every node drained and given back, in each order; drawn from the seed where there are more than ``most``."""
    total = factorial(len(nodes))
    if total <= most:
        orders: Iterable[tuple[str, ...]] = permutations(nodes)
    else:
        random = Random(seed)  # noqa: S311 - a simulation, nothing secret
        drawn: dict[tuple[str, ...], None] = {}
        while len(drawn) < most:
            drawn[tuple(random.sample(nodes, len(nodes)))] = None
        orders = drawn
    return Sweep(tuple((", ".join(order), tuple(_draining(order))) for order in orders), total)


def _draining(order: Sequence[str]) -> Iterator[Step]:
    for name in order:
        yield Step(f"drain {name}", (Drain(name),), when=SETTLED)
        yield Step(f"uncordon {name}", (Uncordon(name),), when=DRAINED)


def _some(all_: list[tuple[str, ...]], most: int, seed: int) -> list[tuple[str, ...]]:
    if len(all_) <= most:
        return all_
    chosen = set(Random(seed).sample(range(len(all_)), most))  # noqa: S311 - as above
    return [one for number, one in enumerate(all_) if number in chosen]


SWEEPS: Final[Mapping[str, Callable[[Sequence[str], int, int], Sweep]]] = {
    "lose-node": lose_node,
    "lose-two-nodes": lose_two_nodes,
    "drain-orders": drain_orders,
}


def batches_of(
    sweep: Sweep,
    scenario: Scenario,
    objects: Sequence[Resource],
    nodes: Sequence[Mapping[str, Any]],
    *,
    release: str,
    seed: int,
    runs: int,
    workers: int = 1,
) -> Iterator[Batch]:
    """The cases as tasks for some workers. A scenario's own steps go on beside a loss or a drain, by their times."""
    size = min(_TOGETHER, max(1, len(sweep.cases) // (2 * workers)))
    for first in range(0, len(sweep.cases), size):
        cases = tuple((title, _with(scenario, steps)) for title, steps in sweep.cases[first : first + size])
        yield Batch(cases, tuple(objects), tuple(nodes), release, seed, runs)


def _with(scenario: Scenario, steps: tuple[Step, ...]) -> Scenario:
    timed = sorted((s for s in (*scenario.steps, *steps) if not s.when), key=lambda s: s.at or 0)
    waiting = [s for s in (*scenario.steps, *steps) if s.when]
    return replace(scenario, steps=(*timed, *waiting), limit=max(scenario.limit, 1200 * len(steps)))


def node_names(nodes: Iterable[Mapping[str, Any]]) -> list[str]:
    """What nodes are called."""
    return [read_node(node).name for node in nodes]


def play_batch(batch: Batch) -> tuple[Outcome | Unplayed, ...]:
    """Play each case of a batch; the cluster they begin with is brought to rest once for each run."""
    seen: list[list[_Seen]] = [[] for _ in batch.cases]
    faults: dict[int, str] = {}
    for number in range(batch.runs):
        try:
            begun = batch.cases[0][1]
            start = Start.of(
                at_rest(begun, batch.objects, batch.nodes, release=batch.release, seed=batch.seed, number=number)
            )
        except TooMuch as error:
            return tuple(Unplayed(title, f"not played to the end: {error}") for title, _ in batch.cases)
        with _clearing() as clear:
            for case, (_, scenario) in enumerate(batch.cases):
                try:
                    if case not in faults:
                        seen[case].append(_seen(play(scenario, start.cluster(), batch.seed + number)))
                except TooMuch as error:
                    faults[case] = f"not played to the end: {error}"
                clear()
    return tuple(
        Unplayed(title, faults[case]) if case in faults else _outcome(title, seen[case])
        for case, (title, _) in enumerate(batch.cases)
    )


@contextmanager
def _clearing() -> Iterator[Callable[[], object]]:
    """What takes away the cluster that a case leaves behind: its parts know each other.

    What was there before is not looked at meanwhile, which would take as long as playing a case.
    """
    collecting = gc.isenabled()
    gc.disable()
    gc.collect()
    gc.freeze()
    try:
        yield gc.collect
    finally:
        gc.unfreeze()
        if collecting:
            gc.enable()


class _Seen(Struct, frozen=True):
    """What is kept of a run of a case."""

    seed: int
    verdicts: tuple[Verdict, ...]
    seconds: int
    finished: bool
    lowest: tuple[str, int, int] | None
    waiting: int


def _seen(run: Run) -> _Seen:
    pods = {id(state.data["pods"]): state.data["pods"] for state in run.states}
    waiting = max(sum(pod["state"] == "pending" for pod in some) for some in pods.values())
    return _Seen(run.seed, run.verdicts, run.states[-1].second, run.finished, _lowest(run), waiting)


def _outcome(title: str, runs: Sequence[_Seen]) -> Outcome:
    return Outcome(
        title,
        tuple(_broken(runs)),
        max(run.seconds for run in runs),
        all(run.finished for run in runs),
        min((run.lowest for run in runs if run.lowest is not None), key=_left, default=None),
        max(run.waiting for run in runs),
    )


def _broken(runs: Sequence[_Seen]) -> Iterator[BrokenPromise]:
    for number, verdict in enumerate(runs[0].verdicts):
        breaks = [(run.verdicts[number].broken, run.seed) for run in runs]
        found = sorted((b.second, seed, b.why) for b, seed in breaks if b is not None)
        if found:
            second, seed, why = found[0]
            yield BrokenPromise(verdict.promise, len(breaks) - len(found), second, seed, why)


def _lowest(run: Run) -> tuple[str, int, int] | None:
    lows = []
    for name, first in run.states[0].data["services"].items():
        if first["ready"]:
            counts = [seen.data["services"].get(name, {"ready": 0})["ready"] for seen in run.states]
            lows.append((name, min(counts), first["ready"]))
    return min(lows, key=_left, default=None)


def _left(low: tuple[str, int, int]) -> float:
    return low[1] / low[2]


def played(batches: Iterable[Batch], *, on: str = LOCAL, jobs: int = 1) -> Iterator[Outcome | Unplayed]:
    """Every case, in order.

    Raises:
        NoWorkers: ``on`` cannot be reached.
    """
    listed = list(batches)
    for done in in_order(play_batch, iter(listed), on=on, jobs=jobs):
        if done.answer is not None:
            yield from done.answer
        else:
            yield from (Unplayed(title, done.failure) for title, _ in listed[done.number].cases)
