"""Sweeps: one bundle played through many what-ifs of a kind, each a task of its own, here or on a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, islice, permutations
from math import comb, factorial
from random import Random
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.engine.tasks import LOCAL, Done, in_order
from kubelens.kube.node import read_node
from kubelens.kube.resource import Resource
from kubelens.predict.cluster.actions import Drain, FindNode, LoseNode, Uncordon
from kubelens.predict.cluster.scenario import DRAINED, SETTLED, Scenario, Step
from kubelens.predict.cluster.simulation import Run, Simulation, simulate

_AWAY: Final = 900


class Case(Struct, frozen=True):
    """One what-if: everything that playing it takes."""

    title: str
    scenario: Scenario
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


def cases_of(
    sweep: Sweep,
    scenario: Scenario,
    objects: Sequence[Resource],
    nodes: Sequence[Mapping[str, Any]],
    *,
    release: str,
    seed: int,
    runs: int,
) -> Iterator[Case]:
    """The cases as tasks. A loss or a drain begins with the scenario's own steps, which go on beside it by their times."""
    for title, steps in sweep.cases:
        timed = sorted((s for s in (*scenario.steps, *steps) if not s.when), key=lambda s: s.at or 0)
        waiting = [s for s in (*scenario.steps, *steps) if s.when]
        limit = max(scenario.limit, 1200 * len(steps))
        played = replace(scenario, steps=(*timed, *waiting), limit=limit)
        yield Case(title, played, tuple(objects), tuple(nodes), release, seed, runs)


def node_names(nodes: Iterable[Mapping[str, Any]]) -> list[str]:
    """What nodes are called."""
    return [read_node(node).name for node in nodes]


def play_case(case: Case) -> Outcome:
    """Play one case."""
    found = simulate(case.scenario, case.objects, case.nodes, release=case.release, seed=case.seed, runs=case.runs)
    lowest = min((low for run in found.runs if (low := _lowest(run)) is not None), key=_left, default=None)
    return Outcome(
        case.title,
        tuple(_broken(found)),
        max(run.states[-1].second for run in found.runs),
        all(run.finished for run in found.runs),
        lowest,
        max(sum(p["state"] == "pending" for p in seen.data["pods"]) for run in found.runs for seen in run.states),
    )


def _broken(simulation: Simulation) -> Iterator[BrokenPromise]:
    for number, promise in enumerate(simulation.scenario.promises):
        breaks = [(run.verdicts[number].broken, run.seed) for run in simulation.runs]
        found = sorted((b.second, seed, b.why) for b, seed in breaks if b is not None)
        if found:
            second, seed, why = found[0]
            yield BrokenPromise(promise.name, len(breaks) - len(found), second, seed, why)


def _lowest(run: Run) -> tuple[str, int, int] | None:
    lows = []
    for name, first in run.states[0].data["services"].items():
        if first["ready"]:
            counts = [seen.data["services"].get(name, {"ready": 0})["ready"] for seen in run.states]
            lows.append((name, min(counts), first["ready"]))
    return min(lows, key=_left, default=None)


def _left(low: tuple[str, int, int]) -> float:
    return low[1] / low[2]


def played(cases: Iterable[Case], *, on: str = LOCAL, jobs: int = 1) -> Iterator[Done[Outcome]]:
    """Every case, in order.

    Raises:
        NoWorkers: ``on`` cannot be reached.
    """
    return in_order(play_case, islice(cases, None), on=on, jobs=jobs)
