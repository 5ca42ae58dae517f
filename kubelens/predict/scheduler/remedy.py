"""Why a node does not fit, in plain words, and the smallest change that would make it fit."""

from __future__ import annotations

from typing import Final

from kubelens.kube.node import Taint
from kubelens.predict.scheduler.framework import Status
from kubelens.predict.scheduler.plugins.taint_toleration import untolerated
from kubelens.predict.scheduler.pod_info import PodInfo
from kubelens.predict.scheduler.state import NodeInfo

_UNITS: Final = (("Ti", 2**40), ("Gi", 2**30), ("Mi", 2**20), ("Ki", 2**10))


def shown_amount(name: str, value: int) -> str:
    """An amount as people write it: ``500m``, ``1.5``, ``6.2Gi``."""
    if name == "cpu":
        return f"{value}m" if value % 1000 else str(value // 1000)
    if name in ("memory", "ephemeral-storage") or name.startswith("hugepages-"):
        for unit, size in _UNITS:
            if value >= size:
                number = value / size
                return f"{number:.1f}".removesuffix(".0") + unit
    return str(value)


def remedy(pod: PodInfo, info: NodeInfo, status: Status) -> tuple[str, str]:
    """(what is in the way, the smallest change that removes it)."""
    lacks = [r.removeprefix("Insufficient ") for r in status.reasons if r.startswith("Insufficient ")]
    if lacks:
        name = lacks[0]
        room, used = info.node.allocatable.get(name, 0), info.requested.get(name, 0)
        free = max(room - used, 0)
        wanted = pod.requests.get(name, 0)
        why = (
            f"needs {shown_amount(name, wanted)} {name}, {shown_amount(name, free)} free of {shown_amount(name, room)}"
        )
        return why, f"requests.{name} {shown_amount(name, free)}" if free else f"another node, or less {name} elsewhere"
    if status.plugin == "TaintToleration":
        taint = untolerated(pod, info)
        return f"taint {taint}", f"tolerate it{_tolerated_instead(pod, taint)}"
    if status.plugin == "NodeAffinity":
        missing = [f"{k}={v}" for k, v in pod.node_selector.items() if info.node.labels.get(k) != v]
        if missing:
            return f"has no label {missing[0]}", f"label the node {missing[0]}, or drop it from nodeSelector"
        return "does not match nodeAffinity", "a term that fits the node's labels"
    if status.plugin == "NodeUnschedulable":
        return "is cordoned", f"kubectl uncordon {info.node.name}"
    if "Too many pods" in status.reasons:
        return f"holds {len(info.pods)} of {info.node.allocatable.get('pods', 0)} Pods", "another node"
    return status.reasons[0] if status.reasons else "", ""


def _tolerated_instead(pod: PodInfo, taint: Taint | None) -> str:
    """What a toleration of the taint's key asks for in place of what the taint has; ``""`` where there is none."""
    if taint is None:
        return ""
    for one in pod.tolerations:
        if one.key != taint.key:
            continue
        if one.effect not in ("", taint.effect):
            return f": the Pod tolerates the key for {one.effect} only"
        if one.operator in ("", "Equal"):
            return f": the Pod tolerates the key with the value '{one.value}' only (operator: Exists takes every value)"
    return ""
