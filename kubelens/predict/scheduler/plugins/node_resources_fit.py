"""NodeResourcesFit: room for what a Pod asks for, and the emptier node as the better one."""

from __future__ import annotations

from typing import Any

from kubelens.predict.scheduler.devices.extended_resources import left_to_devices
from kubelens.predict.scheduler.framework import Plugin, PreFilterResult, ScoreResult, Status
from kubelens.predict.scheduler.pod_info import PodInfo
from kubelens.predict.scheduler.state import ClusterState, NodeInfo

_STANDARD = ("cpu", "memory", "ephemeral-storage")


def prefilter(_: PodInfo, state: ClusterState) -> PreFilterResult:
    """(scheduler, NodeResourcesFit.PreFilter)."""
    return PreFilterResult(state.devices)


def fits(pod: PodInfo, info: NodeInfo, devices: Any) -> Status | None:
    """(scheduler, NodeResourcesFit.Filter; ``fitsRequest``): every lack at once; what devices give is left to them.

    A node whose manifest says no room is taken to have room for everything.
    """
    if not info.node.sized:
        return None
    reasons: list[str] = []
    hopeless = False
    if len(info.pods) + 1 > info.node.allocatable.get("pods", 0):
        reasons.append("Too many pods")
    allocatable, requested = info.node.allocatable, info.requested
    for name in (*_STANDARD, *(n for n in pod.requests if n not in _STANDARD)):
        wanted = pod.requests.get(name, 0)
        if wanted <= 0:
            continue
        room = allocatable.get(name, 0)
        if wanted > room - requested.get(name, 0) and not left_to_devices(name, info, devices):
            reasons.append(f"Insufficient {name}")
            hopeless = hopeless or wanted > room
    return Status(tuple(reasons), not hopeless) if reasons else None


def score(pod: PodInfo, nodes: list[NodeInfo], _: ClusterState) -> ScoreResult:
    """(scheduler, NodeResourcesFit.Score, LeastAllocated over cpu and memory)."""
    out: dict[str, int] = {}
    for info in nodes:
        total = count = 0
        for room, used in (
            (info.node.allocatable.get("cpu", 0), info.score_cpu + pod.score_cpu),
            (info.node.allocatable.get("memory", 0), info.score_memory + pod.score_memory),
        ):
            if room == 0:
                continue
            count += 1
            total += 0 if used > room else (room - used) * 100 // room
        out[info.node.name] = total // count if count else 0
    return ScoreResult(out)


PLUGIN = Plugin("NodeResourcesFit", prefilter, fits, score, 1)
