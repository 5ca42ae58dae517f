"""The Pods that run while nodes change, as budgets see them."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask
from kubelens.predict.controllers.disruption import WITHOUT_SCALE, BudgetPod, Controller, PodState, state_of
from kubelens.predict.kubelet.never_ready import NeverReady, NeverStarts
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


def with_scales(pods: Iterable[BudgetPod]) -> list[BudgetPod]:
    """The Pods with the scale of their controllers: as many as it has here, running or not."""
    listed = list(pods)
    counts: dict[tuple[str, str], int] = {}
    for pod in listed:
        if pod.owner is not None:
            key = (pod.owner.kind, pod.owner.name)
            counts[key] = counts.get(key, 0) + 1
    return [
        replace(pod, owner=replace(pod.owner, scale=counts[pod.owner.kind, pod.owner.name]))
        if pod.owner is not None and pod.owner.scale is not None
        else pod
        for pod in listed
    ]
