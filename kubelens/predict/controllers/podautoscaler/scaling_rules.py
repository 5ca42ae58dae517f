"""What keeps an autoscaler from going where its metrics point: bounds, stabilization windows, policies (``horizontal.go``)."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, inf
from typing import Final

from msgspec import Struct, field

from kubelens.predict.controllers.podautoscaler.spec import DEFAULT_WINDOW, Autoscaler, Rules

_UP_FACTOR: Final = 2
_UP_LEAST: Final = 4


class Event(Struct, frozen=True):
    """Something of a time (in seconds): a recommendation, or by how many replicas it scaled."""

    at: float
    replicas: int


class History(Struct):
    """What the controller remembers of one autoscaler between syncs."""

    recommendations: list[Event] = field(default_factory=list)
    scaled_up: list[Event] = field(default_factory=list)
    scaled_down: list[Event] = field(default_factory=list)

    def scaled(self, now: float, change: int) -> None:
        """Remember that it scaled (``storeScaleEvent``)."""
        if change > 0:
            self.scaled_up.append(Event(now, change))
        elif change < 0:
            self.scaled_down.append(Event(now, -change))


class Limited(Struct, frozen=True):
    """Replicas, and what held them (empty: nothing)."""

    replicas: int
    why: str = ""


def normalize(autoscaler: Autoscaler, history: History, now: float, current: int, wanted: int) -> Limited:
    """Replicas after windows, policies and bounds; the recommendation is remembered."""
    if not autoscaler.has_behavior:
        return _without_behavior(autoscaler, history, now, current, wanted)
    stable = _stabilized(autoscaler, history, now, current, wanted)
    limited = _by_rate(autoscaler, history, now, current, stable)
    if limited.why or stable == wanted:
        return limited
    return Limited(limited.replicas, _window_words(autoscaler, up=wanted > current))


def _window_words(autoscaler: Autoscaler, *, up: bool) -> str:
    rules = autoscaler.up if up else autoscaler.down
    return f"the stabilization window of {rules.window} s"


def _without_behavior(autoscaler: Autoscaler, history: History, now: float, current: int, wanted: int) -> Limited:
    """(``stabilizeRecommendation``, ``convertDesiredReplicasWithRules``)."""
    recent = [e.replicas for e in history.recommendations if e.at > now - DEFAULT_WINDOW]
    history.recommendations.append(Event(now, wanted))
    stable = max([wanted, *recent])
    limit = max(_UP_FACTOR * current, _UP_LEAST)
    if stable < autoscaler.least:
        return Limited(autoscaler.least, "minReplicas")
    most = min(autoscaler.most, limit)
    if stable > most:
        return Limited(most, "maxReplicas" if autoscaler.most <= limit else f"at most {limit} replicas in one sync")
    return Limited(stable, _window_words(autoscaler, up=False) if stable != wanted else "")


def _stabilized(autoscaler: Autoscaler, history: History, now: float, current: int, wanted: int) -> int:
    """(``stabilizeRecommendationWithBehaviors``)."""
    least, most = wanted, wanted
    for event in history.recommendations:
        if event.at > now - autoscaler.up.window:
            least = min(least, event.replicas)
        if event.at > now - autoscaler.down.window:
            most = max(most, event.replicas)
    history.recommendations.append(Event(now, wanted))
    return min(max(current, least), most)


def _by_rate(autoscaler: Autoscaler, history: History, now: float, current: int, wanted: int) -> Limited:
    """(``convertDesiredReplicasWithBehaviorRate``)."""
    if wanted > current:
        limit = max(current, _limit(autoscaler.up, history, now, current, up=True))
        most = min(autoscaler.most, limit)
        if wanted > most:
            return Limited(most, "maxReplicas" if autoscaler.most <= limit else "the policies of scaleUp")
    elif wanted < current:
        limit = min(current, _limit(autoscaler.down, history, now, current, up=False))
        least = max(autoscaler.least, limit)
        if wanted < least:
            return Limited(least, "minReplicas" if autoscaler.least >= limit else "the policies of scaleDown")
    return Limited(wanted)


def _limit(rules: Rules, history: History, now: float, current: int, *, up: bool) -> int:
    """(``calculateScaleUpLimitWithScalingRules``, ``calculateScaleDownLimitWithBehaviors``)."""
    if rules.select == "Disabled":
        return current
    limits = []
    for policy in rules.policies:
        added = _changed(history.scaled_up, now, policy.period)
        removed = _changed(history.scaled_down, now, policy.period)
        start = current - added + removed
        if not policy.percent:
            limits.append(start + policy.value if up else start - policy.value)
        elif up:
            limits.append(ceil(start * (1 + policy.value / 100)))
        else:
            limits.append(int(start * (1 - policy.value / 100)))
    wide = max if up == (rules.select != "Min") else min
    return wide(limits)


def _changed(events: Sequence[Event], now: float, period: float) -> int:
    """(``getReplicasChangePerPeriod``)."""
    since = now - (period if period else inf)
    return sum(e.replicas for e in events if e.at > since)
