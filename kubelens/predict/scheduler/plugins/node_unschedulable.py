"""NodeUnschedulable: cordoned nodes take Pods only that tolerate it."""

from __future__ import annotations

from typing import Any

from kubelens.kube.node import UNSCHEDULABLE
from kubelens.predict.scheduler.framework import Plugin, Status, refused
from kubelens.predict.scheduler.pod_info import PodInfo
from kubelens.predict.scheduler.state import NodeInfo


def fits(pod: PodInfo, info: NodeInfo, _: Any) -> Status | None:
    """(scheduler, NodeUnschedulable.Filter)."""
    if not info.node.unschedulable or any(t.tolerates(UNSCHEDULABLE, "", "NoSchedule") for t in pod.tolerations):
        return None
    return refused("node(s) were unschedulable", resolvable=False)


PLUGIN = Plugin("NodeUnschedulable", None, fits)
