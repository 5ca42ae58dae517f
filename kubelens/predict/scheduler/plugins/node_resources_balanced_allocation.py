"""NodeResourcesBalancedAllocation: nodes whose cpu and memory fill evenly."""

from __future__ import annotations

from math import sqrt

from kubelens.predict.scheduler.framework import Plugin, ScoreResult
from kubelens.predict.scheduler.pod_info import PodInfo
from kubelens.predict.scheduler.state import ClusterState, NodeInfo


def score(pod: PodInfo, nodes: list[NodeInfo], _: ClusterState) -> ScoreResult | None:
    """(scheduler, NodeResourcesBalancedAllocation.Score): the balance with the Pod against that without."""
    if not any(pod.requests.get(name, 0) > 0 for name in ("cpu", "memory")):
        return None
    out: dict[str, int] = {}
    for info in nodes:
        before, after = [], []
        for name in ("cpu", "memory"):
            room = info.node.allocatable.get(name, 0)
            if room == 0:
                continue
            used = info.requested.get(name, 0)
            before.append(min(used / room, 1.0))
            after.append(min((used + pod.requests.get(name, 0)) / room, 1.0))
        out[info.node.name] = 50 + (50 + _balance(after) - _balance(before)) // 2 if after else 50 + (50 + 0) // 2
    return ScoreResult(out)


def _balance(fractions: list[float]) -> int:
    """0 to 100: how close the fractions are to each other."""
    deviation = 0.0
    if len(fractions) == 2:
        deviation = abs((fractions[0] - fractions[1]) / 2)
    elif len(fractions) > 2:
        mean = sum(fractions) / len(fractions)
        deviation = sqrt(sum((f - mean) ** 2 for f in fractions) / len(fractions))
    return int((1 - deviation) * 100)


PLUGIN = Plugin("NodeResourcesBalancedAllocation", None, None, score, 1)
