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

    ``handler`` is what it asks, as written. ``unknown_port``: a named port that its container does not declare, else ``""``:
    asking is an error each time, which counts neither as a failure nor as a success (``doProbe``).
    """

    delay: int
    period: int
    timeout: int
    successes: int
    failures: int
    grace: int | None
    handler: Mapping[str, Any]
    unknown_port: str = ""

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
        _unknown_port(container, value),
    )


def _unknown_port(container: Mapping[str, Any], probe: Mapping[str, Any]) -> str:
    """(``ResolveContainerPort``)."""
    for handler in ("httpGet", "tcpSocket"):
        port = fields.text(fields.mapping(probe, handler), "port")
        if port and not port.isdigit() and not any(p.get("name") == port for _, p in fields.items(container, "ports")):
            return port
    return ""


def comes_up(container: Mapping[str, Any], answers: Interval) -> bool:
    """Whether a container can ever count as started: its startup probe can be asked, and is not given up before."""
    probe = read_probe(container, Probing.STARTUP)
    return probe is None or not (probe.unknown_port or _too_soon(probe, answers))


def gets_ready(container: Mapping[str, Any], answers: Interval) -> bool:
    """Whether a container can ever be ready."""
    readiness, liveness = (read_probe(container, which) for which in (Probing.READINESS, Probing.LIVENESS))
    if not comes_up(container, answers) or readiness is None:
        return comes_up(container, answers)
    if readiness.unknown_port:
        return False
    held_back = Probing.STARTUP in container
    return held_back or liveness is None or bool(liveness.unknown_port) or not _too_soon(liveness, answers)


def _too_soon(probe: Probe, answers: Interval) -> bool:
    """Whether a probe has given a container up before it answers."""
    last = probe.gives_up.highest
    return last is not None and answers.lowest > last


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
