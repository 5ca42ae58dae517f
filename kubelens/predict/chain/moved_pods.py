"""The Pods that run while nodes change, as budgets see them."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask
from kubelens.predict.chain.scale import SCALED, ScaleOf
from kubelens.predict.controllers.disruption import WITHOUT_SCALE, BudgetPod, Controller, PodState, state_of
from kubelens.predict.kubelet.never_ready import NeverReady, NeverStarts
from kubelens.predict.scheduler.placement import Placement
from kubelens.predict.scheduler.pod_info import PodInfo


def budget_pod(pod: PodInfo, state: PodState) -> BudgetPod:
    """A Pod as budgets see it, its controller's scale still to be counted."""
    kind, name = pod.owner
    scaled = kind not in WITHOUT_SCALE
    return BudgetPod(pod.name, pod.labels, state, Controller(kind, name, 0 if scaled else None) if kind else None)


def state_at_best(pod: PodInfo, owner: Resource | None, ask: Ask) -> PodState:
    """As its status says; one without a status is Ready, but where its workload's Pods never are."""
    if owner is None or fields.mapping(pod.value, "status") or not ask(NeverReady(owner)).answer:
        return state_of(pod.value)
    return PodState.PENDING if ask(NeverStarts(owner)).answer else PodState.UNREADY


def with_scales(
    pods: Iterable[BudgetPod], namespace: str, placements: Iterable[Placement], ask: Ask
) -> list[BudgetPod]:
    """The Pods of a namespace with the scale of their controllers: what it asks for, quotas or not (``getExpectedScale``).

    Of one that is not among the manifests, or has no scale of its own, as many as it has here, running or not.
    """
    listed = list(pods)
    counts: dict[tuple[str, str], int] = {}
    for pod in listed:
        if pod.owner is not None:
            key = (pod.owner.kind, pod.owner.name)
            counts[key] = counts.get(key, 0) + 1
    owners = {one.pod.owner: one.owner for one in placements if one.pod.namespace == namespace}
    scales = {
        key: max(count, ask(ScaleOf(owner)).answer)
        for key, count in counts.items()
        if (owner := owners.get(key)) is not None and owner.kind in SCALED
    }
    scales = {**counts, **scales}
    return [
        replace(pod, owner=replace(pod.owner, scale=scales[pod.owner.kind, pod.owner.name]))
        if pod.owner is not None and pod.owner.scale is not None
        else pod
        for pod in listed
    ]
