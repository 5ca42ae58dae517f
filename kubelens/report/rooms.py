"""How full nodes are: a bar for each of a few, a line for each zone of many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from statistics import median
from typing import Final

from kubelens.predict.scheduler.state import NodeInfo
from kubelens.report.columns import columns
from kubelens.report.printable import printable_line

_MOST: Final = 20
"""Nodes that are shown one by one."""
_FULLEST: Final = 3
_AMOUNTS: Final = ("cpu", "memory")


def share(info: NodeInfo, name: str) -> float:
    """How much of a node's room for something is asked for by its Pods, from 0 to 1 and more."""
    room = info.node.allocatable.get(name, 0)
    return info.requested.get(name, 0) / room if room else 0.0


def fullest(nodes: Iterable[NodeInfo]) -> tuple[NodeInfo, str] | None:
    """The node that has the least room left of something, and of what; None without nodes."""
    found = [(share(info, name), info, name) for info in nodes for name in _AMOUNTS]
    best = max(found, key=lambda one: one[0], default=None)
    return (best[1], best[2]) if best is not None else None


def rooms(nodes: list[NodeInfo], width: int) -> Iterator[str]:
    """Lines for people."""
    if len(nodes) <= _MOST:
        yield from columns([_bars(info) for info in nodes], width)
        return
    zones: dict[str, list[NodeInfo]] = {}
    for info in nodes:
        zones.setdefault(info.node.zone, []).append(info)
    rows = [("zone", "nodes", "Pods", "cpu", "memory")]
    for zone, members in sorted(zones.items()):
        pods = sum(len(info.pods) for info in members)
        rows.append(
            (zone or "(none)", str(len(members)), str(pods), _spread(members, "cpu"), _spread(members, "memory"))
        )
    yield from columns([[printable_line(cell) for cell in row] for row in rows], width)
    most = sorted(nodes, key=lambda info: max(share(info, name) for name in _AMOUNTS), reverse=True)[:_FULLEST]
    yield ""
    yield "the fullest:"
    yield from columns([_bars(info) for info in most], width)


def _bars(info: NodeInfo) -> list[str]:
    cells = [info.node.name]
    for name in _AMOUNTS:
        full = min(10, round(share(info, name) * 10))
        cells.append(f"{name} {'█' * full}{'░' * (10 - full)} {share(info, name):>4.0%}")
    most = info.node.allocatable.get("pods", 0) if info.node.sized else "?"
    cells.append(f"pods {len(info.pods)}/{most}")
    return [printable_line(cell) for cell in (*cells, f"zone {info.node.zone}" if info.node.zone else "")]


def _spread(nodes: list[NodeInfo], name: str) -> str:
    shares = [share(info, name) for info in nodes]
    return f"{min(shares):.0%} to {max(shares):.0%}, half below {median(shares):.0%}"
