"""What happens to Pods because of their nodes: lost ones, taints, and nodes that are no more."""

from __future__ import annotations

from collections.abc import Callable

from kubelens.kube.node import Taint
from kubelens.predict.cluster.records import PodRecord
from kubelens.predict.cluster.world import World
from kubelens.predict.controllers.nodelifecycle import OUT_OF_SERVICE, UNREACHABLE, NodeHealth, tainted_nodes
from kubelens.predict.controllers.tainteviction import NO_EXECUTE, seconds_tolerated
from kubelens.predict.store.pod import Phase

May = Callable[[str], bool]


def lose(world: World, name: str, *, ended: bool = False) -> None:
    """Nobody hears from a node any more; its Pods are not Ready as far as anybody knows. ``ended``: its machine is no more."""
    record = world.nodes[name]
    record.lost = True
    record.ended = world.tick if ended and record.ended is None else record.ended
    record.taint(Taint(UNREACHABLE, "", "NoSchedule"))
    for pod in world.on_nodes.on([name]):
        if pod.pod.ready_since is not None:
            pod.pod.ready_since = None
            world.changed(pod)
    world.tell_node("NodeNotReady", name, f"Node {name} status is now: NodeNotReady")
    world.node_changed(name)


def find_again(world: World, name: str) -> None:
    """A lost node's kubelet is heard from, and goes on where it was; a machine that is no more is not."""
    record = world.nodes[name]
    if record.ended is not None:
        return
    record.lost = False
    record.untaint(UNREACHABLE)
    world.tell_node("NodeReady", name, f"Node {name} status is now: NodeReady")
    world.node_changed(name)


def taint_lost_nodes(world: World, may: May) -> None:
    """Let the node lifecycle controller put on and take off its NoExecute taint; ``may`` decides where it is a race."""
    if world.taints_rest == world.node_changes or not any(record.lost for record in world.nodes.values()):
        return
    bearing, open_ = tainted_nodes(
        NodeHealth(name, record.zone, not record.lost, _has_taint(record.taints))
        for name, record in world.nodes.items()
    )
    world.taints_rest = -1 if open_ else world.node_changes
    for name, record in world.nodes.items():
        wanted = name in bearing or (name in open_ and may(name))
        if wanted != _has_taint(record.taints):
            if wanted:
                record.taint(Taint(UNREACHABLE, "", NO_EXECUTE))
            else:
                record.untaint(UNREACHABLE, NO_EXECUTE)
            world.node_changed(name)


def _has_taint(taints: list[Taint]) -> bool:
    return any(t.key == UNREACHABLE and t.effect == NO_EXECUTE for t in taints)


def due_for_eviction(world: World, *, step: bool) -> list[PodRecord]:
    """Pods that no longer tolerate their node's NoExecute taints; with ``step`` a tick more has passed under them."""
    due: list[PodRecord] = []
    bearing = {name: node for name, node in world.nodes.items() if node.taints and node.bears(NO_EXECUTE)}
    tainted = world.on_nodes.tainted
    for record in [r for r in tainted if r.pod.node not in bearing or r.pod.finished]:
        record.tainted = 0
        del tainted[record]
    for record in world.on_nodes.on(bearing):
        if record.pod.finished:
            continue
        node = bearing[record.pod.node]
        tainted[record] = None
        record.tainted += step
        seconds = seconds_tolerated(record.info, node.taints)
        if seconds is not None and record.tainted * world.seconds >= seconds and not record.pod.terminating:
            due.append(record)
    return due


def collect_orphans(world: World) -> list[PodRecord]:
    """Pods to be removed by force: their Node object is gone, or out of service and they are going (``podgc``)."""
    given_up = {n for n, node in world.nodes.items() if node.lost and any(t.key == OUT_OF_SERVICE for t in node.taints)}
    elsewhere = world.on_nodes.elsewhere(world.nodes)
    found: list[PodRecord] = []
    for record in world.on_nodes.on([*elsewhere, *given_up]):
        if record.pod.node in given_up:
            if record.pod.terminating:
                found.append(record)
            continue
        record.orphaned += 1
        if record.orphaned > 1:
            found.append(record)
    return found


def remove_by_force(world: World, record: PodRecord) -> None:
    """(podgc, markFailedAndDeletePod)."""
    if not record.pod.finished:
        record.disrupted = True
        world.end_pod(record, Phase.FAILED)
    world.remove_pod(record)
