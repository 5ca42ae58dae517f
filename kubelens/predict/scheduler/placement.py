"""Placing many Pods one by one: queue order, ties, what does not fit, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Assumption, Prediction, Reason
from kubelens.predict.scheduler.admitted import Classes, admitted_pod
from kubelens.predict.scheduler.assumed_claims import give_classes, make_claims
from kubelens.predict.scheduler.cycle import Decision, schedule
from kubelens.predict.scheduler.default_preemption import Preemption, preempt
from kubelens.predict.scheduler.message import GATED, failure_message
from kubelens.predict.scheduler.pod_info import PodInfo, read_pod
from kubelens.predict.scheduler.pods_of import PendingPod, pods_of_bundle
from kubelens.predict.scheduler.state import ClusterState, cluster_state
from kubelens.syntax.place import Place

_EXPLAINED: Final = 30_000
"""Pods times nodes up to which every score is kept, so that it can be shown."""


class Placement(Struct, frozen=True):
    """Where one Pod goes. ``nodes``: the nodes that tie for it (empty where none fits); ``chosen``: the one gone on with.

    ``victims``: Pods that would be sent away on the chosen node.
    """

    pod: PodInfo
    owner: Resource | None
    nodes: tuple[str, ...]
    chosen: str
    message: str
    decision: Decision | None
    victims: tuple[str, ...] = ()


class Schedule(Struct, frozen=True):
    """All placements in order, the cluster after them, and what was taken for granted of its volumes."""

    placements: tuple[Placement, ...]
    state: ClusterState
    assumptions: tuple[str, ...] = ()


def cluster_objects(bundle: Bundle) -> Iterator[Mapping[str, Any]]:
    """What of a bundle a scheduler looks up: all but unplaced Pods and workloads that bring Pods."""
    for resource in bundle:
        if resource.partial:
            continue
        value = {**resource.value, "metadata": {**resource.metadata, "namespace": resource.namespace or "default"}}
        yield value


def build_state(bundle: Bundle, nodes: Iterable[Mapping[str, Any]]) -> tuple[ClusterState, Classes]:
    """The cluster of a bundle and of further nodes, and its classes."""
    classes = Classes()
    objects = [*nodes, *cluster_objects(bundle)]
    for obj in objects:
        classes.take(obj)
    admitted = [admitted_pod(o, classes) if o.get("kind") == "Pod" else o for o in objects]
    state = cluster_state(admitted)
    return state, classes


def place_all(pending: Iterable[PendingPod], state: ClusterState, classes: Classes) -> Iterator[Placement]:
    """Place Pods in queue order: higher priority first, then as given."""
    ready: list[tuple[int, int, PodInfo, Resource | None]] = []
    for number, one in enumerate(pending):
        pod = read_pod(admitted_pod(one.value, classes))
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
        if ArrayScheduler.supports(pod):
            feasible, totals = arrays.decide(pod)
            if feasible.any():
                nodes = arrays.ties(feasible, totals)
                arrays.add(pod, nodes[0])
                yield Placement(pod, owner, nodes, nodes[0], "", None)
                continue
        placement = place(pod, owner, state)
        yield placement
        if placement.chosen:
            arrays = ArrayScheduler(state)


def place(pod: PodInfo, owner: Resource | None, state: ClusterState) -> Placement:
    """Place one Pod, taking the first of the best nodes, and change the cluster accordingly."""
    if pod.gates:
        return Placement(pod, owner, (), "", GATED, None)
    if pod.node_name:
        if pod.node_name in state.nodes:
            state.nodes[pod.node_name].add(read_pod(pod.value, placed=True))
        return Placement(pod, owner, (pod.node_name,), pod.node_name, "", None)
    decision = schedule(pod, state)
    if decision.best:
        chosen = decision.best[0]
        state.nodes[chosen].add(read_pod(pod.value, placed=True))
        return Placement(pod, owner, decision.best, chosen, "", decision)
    preemption: Preemption | None = None
    if decision.refusal is None and not decision.error and decision.nodes:
        preemption = preempt(decision, state)
        if preemption.candidates:
            best = preemption.candidates[0]
            gone = tuple(v.key for v in best.sent_away)
            state.nodes[best.node] = state.nodes[best.node].without(best.victims)
            state.nodes[best.node].add(read_pod(pod.value, placed=True))
            nodes = tuple(c.node for c in preemption.candidates)
            return Placement(pod, owner, nodes, best.node, failure_message(decision, preemption), decision, gone)
    return Placement(pod, owner, (), "", failure_message(decision, preemption), decision)


class ScheduleOf(Struct, frozen=True):
    """Where every Pod of the bundle goes. ``nodes``: node objects beside the bundle's, as (JSON text) for equality."""

    nodes: tuple[str, ...] = ()

    def answer(self, ask: Ask) -> Prediction[Schedule]:
        """Place everything the bundle's controllers would create."""
        import json  # noqa: PLC0415 - node objects travel as text so that the question is hashable

        state, classes = build_state(ask.bundle, [json.loads(text) for text in self.nodes])
        pending = pods_of_bundle(ask.bundle, [info.node for info in state.nodes.values()])
        make_claims(ask.bundle.all("StatefulSet"), pending, state)
        taken = give_classes(state)
        placements = tuple(place_all(pending, state, classes))
        assumptions = [
            *taken,
            "start order inside a workload is by number",
            "equal nodes: the first in the cluster's order is gone on with",
        ]
        reasons = tuple(
            Reason(f"{p.pod.key}: {p.message}", p.owner.place if p.owner else Place("", 0))
            for p in placements
            if not p.chosen
        )
        return Prediction(Schedule(placements, state, taken), reasons, tuple(Assumption(t) for t in assumptions))
