"""TaintToleration: taints keep Pods away; preferred ones only push."""

from __future__ import annotations

from typing import Any

from kubelens.kube.node import Taint
from kubelens.predict.scheduler.framework import Plugin, ScoreResult, Status, refused, scaled
from kubelens.predict.scheduler.pod_info import PodInfo
from kubelens.predict.scheduler.state import ClusterState, NodeInfo


def untolerated(pod: PodInfo, info: NodeInfo) -> Taint | None:
    """The first taint that keeps a Pod away, None where there is none."""
    return untolerated_of(pod, info, ("NoSchedule", "NoExecute"))


def untolerated_of(pod: PodInfo, info: NodeInfo, effects: tuple[str, ...]) -> Taint | None:
    """The first taint of some effects that a Pod does not tolerate, None where there is none."""
    for taint in info.node.taints:
        if taint.effect in effects and not any(
            t.tolerates(taint.key, taint.value, taint.effect) for t in pod.tolerations
        ):
            return taint
    return None


def fits(pod: PodInfo, info: NodeInfo, _: Any) -> Status | None:
    """(scheduler, TaintToleration.Filter)."""
    if untolerated(pod, info) is None:
        return None
    return refused("node(s) had untolerated taint(s)", resolvable=False)


def intolerable(pod: PodInfo, info: NodeInfo) -> int:
    """How many preferences of a node a Pod does not tolerate (``countIntolerableTaintsPreferNoSchedule``)."""
    usable = [t for t in pod.tolerations if t.effect in ("", "PreferNoSchedule")]
    return sum(
        taint.effect == "PreferNoSchedule"
        and not any(t.tolerates(taint.key, taint.value, taint.effect) for t in usable)
        for taint in info.node.taints
    )


def score(pod: PodInfo, nodes: list[NodeInfo], _: ClusterState) -> ScoreResult:
    """(scheduler, TaintToleration.Score): fewer untolerated preferences are better."""
    return ScoreResult(scaled({info.node.name: intolerable(pod, info) for info in nodes}, reverse=True))


PLUGIN = Plugin("TaintToleration", None, fits, score, 3)
