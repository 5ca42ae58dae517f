"""ImageLocality: nodes that hold the images already."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from kubelens.predict.scheduler.framework import Plugin, ScoreResult
from kubelens.predict.scheduler.pod_info import PodInfo
from kubelens.predict.scheduler.state import ClusterState, NodeInfo

_MEGABYTE = 1024 * 1024
_LEAST = 23 * _MEGABYTE
_MOST_PER_CONTAINER = 1000 * _MEGABYTE


def scaled_sizes(nodes: Collection[NodeInfo]) -> dict[str, int]:
    """The size of each image, scaled by the share of all nodes that have it (``scaledImageScore``)."""
    having: dict[str, int] = {}
    size: dict[str, int] = {}
    for info in nodes:
        for name, size_bytes in info.node.images.items():
            having[name] = having.get(name, 0) + 1
            size.setdefault(name, size_bytes)
    return {name: int(size[name] * (having[name] / len(nodes))) for name in size}


def score_on(pod: PodInfo, info: NodeInfo, sizes: Mapping[str, int]) -> int:
    """0 to 100 by the scaled sizes of a Pod's images that a node has (``calculatePriority``)."""
    most = _MOST_PER_CONTAINER * pod.containers
    found = sum(sizes[name] for name in pod.images if name in info.node.images)
    return 100 * (min(max(found, _LEAST), most) - _LEAST) // (most - _LEAST)


def score(pod: PodInfo, nodes: list[NodeInfo], state: ClusterState) -> ScoreResult:
    """(scheduler, ImageLocality.Score)."""
    sizes = scaled_sizes(state.nodes.values())
    return ScoreResult({info.node.name: score_on(pod, info, sizes) for info in nodes})


PLUGIN = Plugin("ImageLocality", None, None, score, 1)
