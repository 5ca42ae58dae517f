"""NodeName: a Pod that names its node goes nowhere else."""

from __future__ import annotations

from typing import Any

from kubelens.predict.scheduler.framework import Plugin, Status, refused
from kubelens.predict.scheduler.pod_info import PodInfo
from kubelens.predict.scheduler.state import NodeInfo


def fits(pod: PodInfo, info: NodeInfo, _: Any) -> Status | None:
    """(scheduler, NodeName.Filter)."""
    if not pod.node_name or pod.node_name == info.node.name:
        return None
    return refused("node(s) didn't match the requested node name", resolvable=False)


PLUGIN = Plugin("NodeName", None, fits)
