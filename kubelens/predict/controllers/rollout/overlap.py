"""Controllers of one namespace whose selectors reach into each other's Pods."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from kubelens.kube.selector import Operator
from kubelens.kube.workload import Workload, workloads
from kubelens.predict.api import Ask, Prediction, Reason

_CONTROLLERS = frozenset({"Deployment", "ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet"})
_ADOPTERS = frozenset({"ReplicaSet", "ReplicationController", "DaemonSet"})
"""Controllers that take over Pods without an owner by labels alone (``PodControllerRefManager.ClaimPods``); a
Deployment's ReplicaSets also ask for their hash, a StatefulSet for its own names."""


class Overlap(Struct, frozen=True):
    """``selecting``'s selector matches the Pods of ``selected``; ``adopts``: it takes them over."""

    selecting: Workload
    selected: Workload
    adopts: bool


class OverlapsIn(Struct, frozen=True):
    """Which controllers of a namespace select Pods of another one?"""

    namespace: str

    def answer(self, ask: Ask) -> Prediction[tuple[Overlap, ...]]:
        """Each pair once, in the order of the bundle; selectors that select everything are left out."""
        here = [w for w in workloads(ask.bundle, self.namespace) if w.kind in _CONTROLLERS or w.kind == "Pod"]
        by_label: dict[tuple[str, str], list[Workload]] = {}
        for workload in here:
            for label in workload.pod.labels.items():
                by_label.setdefault(label, []).append(workload)
        found: list[Overlap] = []
        seen: set[frozenset[tuple[str, str]]] = set()
        for workload in here:
            for other in _reached(workload, by_label):
                pair = frozenset({(workload.kind, workload.name), (other.kind, other.name)})
                adopts = other.kind == "Pod" and workload.kind in _ADOPTERS
                if len(pair) == 1 or pair in seen or (other.kind == "Pod" and not adopts):
                    continue
                seen.add(pair)
                found.append(Overlap(workload, other, adopts))
        return Prediction(
            tuple(found),
            tuple(Reason(f"{o.selecting.selector} matches {o.selected.resource.key}") for o in found),
        )


def _reached(workload: Workload, by_label: dict[tuple[str, str], list[Workload]]) -> Iterator[Workload]:
    if workload.kind not in _CONTROLLERS:
        return
    first = next((r for r in workload.selector.requirements if r.operator is Operator.IN), None)
    for value in first.values if first is not None else ():
        for other in by_label.get((first.key, value) if first is not None else ("", ""), ()):
            if other is not workload and workload.selector.matches(other.pod.labels):
                yield other
