"""Pods of equal specs, and what they ask of nodes whatever Pods stand there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from kubelens.predict.scheduler.array_counts import Counter, DomainCounts
from kubelens.predict.scheduler.pod_info import AffinityTerm, PodInfo, SpreadConstraint

if TYPE_CHECKING:
    from kubelens.predict.scheduler.columns import Bools, Indexes, Ints


class CarriedTerm(Struct, eq=False):
    """A term that some Pods carry about others, and how many of these Pods stand where.

    ``weight``: what it adds to a node's score near them; None where it keeps the others away.
    """

    owner: PodInfo
    term: AffinityTerm
    weight: int | None
    near: DomainCounts


class HardSpread(Struct, eq=False):
    """A spread constraint that filters: the Pods it counts, the domains that count, whether the Pod itself is one."""

    constraint: SpreadConstraint
    counts: DomainCounts
    present: Indexes
    own: bool


class SoftSpread(Struct, eq=False):
    """A spread constraint that scores; ``counts`` is None where it counts each node by itself."""

    constraint: SpreadConstraint
    counter: Counter
    counts: DomainCounts | None
    labelled: Bools | None
    """The nodes with its label, None where all have it."""


class Prepared(Struct, eq=False):
    """What a class of Pods asks of nodes whatever Pods stand there."""

    allowed: Bools
    taints: Ints | None
    preferred: Ints | None
    images: Ints
    hard: list[HardSpread]
    soft: list[SoftSpread]
    unspread: Bools | None
    """The nodes that the Pod's own soft constraints do not count, None where there are none."""
    affinity: list[DomainCounts]
    keyed: Bools
    self_affine: bool
    anti: list[DomainCounts]
    wishes: list[tuple[DomainCounts, int]]


class Standing(Struct, eq=False):
    """What a class finds on each node after the first ``seen`` placements: whether there is room, and what room scores."""

    fits: Bools
    scores: Ints
    seen: int = 0


class Feasible(Struct, eq=False):
    """What follows from which nodes are feasible alone, kept as long as they stay the same."""

    mask: bytes
    count: int
    scores: Ints | int
    """Of tolerated taints and preferred nodes."""
    counted: Indexes | None
    """The nodes that soft constraints count, None where these are all nodes."""
    weights: list[float]
    """Of each soft constraint."""


class Crowd(Struct, eq=False):
    """Placed Pods that are one to all others: of one namespace, with the same labels and terms about others."""

    example: PodInfo
    placed: Ints
    carried: list[CarriedTerm]
    counters: list[Counter] = field(default_factory=list)


class PodClass(Struct, eq=False):
    """Waiting Pods of one spec: an example, and what is the same for all of them."""

    example: PodInfo
    supported: bool
    crowd: Crowd
    about: list[CarriedTerm] = field(default_factory=list)
    """The terms of others that are about it."""
    prepared: Prepared | None = None
    standing: Standing | None = None
    feasible: Feasible | None = None
