"""How a Pod stops: hooks, SIGTERM, SIGKILL, sidecars last (kubelet: ``killContainer``, ``terminationOrdering``).

The grace period counts from the deletion, hooks included. Hooks of all containers start at once. An app container gets SIGTERM
when its hook has ended, or the period is over; a sidecar when everything that started after it has stopped, too. SIGKILL
comes at the end of the period, but never less than 2 seconds after SIGTERM.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.pod import Container, PodSpec
from kubelens.predict.kubelet.hooks import PRE_STOP, takes
from kubelens.predict.kubelet.interval import INSTANT, Interval, exactly
from kubelens.predict.kubelet.moment import Happening, Moment

LEAST_AFTER_SIGTERM: Final = 2
_DEFAULT: Final = 30


class Stop(Struct, frozen=True):
    """The moments from the deletion on, and when the Pod is gone."""

    grace: int
    moments: tuple[Moment, ...]
    gone: Interval


def grace_period(pod: Mapping[str, Any]) -> int:
    """Seconds from the order to stop to SIGKILL, preStop hooks included."""
    written = fields.integer(pod, "terminationGracePeriodSeconds")
    return _DEFAULT if written is None else written


def stop(pod: PodSpec, grace: int) -> Stop:
    """From a Pod's deletion to its end. How soon a container ends after SIGTERM is its own matter: at once, or never."""
    moments: list[Moment] = []
    last = INSTANT
    for one in (one for one in pod.containers if one.role == "app"):
        found, ended = _stopping(one, grace, INSTANT)
        moments += found
        last = last | ended
    for one in reversed([one for one in pod.containers if one.role == "sidecar"]):
        found, ended = _stopping(one, grace, last)
        moments += found
        last = last | ended
    moments.append(Moment(last, Happening.GONE))
    return Stop(grace, tuple(moments), last)


def _stopping(container: Container, grace: int, turn: Interval) -> tuple[list[Moment], Interval]:
    """What one container goes through; ``turn`` is when those are gone that stop before it."""
    name, role = container.name, container.role
    moments: list[Moment] = []
    hook = takes(container.value, PRE_STOP) if grace > 0 else None
    if hook is not None:
        note = "is given up when the time is over" if hook.highest is None or hook.lowest >= grace else ""
        moments.append(Moment(INSTANT, Happening.PRE_STOP, name, role, note))
    until = _within(hook or INSTANT, grace) | _within(turn, grace)
    moments.append(Moment(until, Happening.SIGTERM, name, role))
    killed = Interval(
        max(grace, until.lowest + LEAST_AFTER_SIGTERM), max(grace, (until.highest or 0) + LEAST_AFTER_SIGTERM)
    )
    killed = killed if grace > 0 else exactly(LEAST_AFTER_SIGTERM)
    moments.append(Moment(killed, Happening.SIGKILL, name, role))
    return moments, Interval(until.lowest, killed.highest)


def _within(time: Interval, grace: int) -> Interval:
    """A time that ends with the grace period at the latest."""
    highest = grace if time.highest is None else min(time.highest, grace)
    return Interval(min(time.lowest, grace), highest)
