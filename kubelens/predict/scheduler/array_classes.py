"""Pods of equal specs, and what they ask of nodes whatever Pods stand there."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct, field

from kubelens.predict.scheduler.array_scores import Bools, Ints
from kubelens.predict.scheduler.pod_info import PodInfo, SpreadConstraint


class Counter(Struct):
    """How many placed Pods on each node satisfy a predicate."""

    matches: Callable[[PodInfo], bool]
    counts: Ints


class PodClass(Struct):
    """Pods of one spec: an example, how many stand on each node, and what is the same for all of them."""

    example: PodInfo
    placed: Ints
    counters: list[Counter] = field(default_factory=list)
    seen: int = 0
    prepared: Prepared | None = None


class Prepared(Struct):
    """What a class of Pods asks of nodes whatever Pods stand there."""

    allowed: Bools
    taints: Ints
    preferred: Ints | None
    images: Ints
    hard: list[tuple[SpreadConstraint, Counter, Ints, Bools, bool]]
    soft: list[tuple[SpreadConstraint, Counter, Ints, Bools]]
    own_spread: bool
    affinity: list[tuple[str, Counter]]
    self_affine: bool
    anti: list[tuple[str, Counter]]
    wishes: list[tuple[str, Counter, int]]
