"""NodePorts: two Pods on one node cannot have one host port."""

from __future__ import annotations

from typing import Any

from kubelens.predict.scheduler.framework import SKIP, Plugin, PreFilterResult, Status, refused
from kubelens.predict.scheduler.pod_info import PodInfo
from kubelens.predict.scheduler.state import ClusterState, NodeInfo

_ANY = "0.0.0.0"


def prefilter(pod: PodInfo, _: ClusterState) -> PreFilterResult:
    """(scheduler, NodePorts.PreFilter)."""
    return PreFilterResult() if pod.host_ports else SKIP


def fits(pod: PodInfo, info: NodeInfo, _: Any) -> Status | None:
    """(scheduler, NodePorts.Filter; ``HostPortInfo.CheckConflict``)."""
    taken = [port for other in info.pods for port in other.host_ports]
    for ip, protocol, number in pod.host_ports:
        for other_ip, other_protocol, other_number in taken:
            if number == other_number and protocol == other_protocol and (ip == other_ip or _ANY in (ip, other_ip)):
                return refused("node(s) didn't have free ports for the requested pod ports", resolvable=True)
    return None


PLUGIN = Plugin("NodePorts", prefilter, fits)
