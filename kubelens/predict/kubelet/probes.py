"""When the kubelet asks a container's probes, and what it makes of the answers (``pkg/kubelet/prober/worker.go``).

A probe's clock ticks from when the Pod is taken in, not from when its container runs: it is asked first within one period
after its initial delay. A readiness probe is asked at once, too, when the container has started. Where a kubelet itself
has started less than a period ago, it waits for a part of the period at random before all that.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

from kubelens.kube import fields
from kubelens.predict.kubelet.interval import INSTANT, Interval


class Probing(StrEnum):
    """Which probe: what its answers decide."""

    STARTUP = "startupProbe"
    READINESS = "readinessProbe"
    LIVENESS = "livenessProbe"


class Probe(Struct, frozen=True):
    """A probe with the API's defaults; times in seconds. ``grace``: the time to stop after its last failure, None: the Pod's.

    ``handler`` is what it asks, as written.
    """

    delay: int
    period: int
    timeout: int
    successes: int
    failures: int
    grace: int | None
    handler: Mapping[str, Any]

    @property
    def gives_up(self) -> Interval:
        """From the container's start until the kubelet acts on failures, if no answer is ever a good one."""
        lowest = self.delay + (self.failures - 1) * self.period
        return Interval(lowest, lowest + self.period + self.timeout)


_HANDLERS = ("httpGet", "tcpSocket", "exec", "grpc")


def read_probe(container: Mapping[str, Any], which: Probing) -> Probe | None:
    """A container's probe, None where it has none."""
    value = fields.optional_mapping(container, which)
    if value is None:
        return None
    return Probe(
        max(fields.integer(value, "initialDelaySeconds") or 0, 0),
        max(fields.integer(value, "periodSeconds") or 10, 1),
        max(fields.integer(value, "timeoutSeconds") or 1, 1),
        max(fields.integer(value, "successThreshold") or 1, 1),
        max(fields.integer(value, "failureThreshold") or 3, 1),
        fields.integer(value, "terminationGracePeriodSeconds"),
        {key: value[key] for key in _HANDLERS if key in value},
    )


def started(probe: Probe | None, answers: Interval, *, to_the_end: bool = False) -> Interval:
    """From a container's start until it counts as started, if it answers from ``answers`` on and is not given up before.

    ``to_the_end``: it may answer at the last attempt only.
    """
    if probe is None:
        return INSTANT
    first = answers | Interval(probe.delay, probe.delay)
    last = probe.gives_up.highest
    if to_the_end or first.highest is None or last is None:
        return Interval(first.lowest, last)
    return Interval(first.lowest, max(min(first.highest + probe.period + probe.timeout, last), first.lowest))


def ready(probe: Probe | None, answers: Interval, since: Interval) -> Interval:
    """From a container's start until it is ready: ``since`` is when it has started, ``answers`` when it begins to answer."""
    if probe is None:
        return since
    first = since | answers | Interval(probe.delay, probe.delay)
    more = (probe.successes - 1) * probe.period
    highest = None if first.highest is None else first.highest + more + probe.period + probe.timeout
    return Interval(first.lowest + more, highest)
