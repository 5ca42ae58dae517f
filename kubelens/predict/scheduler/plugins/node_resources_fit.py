"""NodeResourcesFit: room for what a Pod asks for, and the emptier node as the better one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from kubelens.predict.scheduler.devices.extended_resources import left_to_devices
from kubelens.predict.scheduler.framework import Plugin, PreFilterResult, ScoreResult, Status
from kubelens.predict.scheduler.pod_info import PodInfo
from kubelens.predict.scheduler.state import ClusterState, NodeInfo

_STANDARD = ("cpu", "memory", "ephemeral-storage")


class Lack(Struct, frozen=True):
    """A resource of which a node has too little (``InsufficientResource``). Amounts: cpu in milli, others in units."""

    name: str
    requested: int
    used: int
    capacity: int

    @property
    def reason(self) -> str:
        """As the scheduler says it."""
        return "Too many pods" if self.name == "pods" else f"Insufficient {self.name}"


def lacks(pod: PodInfo, info: NodeInfo) -> Iterator[Lack]:
    """Everything of which there is too little for a Pod; none on a node whose manifest says no room."""
    if not info.node.sized:
        return
    allocatable, requested = info.node.allocatable, info.requested
    if len(info.pods) + 1 > allocatable.get("pods", 0):
        yield Lack("pods", 1, len(info.pods), allocatable.get("pods", 0))
    for name in (*_STANDARD, *(n for n in pod.requests if n not in _STANDARD)):
        wanted, room, used = pod.requests.get(name, 0), allocatable.get(name, 0), requested.get(name, 0)
        if wanted > 0 and wanted > room - used:
            yield Lack(name, wanted, used, room)


def prefilter(_: PodInfo, state: ClusterState) -> PreFilterResult:
    """(scheduler, NodeResourcesFit.PreFilter)."""
    return PreFilterResult(state.devices)


def fits(pod: PodInfo, info: NodeInfo, devices: Any) -> Status | None:
    """(scheduler, NodeResourcesFit.Filter; ``fitsRequest``): every lack at once; what devices give is left to them."""
    found = [lack for lack in lacks(pod, info) if lack.name == "pods" or not left_to_devices(lack.name, info, devices)]
    if not found:
        return None
    hopeless = any(lack.name != "pods" and lack.requested > lack.capacity for lack in found)
    return Status(tuple(lack.reason for lack in found), not hopeless)


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
