"""Endpoints of Services as of their controller's last look (``pkg/controller/endpointslice``)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from kubelens.kube.resource import Resource
from kubelens.kube.selector import equality_selector
from kubelens.predict.cluster.records import Change, PodRecord
from kubelens.predict.cluster.selections import Selections
from kubelens.predict.cluster.world import World
from kubelens.predict.controllers.endpointslice import has_selector, publishes_unready, slices_of
from kubelens.predict.store.objects import ObjectKey


class ServiceEndpoints(Struct, frozen=True):
    """How many endpoints a Service has, over all its slices."""

    ready: int = 0
    serving: int = 0
    terminating: int = 0
    total: int = 0


class Endpoints:
    """Every Service's endpoints; looked at anew when one of its Pods changes."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._selections = Selections()
        self._due: dict[ObjectKey, None] = {}
        self.found: dict[ObjectKey, ServiceEndpoints] = {}
        self.looked: dict[ObjectKey, int] = {}
        """The tick in which each was looked at last."""
        world.pod_watchers.append(self._pod_changed)
        world.object_watchers.append(self._object_changed)

    def _object_changed(self, key: ObjectKey) -> None:
        if key.kind != "Service":
            return
        resource = self._world.manifest(key)
        if resource is None:
            self._selections.drop(key)
            for table in (self._due, self.found, self.looked):
                table.pop(key, None)
            return
        self._due[key] = None
        self._selections.drop(key)
        if has_selector(resource.value):
            selector = equality_selector(resource.spec.get("selector"))
            self._selections.put(key, selector, self._world.pods.values())

    def _pod_changed(self, record: PodRecord, change: Change) -> None:
        if change is Change.MESSAGE:
            return
        self._due.update(dict.fromkeys(self._selections.matching(record)))
        self._selections.see(record, change)

    def sync(self) -> None:
        """Work out the endpoints of the Services that are due."""
        due, self._due = self._due, {}
        for key in due:
            resource = self._world.manifest(key)
            if resource is not None:
                self.looked[key] = self._world.tick
                self.found[key] = self._count(resource, key)

    def _count(self, service: Resource, key: ObjectKey) -> ServiceEndpoints:
        published = publishes_unready(service.value)
        pods = [
            self._seen(record)
            for record in self._selections.chosen(key)
            if record.running and (published or record.pod.node in self._world.nodes)
        ]
        endpoints = [e for one in slices_of(service.value, [service.value, *pods]) for e in one.endpoints]
        return ServiceEndpoints(
            sum(e.ready is not False for e in endpoints),
            sum(e.serving is not False for e in endpoints),
            sum(e.terminating is True for e in endpoints),
            len(endpoints),
        )

    def behind(self, key: ObjectKey) -> Iterable[PodRecord]:
        """The Pods that a Service selects."""
        return self._selections.chosen(key)

    def _seen(self, record: PodRecord) -> dict[str, Any]:
        value, pod = record.info.value, record.pod
        metadata = {**value["metadata"], "name": record.key.name, "namespace": record.key.namespace}
        if pod.terminating:
            metadata["deletionTimestamp"] = "deleted"
        number = pod.created % 65536
        address = f"10.{len(record.key.name) % 256}.{number // 256}.{number % 256}"
        status = {
            "phase": str(pod.phase),
            "podIP": address,
            "podIPs": [{"ip": address}],
            "conditions": [{"type": "Ready", "status": "True" if pod.ready else "False"}],
        }
        return {"kind": "Pod", "metadata": metadata, "spec": {**value["spec"], "nodeName": pod.node}, "status": status}
