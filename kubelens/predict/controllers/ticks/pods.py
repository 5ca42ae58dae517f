"""What a step of the kubelets does to Pods in the tick model, and which Pods an action names."""

from __future__ import annotations

from collections.abc import Iterable

from kubelens.predict.controllers.ticks.pace import Pace, PickedPods
from kubelens.predict.store.pod import Phase, Pod


def step_pod(pod: Pod, pace: Pace, now: int) -> bool:
    """One tick of a Pod's kubelet; False when the Pod goes away."""
    if pod.deleting is not None:
        pod.deleting += 1
        gone = pace.gone(pod.revision)
        return gone is None or pod.deleting < gone
    if pace.is_homeless(pod):
        return True
    pod.age += 1
    pod.bound = True
    if pod.finished:
        return True
    pod.phase = Phase.RUNNING
    wanted = pace.ready(pod.revision)
    if wanted is None or pod.age < wanted:
        pod.ready_since = None
    elif pod.ready_since is None:
        pod.ready_since = now
    return True


def is_settled(pod: Pod, pace: Pace, now: int, min_ready: int) -> bool:
    """Whether no step changes a Pod any more."""
    if pod.deleting is not None:
        return pace.gone(pod.revision) is None
    if not pod.bound:
        return pace.is_homeless(pod)
    wanted = pace.ready(pod.revision)
    if pod.finished or wanted is None:
        return not pod.ready
    return pod.available(now, min_ready)


def pick_pods(pods: Iterable[Pod], picked: PickedPods) -> list[Pod]:
    """Those of a name or on a node of it; without names those of the revision that stay, Ready ones first."""
    if picked.names:
        return [p for p in pods if p.name in picked.names or p.node in picked.names]
    found = [p for p in pods if picked.revision in (None, p.revision) and not p.terminating]
    found.sort(key=lambda p: (not p.ready, p.name))
    return found[: picked.count]
