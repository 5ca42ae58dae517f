"""What is to happen to a cluster, when, and what has to hold meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from msgspec import Struct, field

from kubelens.predict.cluster.actions import Action
from kubelens.predict.cluster.pace import Times
from kubelens.predict.cluster.promises import Promise

SETTLED: Final = "settled"
DRAINED: Final = "drained"
MONDAY: Final = datetime(2026, 1, 5, tzinfo=UTC)
"""The start of a week that no clocks are changed in: when scenarios begin that name no time."""


class Step(Struct, frozen=True):
    """Something that happens: ``at`` seconds after the start, or as soon as ``when`` holds, after the step before it.

    ``when`` is ``settled`` (no Pod is on its way), ``drained`` (every drain is done) or a CEL condition over the state.
    """

    title: str
    actions: tuple[Action, ...]
    at: int | None = None
    when: str = ""


class Scenario(Struct, frozen=True):
    """Steps in order, and promises.

    ``tick`` and ``limit`` in seconds: how long a tick is, and after how long it is cut; ``lasts``: how long it is played at
    least. ``start``: the time of day at second 0, by which CronJobs go. ``pace``: kubelets' times that are taken for granted.
    ``most_work``: how many Pods and nodes are looked at in all ticks together, 0 for what is played at most.
    ``cloud``: whether the cluster is one of a cloud, whose controllers act too.
    """

    name: str
    steps: tuple[Step, ...]
    promises: tuple[Promise, ...] = ()
    says: str = ""
    tick: int = 10
    limit: int = 3600
    lasts: int = 0
    start: datetime = MONDAY
    pace: Times = field(default_factory=Times)
    most_work: int = 0
    cloud: bool = False
