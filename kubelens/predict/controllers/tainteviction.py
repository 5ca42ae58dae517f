"""The taint eviction controller: how long a Pod stays on a node with NoExecute taints (``pkg/controller/tainteviction``)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kubelens.kube import fields
from kubelens.kube.node import Taint
from kubelens.predict.scheduler.pod_info import PodInfo, Toleration

NO_EXECUTE: Final = "NoExecute"


def seconds_tolerated(pod: PodInfo, taints: Iterable[Taint]) -> int | None:
    """Seconds a Pod tolerates the NoExecute taints of its node, 0: not at all, None: for ever (getMinTolerationTime)."""
    bearing = [taint for taint in taints if taint.effect == NO_EXECUTE]
    if not bearing:
        return None
    shortest: int | None = None
    written = [
        (
            Toleration(
                fields.text(t, "key"), fields.text(t, "operator"), fields.text(t, "value"), fields.text(t, "effect")
            ),
            fields.integer(t, "tolerationSeconds"),
        )
        for _, t in fields.items(fields.mapping(pod.value, "spec"), "tolerations")
    ]
    for taint in bearing:
        used = next((s for t, s in written if t.tolerates(taint.key, taint.value, taint.effect)), -1)
        if used == -1:
            return 0
        if used is not None:
            shortest = max(0, used) if shortest is None else min(shortest, max(0, used))
    return shortest
