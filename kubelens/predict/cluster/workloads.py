"""The workloads of a cluster, and whose controllers have something to do."""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.predict.cluster.quotas import Quotas
from kubelens.predict.cluster.records import Change, PodRecord
from kubelens.predict.cluster.templates import Templates
from kubelens.predict.cluster.workload import Workload
from kubelens.predict.cluster.world import World, key_of
from kubelens.predict.store.objects import ObjectKey


class Workloads:
    """All workloads of a cluster, in the order in which they were applied."""

    def __init__(self, world: World, templates: Templates, quotas: Quotas) -> None:
        self._world = world
        self._templates = templates
        self._quotas = quotas
        self._all: dict[ObjectKey, Workload] = {}
        self._queue: dict[ObjectKey, None] = {}
        world.object_watchers.append(self._object_changed)
        world.pod_watchers.append(self._pod_changed)
        world.node_watchers.append(self._node_changed)

    def __iter__(self) -> Iterator[Workload]:
        return iter(self._all.values())

    def get(self, key: ObjectKey) -> Workload | None:
        """A workload, None where there is none of that name."""
        return self._all.get(key)

    def apply(self, resource: Resource) -> None:
        """A workload is created or changed."""
        key = key_of(resource)
        known = self._all.get(key)
        self._queue[key] = None
        if known is not None:
            known.edit(resource)
            return
        self._world.applied += 1
        made = self._all[key] = Workload(self._world, resource, self._world.applied, self._templates, self._quotas)
        if made.replication is not None:
            for record in self._world.pods.values():
                made.adopt(record)

    def begin_rest(self) -> None:
        """Controllers that wait for something look once, after those whose Pods have changed."""
        self._queue.update(dict.fromkeys(key for key, workload in self._all.items() if workload.stand().waits))

    def rest(self) -> None:
        """Let the controllers act on what has changed, in the order in which it did; not on what is being deleted."""
        queue, self._queue = self._queue, {}
        for key in queue:
            if key in self._all and not self._world.is_going(key):
                self._all[key].rest()

    def _object_changed(self, key: ObjectKey) -> None:
        if key in self._all and key not in self._world.store:
            del self._all[key]

    def _pod_changed(self, record: PodRecord, change: Change) -> None:
        if change is Change.CREATED and record.owner is None:
            any(workload.adopt(record) for workload in self._all.values())
        workload = self._all.get(record.owner) if record.owner is not None else None
        if workload is None:
            return
        self._queue[workload.key] = None
        if change is Change.GONE:
            workload.forget(record.pod)
        workload.changed()
        if workload.daemonset is not None:
            workload.daemonset.wake()

    def _node_changed(self, name: str) -> None:
        record = self._world.nodes.get(name)
        for workload in self._all.values():
            if workload.daemonset is None:
                continue
            self._queue[workload.key] = None
            workload.changed()
            if record is None:
                workload.daemonset.forget_node(name)
            else:
                workload.see_node(record.node())
