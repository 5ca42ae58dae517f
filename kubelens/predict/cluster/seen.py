"""What is seen of a virtual cluster in one tick: plain data, for promises, for JSON and for people."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from kubelens.predict.cluster.cluster import Cluster
from kubelens.predict.cluster.events import Event


class Seen(Struct, frozen=True):
    """A state at rest, ``second`` seconds after the first event, and what was told since the state before."""

    second: int
    data: dict[str, Any]
    events: tuple[Event, ...] = ()

    @property
    def ready(self) -> int:
        """Ready Pods that are not going."""
        return sum(1 for p in self.data["pods"] if p["state"] == "ready" and not p["terminating"])

    @property
    def pending(self) -> int:
        """Pods without a node."""
        return sum(1 for p in self.data["pods"] if p["state"] == "pending")


def see(cluster: Cluster, second: int, events: tuple[Event, ...] = ()) -> Seen:
    """The cluster as it is."""
    return Seen(second, state_data(cluster, second), events)


def state_data(cluster: Cluster, second: int) -> dict[str, Any]:
    """``second``, ``pods``, ``workloads``, ``services``, ``budgets``, ``quotas`` and ``nodes``, as CEL reads them."""
    world = cluster.world
    on_node: dict[str, int] = {}
    pods = []
    for record in world.pods.values():
        pod = record.pod
        if pod.bound and not pod.finished:
            on_node[pod.node] = on_node.get(pod.node, 0) + 1
        pods.append(
            {
                "namespace": record.key.namespace,
                "name": record.key.name,
                "owner": str(record.owner) if record.owner is not None else "",
                "revision": record.revision,
                "node": pod.node if pod.bound else "",
                "state": record.state,
                "terminating": pod.terminating,
                "message": record.message,
            }
        )
    return {
        "second": second,
        "pods": pods,
        "workloads": {
            str(w.key): {**w.status(), "desired": w.scale or 0, "conditions": list(w.conditions())}
            for w in cluster.workloads
        },
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
                "pods": on_node.get(name, 0),
            }
            for name, record in world.nodes.items()
        },
    }
