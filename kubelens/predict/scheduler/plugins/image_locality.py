"""ImageLocality: nodes that hold the images already."""

from __future__ import annotations

from kubelens.predict.scheduler.framework import Plugin, ScoreResult
from kubelens.predict.scheduler.pod_info import PodInfo
from kubelens.predict.scheduler.state import ClusterState, NodeInfo

_MEGABYTE = 1024 * 1024
_LEAST = 23 * _MEGABYTE
_MOST_PER_CONTAINER = 1000 * _MEGABYTE


def score(pod: PodInfo, nodes: list[NodeInfo], state: ClusterState) -> ScoreResult:
    """(scheduler, ImageLocality.Score): sizes, scaled by how many nodes have each image."""
    total = len(state.nodes)
    having: dict[str, int] = {}
    size: dict[str, int] = {}
    for info in state.nodes.values():
        for name, size_bytes in info.node.images.items():
            having[name] = having.get(name, 0) + 1
            size.setdefault(name, size_bytes)
    most = _MOST_PER_CONTAINER * pod.containers
    out: dict[str, int] = {}
    for info in nodes:
        found = sum(int(size[name] * (having[name] / total)) for name in pod.images if name in info.node.images)
        found = min(max(found, _LEAST), most)
        out[info.node.name] = 100 * (found - _LEAST) // (most - _LEAST)
    return ScoreResult(out)


PLUGIN = Plugin("ImageLocality", None, None, score, 1)
