"""Scenarios with a name of their own, for any bundle on any cluster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from kubelens.kube.node import HOSTNAME, ZONE, read_node
from kubelens.kube.resource import Resource
from kubelens.predict.cluster.actions import AddNode, Drain, FindNode, LoseNode, Patch, RemoveNode, Scale, Uncordon
from kubelens.predict.cluster.promises import Fits, NoDisruption, Promise
from kubelens.predict.cluster.scenario import DRAINED, SETTLED, Scenario, Step
from kubelens.predict.cluster.world import key_of
from kubelens.predict.controllers.fields import count, part

Nodes = Sequence[Mapping[str, Any]]
ROLLED: Final = ("Deployment", "StatefulSet", "DaemonSet")
_SCALED: Final = ("Deployment", "StatefulSet")
PROMISES: Final[tuple[Promise, ...]] = (NoDisruption("no-disruption"), Fits("fits"))
"""What holds where nothing else is promised."""
_AWAY: Final = 900


def _name(node: Mapping[str, Any]) -> str:
    return read_node(node).name


def upgrade_nodes(objects: Sequence[Resource], nodes: Nodes) -> tuple[Step, ...]:
    """Each node in turn is drained and replaced by a new one."""
    steps: list[Step] = []
    for node in nodes:
        name = _name(node)
        steps.append(Step(f"drain {name}", (Drain(name),), when=SETTLED))
        metadata = part(node, "metadata")
        labels = {**part(metadata, "labels"), HOSTNAME: f"{name}-new"}
        new = {**node, "metadata": {**metadata, "name": f"{name}-new", "labels": labels}}
        steps.append(Step(f"replace {name} by {name}-new", (RemoveNode(name), AddNode(new)), when=DRAINED))
    return tuple(steps)


def drain_all(objects: Sequence[Resource], nodes: Nodes) -> tuple[Step, ...]:
    """Each node in turn is drained, and comes back."""
    steps: list[Step] = []
    for node in nodes:
        name = _name(node)
        steps.append(Step(f"drain {name}", (Drain(name),), when=SETTLED))
        steps.append(Step(f"uncordon {name}", (Uncordon(name),), when=DRAINED))
    return tuple(steps)


def lose_node(objects: Sequence[Resource], nodes: Nodes) -> tuple[Step, ...]:
    """The first node is not heard from for 15 minutes."""
    name = _name(nodes[0])
    return (
        Step(f"node {name} is lost", (LoseNode(name),), at=0),
        Step(f"node {name} is back", (FindNode(name),), at=_AWAY),
    )


def lose_each_node(objects: Sequence[Resource], nodes: Nodes) -> tuple[Step, ...]:
    """Each node in turn is not heard from until its Pods are elsewhere, and comes back."""
    steps: list[Step] = []
    for name in map(_name, nodes):
        steps.append(Step(f"node {name} is lost", (LoseNode(name),), when=SETTLED))
        steps.append(Step(f"node {name} is back", (FindNode(name),), when=SETTLED))
    return tuple(steps)


def lose_zone(objects: Sequence[Resource], nodes: Nodes) -> tuple[Step, ...]:
    """The nodes of the largest zone are not heard from for 15 minutes."""
    zones = Counter(part(node, "metadata", "labels").get(ZONE, "") for node in nodes)
    zone = max(zones, key=lambda z: zones[z])
    gone = [_name(node) for node in nodes if part(node, "metadata", "labels").get(ZONE, "") == zone]
    called = f"zone {zone}" if zone else "every node (they name no zone)"
    return (
        Step(f"{called} is lost", tuple(LoseNode(name) for name in gone), at=0),
        Step(f"{called} is back", tuple(FindNode(name) for name in gone), at=_AWAY),
    )


def rollout(objects: Sequence[Resource], nodes: Nodes) -> tuple[Step, ...]:
    """Every workload gets a new Pod template at once, as by kubectl rollout restart."""
    noted = {"spec": {"template": {"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": "now"}}}}}
    changed = tuple(Patch(key_of(r), noted) for r in objects if r.kind in ROLLED and not r.partial)
    return (Step("every workload rolls out anew", changed, at=0),)


def scale_up(objects: Sequence[Resource], nodes: Nodes) -> tuple[Step, ...]:
    """Every Deployment and StatefulSet gets twice its replicas."""
    scaled = tuple(
        Scale(key_of(r), 2 * count(r.spec, "replicas", 1)) for r in objects if r.kind in _SCALED and not r.partial
    )
    return (Step("replicas are doubled", scaled, at=0),)


READY_MADE: Final[Mapping[str, Callable[[Sequence[Resource], Nodes], tuple[Step, ...]]]] = {
    "upgrade-nodes": upgrade_nodes,
    "lose-zone": lose_zone,
    "lose-node": lose_node,
    "lose-each-node": lose_each_node,
    "rollout": rollout,
    "scale-up": scale_up,
    "drain-all": drain_all,
}


def ready_made(name: str, objects: Sequence[Resource], nodes: Nodes) -> Scenario:
    """The scenario of a name: it promises that no Service is without endpoints, and that every Pod has a node."""
    make = READY_MADE[name]
    says = (make.__doc__ or "").strip()
    return Scenario(name, make(objects, nodes), PROMISES, says, limit=max(3600, 1200 * len(nodes)))
