"""Placing many Pods one by one: queue order, ties, what does not fit, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from kubelens.kube.resource import Resource
from kubelens.predict.scheduler.cycle import Decision, schedule
from kubelens.predict.scheduler.default_preemption import Preemption, preempt
from kubelens.predict.scheduler.devices.extended_resources import given_by_classes
from kubelens.predict.scheduler.message import GATED, failure_message
from kubelens.predict.scheduler.pending import PendingPod
from kubelens.predict.scheduler.plugins import dynamic_resources, volume_binding
from kubelens.predict.scheduler.plugins.dynamic_resources import release
from kubelens.predict.scheduler.pod_info import PodInfo, PodReader, read_pod
from kubelens.predict.scheduler.state import ClusterState, NodeInfo

_EXPLAINED: Final = 30_000
"""Pods times nodes up to which every score is kept, so that it can be shown."""


class Placement(Struct, frozen=True):
    """Where one Pod goes. ``nodes``: the nodes that tie for it (empty where none fits); ``chosen``: the one gone on with.

    ``victims``: Pods that would be sent away on the chosen node.
    """

    pod: PodInfo
    owner: Resource | None
    nodes: Sequence[str]
    chosen: str
    message: str
    decision: Decision | None
    victims: tuple[str, ...] = ()


class Schedule(Struct, frozen=True):
    """All placements in order, the cluster after them, and what was taken for granted of its volumes."""

    placements: tuple[Placement, ...]
    state: ClusterState
    assumptions: tuple[str, ...] = ()


def place_all(pending: Iterable[PendingPod], state: ClusterState) -> Iterator[Placement]:
    """Place admitted Pods in queue order: higher priority first, then as given."""
    ready: list[tuple[int, int, PodInfo, Resource | None]] = []
    reader = PodReader()
    for number, one in enumerate(pending):
        pod = reader.read(one.value)
        ready.append((-pod.priority, number, pod, one.owner))
    ready.sort(key=lambda entry: entry[:2])
    if len(ready) * len(state.nodes) <= _EXPLAINED:
        for _, _, pod, owner in ready:
            yield place(pod, owner, state)
        return
    yield from _place_many([(pod, owner) for _, _, pod, owner in ready], state)


def _place_many(pods: list[tuple[PodInfo, Resource | None]], state: ClusterState) -> Iterator[Placement]:
    """As :func:`place`, over arrays: the same nodes, without the scores of each."""
    from kubelens.predict.scheduler.arrays import ArrayScheduler  # noqa: PLC0415 - NumPy is loaded only for many Pods

    arrays = ArrayScheduler(state)
    for pod, owner in pods:
        if arrays.supports(pod) and not given_by_classes(pod, state.devices):
            feasible, totals = arrays.decide(pod)
            if feasible.any():
                nodes, chosen = arrays.choose(feasible, totals)
                arrays.add(pod, chosen)
                yield Placement(pod, owner, nodes, chosen, "", None)
                continue
        placement = place(pod, owner, state)
        yield placement
        if placement.victims:
            arrays = ArrayScheduler(state)
        elif placement.chosen in state.nodes:
            arrays.stands(pod, placement.chosen)


def place(pod: PodInfo, owner: Resource | None, state: ClusterState) -> Placement:
    """Place one Pod and change the cluster accordingly; of the best nodes the one with the fewest Pods is gone on with.

    A scheduler takes any of them (``selectHost``): so equal Pods are shared out.
    """
    if pod.gates:
        return Placement(pod, owner, (), "", GATED, None)
    if pod.node_name:
        if pod.node_name in state.nodes:
            state.nodes[pod.node_name].add(read_pod(pod.value, placed=True))
        return Placement(pod, owner, (pod.node_name,), pod.node_name, "", None)
    decision = schedule(pod, state)
    if decision.best:
        chosen = min(decision.best, key=lambda name: len(state.nodes[name].pods))
        _reserve(pod, state.nodes[chosen], state)
        state.nodes[chosen].add(read_pod(pod.value, placed=True))
        return Placement(pod, owner, decision.best, chosen, "", decision)
    preemption: Preemption | None = None
    if decision.refusal is None and not decision.error and decision.nodes:
        preemption = preempt(decision, state)
        if preemption.candidates:
            best = preemption.candidates[0]
            gone = tuple(v.key for v in best.sent_away)
            state.nodes[best.node] = state.nodes[best.node].without(best.victims)
            for victim in best.victims:
                release(victim, state)
            _reserve(pod, state.nodes[best.node], state)
            state.nodes[best.node].add(read_pod(pod.value, placed=True))
            nodes = tuple(c.node for c in preemption.candidates)
            return Placement(pod, owner, nodes, best.node, failure_message(decision, preemption), decision, gone)
    return Placement(pod, owner, (), "", failure_message(decision, preemption), decision)


def _reserve(pod: PodInfo, info: NodeInfo, state: ClusterState) -> None:
    """What plugins keep for a Pod on the node it goes to (``RunReservePluginsReserve``)."""
    volume_binding.reserve(pod, info, state)
    dynamic_resources.reserve(pod, info, state)
