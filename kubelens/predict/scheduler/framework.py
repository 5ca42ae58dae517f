"""What plugins say, and how their answers are put together (scheduler, ``framework/runtime`` and ``schedule_one.go``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

if TYPE_CHECKING:
    from kubelens.predict.scheduler.pod_info import PodInfo
    from kubelens.predict.scheduler.state import ClusterState, NodeInfo


class Status(Struct, frozen=True):
    """Why a node does not fit. ``resolvable``: whether taking Pods away from it could help.

    ``fatal``: an error that ends the whole cycle, its text the only reason.
    """

    reasons: tuple[str, ...]
    resolvable: bool
    plugin: str = ""
    fatal: bool = False


class PreFilterResult(Struct, frozen=True):
    """What a plugin prepares: data for its filter, the only nodes that count, or a refusal of the whole Pod."""

    data: Any = None
    nodes: frozenset[str] | None = None
    refusal: Status | None = None
    skip: bool = False


SKIP = PreFilterResult(skip=True)


class ScoreResult(Struct, frozen=True):
    """Normalised scores (0 to 100) by node; an ``error`` fails the whole cycle."""

    scores: Mapping[str, int] = field(default_factory=dict)
    error: str = ""


PreFilter = Callable[["PodInfo", "ClusterState"], PreFilterResult]
Filter = Callable[["PodInfo", "NodeInfo", Any], "Status | None"]
Score = Callable[["PodInfo", "list[NodeInfo]", "ClusterState"], "ScoreResult | None"]


class Plugin(Struct, frozen=True):
    """One behaviour under its upstream name; parts it does not have are None."""

    name: str
    prefilter: PreFilter | None = None
    filter: Filter | None = None
    score: Score | None = None
    weight: int = 0


def refused(reason: str, *, resolvable: bool) -> Status:
    """A status with one reason."""
    return Status((reason,), resolvable)


def scaled(raw: Mapping[str, int], *, reverse: bool = False) -> dict[str, int]:
    """``DefaultNormalizeScore``: to 0..100 by the highest; reversed where fewer is better."""
    highest = max(raw.values(), default=0)
    if highest == 0:
        return dict.fromkeys(raw, 100) if reverse else dict(raw)
    return {name: 100 - 100 * value // highest if reverse else 100 * value // highest for name, value in raw.items()}
