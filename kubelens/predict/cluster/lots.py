"""What a cluster decides by lot: which of equally good nodes, which of Pods that are alike."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Protocol, TypeVar

from kubelens.predict.cluster.records import PodRecord
from kubelens.predict.scheduler.default_preemption import Candidate
from kubelens.predict.store.objects import ObjectKey
from kubelens.predict.store.pod import Pod

P = TypeVar("P", bound=Pod)


class Lots(Protocol):
    """Where upstream leaves it to chance, to the order of a map, or to who is first."""

    def node(self, owner: ObjectKey | None, pod: Pod, best: Sequence[str]) -> str:
        """One of equally good nodes for a Pod (scheduler, selectHost)."""

    def candidate(self, owner: ObjectKey | None, pod: Pod, candidates: Sequence[Candidate]) -> Candidate:
        """One of the nodes whose victims are equally cheap (scheduler, pickOneNodeForPreemption)."""

    def kept(self, record: PodRecord) -> float:
        """Which of equally important Pods preemption keeps: those of a lower number (scheduler, order of the cache)."""

    def pods(self, owner: ObjectKey, alike: Sequence[P], count: int) -> list[P]:
        """``count`` Pods of one owner that are alike but for their age (controller, ActivePodsWithRanks; daemon)."""

    def order(self, owner: ObjectKey, numbers: Sequence[int]) -> list[int]:
        """In which order requests for Pods of one owner come that are sent at one time (slowStartBatch)."""

    def leader(self, nodes: Sequence[str]) -> str:
        """Which of the control plane's nodes holds a lease: who asked first (client-go, leaderelection)."""


class SeededLots:
    """Lots drawn from a seed: the same seed, the same run. Of equally good nodes the one with the fewest Pods."""

    def __init__(self, seed: int = 0) -> None:
        self._random = Random(seed)  # noqa: S311 - a simulation, nothing secret

    def node(self, owner: ObjectKey | None, pod: Pod, best: Sequence[str]) -> str:
        """Any of them."""
        return best[0] if len(best) == 1 else self._random.choice(best)

    def candidate(self, owner: ObjectKey | None, pod: Pod, candidates: Sequence[Candidate]) -> Candidate:
        """Any of them."""
        return candidates[0] if len(candidates) == 1 else self._random.choice(candidates)

    def kept(self, record: PodRecord) -> float:
        """Any of them."""
        return self._random.random()

    def pods(self, owner: ObjectKey, alike: Sequence[P], count: int) -> list[P]:
        """Younger ones first within steps that double (controller, logarithmicRankDiff), else any."""
        shuffled = self._random.sample(alike, len(alike))
        return sorted(shuffled, key=lambda p: p.age.bit_length())[:count]

    def order(self, owner: ObjectKey, numbers: Sequence[int]) -> list[int]:
        """Any."""
        return self._random.sample(numbers, len(numbers))

    def leader(self, nodes: Sequence[str]) -> str:
        """Any of them."""
        return self._random.choice(nodes)
