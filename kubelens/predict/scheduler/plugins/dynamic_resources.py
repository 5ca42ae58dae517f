"""DynamicResources: device claims are not modelled; without them the plugin scores every node 0."""

from __future__ import annotations

from kubelens.predict.scheduler.framework import Plugin, ScoreResult
from kubelens.predict.scheduler.pod_info import PodInfo
from kubelens.predict.scheduler.state import ClusterState, NodeInfo


def score(pod: PodInfo, nodes: list[NodeInfo], _: ClusterState) -> ScoreResult:
    """(scheduler, DynamicResources.Score) for Pods without claims."""
    del pod
    return ScoreResult({info.node.name: 0 for info in nodes})


PLUGIN = Plugin("DynamicResources", None, None, score, 2)
