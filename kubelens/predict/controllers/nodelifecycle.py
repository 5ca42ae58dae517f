"""The node lifecycle controller: which nodes that do not answer get ``unreachable:NoExecute``.

Follows ``pkg/controller/nodelifecycle`` (``ComputeZoneState``, ``handleDisruption``) with its default thresholds: where
every node of every zone is gone it holds back, as the fault is taken to be the control plane's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

UNREACHABLE: Final = "node.kubernetes.io/unreachable"
UNSCHEDULABLE: Final = "node.kubernetes.io/unschedulable"
OUT_OF_SERVICE: Final = "node.kubernetes.io/out-of-service"
_UNHEALTHY_ZONE: Final = 0.55
_LARGE_CLUSTER: Final = 50


class NodeHealth(Struct, frozen=True):
    """A node as the controller sees it: its zone, whether it answers, whether it bears the taint already."""

    name: str
    zone: str
    answers: bool
    tainted: bool


def tainted_nodes(nodes: Iterable[NodeHealth]) -> tuple[frozenset[str], frozenset[str]]:
    """(nodes that bear ``unreachable:NoExecute`` now, nodes that may: those lost in the instant it stopped tainting)."""
    listed = list(nodes)
    zones: dict[str, list[NodeHealth]] = {}
    for node in listed:
        zones.setdefault(node.zone, []).append(node)
    gone = {zone: sum(not n.answers for n in inside) for zone, inside in zones.items()}
    if all(gone[zone] == len(inside) for zone, inside in zones.items()):
        return frozenset(), frozenset()
    bearing: set[str] = set()
    open_: set[str] = set()
    for inside in zones.values():
        lost = [n for n in inside if not n.answers]
        partial = len(lost) < len(inside) and len(lost) > 2 and len(lost) / len(inside) >= _UNHEALTHY_ZONE
        if partial and len(listed) <= _LARGE_CLUSTER:
            bearing.update(n.name for n in lost if n.tainted)
            open_.update(n.name for n in lost if not n.tainted)
        else:
            bearing.update(n.name for n in lost)
    return frozenset(bearing), frozenset(open_)
