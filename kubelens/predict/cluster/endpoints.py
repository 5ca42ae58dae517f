"""Endpoints of Services as of their controller's last look (``pkg/controller/endpointslice``)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from msgspec import Struct, field

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

    def with_one(self, more: ServiceEndpoints, less: ServiceEndpoints) -> ServiceEndpoints:
        """With what one Pod brings now in place of what it brought before."""
        return ServiceEndpoints(
            self.ready + more.ready - less.ready,
            self.serving + more.serving - less.serving,
            self.terminating + more.terminating - less.terminating,
            self.total + more.total - less.total,
        )


_NONE: Final = ServiceEndpoints()


class _Share(Struct):
    """What each Pod of a Service brings, those of which it is to be looked at anew, and the nodes as of the last look."""

    brought: dict[PodRecord, ServiceEndpoints] = field(default_factory=dict)
    changed: dict[PodRecord, None] = field(default_factory=dict)
    nodes: int = -1


class Endpoints:
    """Every Service's endpoints; looked at anew when one of its Pods changes, and then at that Pod."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._selections = Selections()
        self._due: dict[ObjectKey, None] = {}
        self._shares: dict[ObjectKey, _Share] = {}
        self._nodes: dict[str, None] = {}
        self._came_and_went = 0
        """How often a node has come or gone: then every Pod of a Service counts anew at its next look."""
        self.found: dict[ObjectKey, ServiceEndpoints] = {}
        self.looked: dict[ObjectKey, int] = {}
        """The tick in which each was looked at last."""
        world.pod_watchers.append(self._pod_changed)
        world.object_watchers.append(self._object_changed)
        world.node_watchers.append(self._node_changed)

    def _node_changed(self, name: str) -> None:
        if (name in self._nodes) != (name in self._world.nodes):
            self._came_and_went += 1
            self._nodes = dict.fromkeys(self._world.nodes)

    def _object_changed(self, key: ObjectKey) -> None:
        if key.kind != "Service":
            return
        resource = self._world.manifest(key)
        self._selections.drop(key)
        self._shares.pop(key, None)
        if resource is None:
            for table in (self._due, self.found, self.looked):
                table.pop(key, None)
            return
        self._due[key] = None
        if has_selector(resource.value):
            selector = equality_selector(resource.spec.get("selector"))
            self._selections.put(key, selector, self._world.pods.values())

    def _pod_changed(self, record: PodRecord, change: Change) -> None:
        if change is Change.MESSAGE:
            return
        for key in self._selections.matching(record):
            self._due[key] = None
            if key in self._shares:
                self._shares[key].changed[record] = None
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
        share = self._shares.get(key)
        if share is None or share.nodes != self._came_and_went:
            share = self._shares[key] = _Share(nodes=self._came_and_went)
            share.changed.update(dict.fromkeys(self._selections.chosen(key)))
            found = _NONE
        else:
            found = self.found[key]
        published = publishes_unready(service.value)
        for record in share.changed:
            now = self._brings(service, record, published=published)
            found = found.with_one(now, share.brought.pop(record, _NONE))
            if now != _NONE:
                share.brought[record] = now
        share.changed.clear()
        return found

    def _brings(self, service: Resource, record: PodRecord, *, published: bool) -> ServiceEndpoints:
        """What a Pod that a Service selects brings to its slices."""
        world = self._world
        if record.pod not in world.pods or not record.running:
            return _NONE
        if not published and record.pod.node not in world.nodes:
            return _NONE
        endpoints = [e for one in slices_of(service.value, [self._seen(record)]) for e in one.endpoints]
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
