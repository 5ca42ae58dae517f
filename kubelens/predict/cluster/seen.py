"""What is seen of a virtual cluster in one tick: plain data, for promises, for JSON and for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from kubelens.kube.resource import Resource
from kubelens.predict.cluster.cluster import Cluster
from kubelens.predict.cluster.events import Event
from kubelens.predict.cluster.records import Change, PodRecord
from kubelens.predict.cluster.workload import Workload
from kubelens.predict.scheduler.state import NodeInfo
from kubelens.predict.store.objects import ObjectKey


class Seen(Struct, frozen=True):
    """A state at rest, ``second`` seconds after the first event, and what was told since the state before.

    ``objects``: those that were applied, the same ones from state to state until one of them changes.
    """

    second: int
    data: dict[str, Any]
    events: tuple[Event, ...] = ()
    objects: tuple[Resource, ...] = ()


class Viewer:
    """Looks at one cluster again and again: what has not changed is the same map from state to state."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._shown: dict[PodRecord, tuple[tuple[Any, ...], dict[str, Any]]] = {}
        self._changed = dict.fromkeys(cluster.world.pods.values())
        self._last: dict[str, Any] = {}
        self._moment: tuple[int, int] | None = None
        """The world's counts of changes when it was looked at last: while they stand, only time passes."""
        self._unsteady: list[Workload] = []
        """The workloads that time alone may change since then."""
        self._objects: tuple[Resource, ...] = ()
        self._stale = True
        cluster.world.object_watchers.append(self._object_changed)
        cluster.world.pod_watchers.append(self._pod_changed)

    def _object_changed(self, key: ObjectKey) -> None:
        self._stale = True

    def _pod_changed(self, record: PodRecord, change: Change) -> None:
        if change is Change.GONE:
            self._changed.pop(record, None)
            self._shown.pop(record, None)
        else:
            self._changed[record] = None

    def see(self, second: int, events: tuple[Event, ...] = ()) -> Seen:
        """The cluster as it is."""
        shown = self._shown
        for record in self._changed:
            now = (record.state, record.pod.terminating, record.pod.bound and record.pod.node, record.message)
            known = shown.get(record)
            if known is None or known[0] != now:
                shown[record] = (now, _pod(record))
        self._changed.clear()
        if self._stale:
            self._stale = False
            contents = (stored.content for stored in self._cluster.world.store)
            self._objects = tuple(content for content in contents if isinstance(content, Resource))
        world = self._cluster.world
        moment = (world.changes, world.store.handed_over)
        if moment == self._moment:
            workloads = {**self._last["workloads"], **_workloads(self._cluster, self._unsteady)}
            self._last = {**self._last, "second": second, "workloads": _same(workloads, self._last["workloads"])}
        else:
            pods = [shown[record][1] for record in world.pods.values()]
            self._last = _as_before(_data(self._cluster, second, pods), self._last)
            self._moment = moment
        self._unsteady = [w for w in self._cluster.workloads if not w.stand().steady]
        return Seen(second, self._last, events, self._objects)


def _as_before(data: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """A state of which whatever is as it was in the one before is the same map or list: many states are kept."""
    return {part: _same(found, before.get(part)) for part, found in data.items()}


def _same(found: Any, before: Any) -> Any:
    if not isinstance(found, dict) or not isinstance(before, dict):
        return before if found == before else found
    kept = {name: known if (known := before.get(name)) == one else one for name, one in found.items()}
    return before if list(kept) == list(before) and kept == before else kept


def state_data(cluster: Cluster, second: int) -> dict[str, Any]:
    """``second``, ``pods``, ``workloads``, ``services``, ``budgets``, ``quotas`` and ``nodes``, as CEL reads them."""
    return _data(cluster, second, [_pod(record) for record in cluster.world.pods.values()])


def _pod(record: PodRecord) -> dict[str, Any]:
    pod = record.pod
    return {
        "namespace": record.key.namespace,
        "name": record.key.name,
        "owner": str(record.owner) if record.owner is not None else "",
        "revision": record.revision,
        "node": pod.node if pod.bound else "",
        "state": record.state,
        "terminating": pod.terminating,
        "message": record.message,
    }


def _data(cluster: Cluster, second: int, pods: list[dict[str, Any]]) -> dict[str, Any]:
    world = cluster.world
    stand = cluster.scheduler.nodes
    return {
        "second": second,
        "pods": pods,
        "workloads": _workloads(cluster, cluster.workloads),
        "services": {
            f"{key.namespace}/{key.name}": {
                "ready": found.ready,
                "serving": found.serving,
                "terminating": found.terminating,
                "total": found.total,
            }
            for key, found in cluster.endpoints.found.items()
        },
        "budgets": {
            f"{r.namespace}/{r.name}": {
                "allowed": s.allowed,
                "current": s.healthy,
                "desired": s.desired,
                "expected": s.expected,
            }
            for r, s in cluster.budgets.resources()
        },
        "quotas": {f"{r.namespace}/{r.name}": cluster.quotas.used(r) for r in world.resources("ResourceQuota")},
        "nodes": {
            name: {
                "ready": not record.lost,
                "unschedulable": record.unschedulable,
                "taints": sorted(map(str, record.taints)),
                "pods": len(stand[name].pods) if name in stand else 0,
                "cpu": _share(stand.get(name), "cpu"),
                "memory": _share(stand.get(name), "memory"),
            }
            for name, record in world.nodes.items()
        },
    }


def _workloads(cluster: Cluster, workloads: Iterable[Workload]) -> dict[str, dict[str, Any]]:
    """Some workloads by what they are called."""
    return {
        str(w.key): {
            **w.status(),
            "desired": w.scale or 0,
            "conditions": list(w.conditions()),
            "owner": str(owner) if (owner := cluster.world.owner_of(w.key)) is not None else "",
        }
        for w in workloads
    }


def _share(node: NodeInfo | None, resource: str) -> int:
    """What the Pods on a node ask for, in percent of what it has to give."""
    amount = node.node.allocatable.get(resource, 0) if node is not None else 0
    return 100 * node.requested.get(resource, 0) // amount if node is not None and amount else 0
