"""HorizontalPodAutoscalers of a virtual cluster: the load that Pods bear, and a look of the controller at it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.predict.cluster.records import PodRecord
from kubelens.predict.cluster.workload import Workload
from kubelens.predict.cluster.workloads import Workloads
from kubelens.predict.cluster.world import World
from kubelens.predict.controllers.podautoscaler.replica_calculator import PodState, request_of
from kubelens.predict.controllers.podautoscaler.scaling_rules import History
from kubelens.predict.controllers.podautoscaler.spec import Autoscaler, Source, TargetType, read_autoscaler
from kubelens.predict.controllers.podautoscaler.sync import Cluster, Reading, sync
from kubelens.predict.controllers.podautoscaler.target import requests_of
from kubelens.predict.store.objects import ObjectKey

_KIND: Final = "HorizontalPodAutoscaler"
ScaleTo = Callable[[ObjectKey, int], None]


class Look(Struct, frozen=True):
    """What an autoscaler saw: replicas before, what it asks for, and use in percent of the requests (None: no metrics)."""

    current: int
    desired: int
    utilization: int | None


class Autoscalers:
    """Every autoscaler's memory, and the load on its Pods."""

    def __init__(self, world: World, workloads: Workloads) -> None:
        self._world = world
        self._workloads = workloads
        self._loads: dict[str, int] = {}
        self._histories: dict[ObjectKey, History] = {}
        self.looks: dict[ObjectKey, Look] = {}

    def load(self, workload: str, cpu: int) -> None:
        """The CPU in milli that all Pods of a workload use together from now on; ``workload``: ``shop/Deployment/web``, or its name."""
        self._loads[workload] = cpu

    def _load_on(self, workload: ObjectKey) -> int | None:
        return self._loads.get(str(workload), self._loads.get(workload.name))

    def look(self, scale: ScaleTo, *, metrics: bool) -> bool:
        """One look of every autoscaler; whether one scales. Without ``metrics`` it only keeps its bounds."""
        self.looks.clear()
        scaled = False
        for resource in list(self._world.resources(_KIND)):
            workload = self._target(resource)
            if workload is not None and workload.scale is not None:
                scaled |= self._look(resource, workload, scale, metrics=metrics)
        return scaled

    def _target(self, resource: Resource) -> Workload | None:
        reference = fields.mapping(resource.spec, "scaleTargetRef")
        key = ObjectKey(fields.text(reference, "kind"), resource.namespace, fields.text(reference, "name"))
        return self._workloads.get(key)

    def _look(self, resource: Resource, workload: Workload, scale: ScaleTo, *, metrics: bool) -> bool:
        key = ObjectKey(_KIND, resource.namespace, resource.name)
        autoscaler = resource.view(read_autoscaler)
        current = workload.scale or 0
        load = self._load_on(workload.key) if metrics else None
        pods = [r for r in self._world.pods.values() if r.owner == workload.key]
        ready = sum(r.pod.ready and not r.pod.terminating for r in pods)
        each = None if load is None else (2 * load + ready) // (2 * ready) if ready else 0
        requests = requests_of(fields.mapping(pods[0].info.value, "spec")) if pods else {}
        usages = tuple(_usage(r, each) for r in pods)
        readings = tuple(
            Reading(usages) if each is not None and m.source is Source.RESOURCE and m.name == "cpu" else Reading()
            for m in autoscaler.metrics
        )
        seen = Cluster(tuple(map(_state, pods)), readings, requests)
        found = sync(autoscaler, current, seen, self._histories.setdefault(key, History()), float(self._world.now))
        if each is not None:
            self.looks[key] = Look(
                current,
                found.replicas,
                _utilization(autoscaler, [u for r, u in zip(pods, usages, strict=True) if r.pod.ready], requests),
            )
        if found.replicas == current:
            return False
        self._world.tell("SuccessfulRescale", key, f"New size: {found.replicas}; reason: {found.why or 'metrics'}")
        scale(workload.key, found.replicas)
        return True


def _usage(record: PodRecord, each: int | None) -> int | None:
    if each is None or not record.running or record.pod.terminating or record.pod.finished:
        return None
    return each if record.pod.ready else 0


def _state(record: PodRecord) -> PodState:
    pod = record.pod
    if pod.terminating:
        return PodState.DELETED
    if pod.finished:
        return PodState.FAILED
    if not record.running:
        return PodState.PENDING
    return PodState.READY if pod.ready else PodState.UNREADY


def _utilization(autoscaler: Autoscaler, usages: list[int | None], requests: Mapping[str, Any]) -> int | None:
    """(metrics, GetResourceUtilizationRatio): of the Ready Pods."""
    used = [u for u in usages if u is not None]
    request = request_of(requests, "cpu")
    if not used or not request or not any(m.target_type is TargetType.UTILIZATION for m in autoscaler.metrics):
        return None
    return sum(used) * 100 // (request * len(used))
