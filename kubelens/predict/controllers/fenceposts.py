"""What ``maxSurge`` and ``maxUnavailable`` come to, and the Deployment controller's other arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct, field

from kubelens.kube.int_or_percent import IntOrPercent, read_int_or_percent
from kubelens.predict.api import Ask, Prediction

DEFAULT_FENCEPOST: Final = IntOrPercent(25, is_percent=True)
ROLLING_UPDATE: Final = "RollingUpdate"
RECREATE: Final = "Recreate"


class FencepostError(ValueError):
    """A maxSurge or maxUnavailable that is neither a count nor a percentage."""


def resolve_fenceposts(surge: IntOrPercent | None, unavailable: IntOrPercent | None, desired: int) -> tuple[int, int]:
    """(surge, unavailable) as Pods: one rounds up, the other down, never both zero (deployment, ResolveFenceposts)."""
    up = surge.of(desired, round_up=True) if surge is not None else 0
    down = unavailable.of(desired, round_up=False) if unavailable is not None else 0
    if up == 0 and down == 0:
        down = 1
    return up, down


def read_fencepost(value: object) -> IntOrPercent:
    """A fencepost as written.

    Raises:
        FencepostError: it is neither a count nor a percentage.
    """
    read = read_int_or_percent(value)
    if read is None:
        raise FencepostError(f"{value!r} is neither a count nor a percentage")
    return read


class Strategy(Struct, frozen=True):
    """A Deployment's strategy with its defaults: RollingUpdate, 25 % and 25 %."""

    type: str = ROLLING_UPDATE
    surge: IntOrPercent = DEFAULT_FENCEPOST
    unavailable: IntOrPercent = DEFAULT_FENCEPOST

    @property
    def rolling(self) -> bool:
        """Whether Pods are replaced step by step."""
        return self.type == ROLLING_UPDATE

    def max_surge(self, replicas: int) -> int:
        """Pods above ``replicas``; 0 for Recreate (deployment, MaxSurge)."""
        return resolve_fenceposts(self.surge, self.unavailable, replicas)[0] if self.rolling else 0

    def max_unavailable(self, replicas: int) -> int:
        """Pods below ``replicas``, at most all of them; 0 for Recreate (deployment, MaxUnavailable)."""
        if not self.rolling or replicas == 0:
            return 0
        return min(resolve_fenceposts(self.surge, self.unavailable, replicas)[1], replicas)


def read_strategy(spec: Mapping[str, Any]) -> Strategy:
    """``spec.strategy`` of a Deployment; what cannot be read counts as not written."""
    strategy = spec.get("strategy")
    strategy = strategy if isinstance(strategy, dict) else {}
    kind = strategy.get("type") or ROLLING_UPDATE
    rolling = strategy.get("rollingUpdate")
    rolling = rolling if isinstance(rolling, dict) else {}
    surge = read_int_or_percent(rolling.get("maxSurge"))
    unavailable = read_int_or_percent(rolling.get("maxUnavailable"))
    return Strategy(
        kind if isinstance(kind, str) else ROLLING_UPDATE,
        DEFAULT_FENCEPOST if surge is None else surge,
        DEFAULT_FENCEPOST if unavailable is None else unavailable,
    )


def new_size(rolling: bool, surge: int, desired: int, total: int, new: int) -> int:
    """The new ReplicaSet's next size: up to ``desired`` within ``desired + surge`` (deployment, NewRSNewReplicas)."""
    if not rolling:
        return desired
    if total >= desired + surge:
        return new
    return new + min(desired + surge - total, desired - new)


def round_half_away(numerator: int, denominator: int) -> int:
    """A quotient of non-negative numbers rounded to the nearest whole number, halves up."""
    return (2 * numerator + denominator) // (2 * denominator)


def proportion(size: int, desired: int, surge: int, max_before: int, to_add: int, added: int) -> int:
    """A ReplicaSet's share of a scaling in mid-rollout (deployment, GetReplicaSetProportion).

    ``max_before``: replicas + surge before the scaling, as noted on the ReplicaSet; ``to_add``: Pods to add
    (or, below zero, to take away) in all; ``added``: those given to other ReplicaSets already.
    """
    if size == 0 or to_add == 0 or to_add == added:
        return 0
    if desired == 0:
        share = -size
    elif max_before == 0:
        share = 0
    else:
        share = round_half_away(size * (desired + surge), max_before) - size
    allowed = to_add - added
    return min(share, allowed) if to_add > 0 else max(share, allowed)


class Bounds(Struct, frozen=True):
    """A rolling update's bounds in Pods: at most ``highest`` not being deleted, at least ``lowest`` available."""

    replicas: int
    surge: int
    unavailable: int
    forced: bool = False

    @property
    def highest(self) -> int:
        """Pods not being deleted, at most."""
        return self.replicas + self.surge

    @property
    def lowest(self) -> int:
        """Available Pods, at least, if all were available at the start."""
        return self.replicas - self.unavailable

    def summary(self) -> str:
        """One line for an editor."""
        if self.replicas == 0:
            return "0 replicas: nothing to roll out"
        text = f"{self.lowest} to {self.highest} Pods on the way (surge {self.surge}, unavailable {self.unavailable})"
        return f"{text}; both round to zero, so one Pod may be unavailable" if self.forced else text


class Fenceposts(Struct, frozen=True):
    """What does a strategy round to at this size?"""

    replicas: int
    strategy: Strategy = field(default_factory=Strategy)

    def answer(self, ask: Ask) -> Prediction[Bounds]:
        """The bounds; for Recreate none of the old Pods stays."""
        replicas = max(0, self.replicas)
        if not self.strategy.rolling:
            return Prediction(Bounds(replicas, 0, replicas))
        surge = self.strategy.max_surge(replicas)
        unavailable = self.strategy.max_unavailable(replicas)
        rounded = self.strategy.unavailable.of(replicas, round_up=False)
        return Prediction(Bounds(replicas, surge, unavailable, forced=surge == 0 and rounded == 0 and replicas > 0))
