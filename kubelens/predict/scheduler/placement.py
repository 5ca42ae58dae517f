"""Placing one Pod: ties, what does not fit, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from kubelens.kube.resource import Resource
from kubelens.predict.kubelet.admission import Rejection, admit, of_its_kind
from kubelens.predict.scheduler.cycle import Decision, schedule
from kubelens.predict.scheduler.default_preemption import Candidate, Preemption, importance, preempt
from kubelens.predict.scheduler.message import GATED, failure_message
from kubelens.predict.scheduler.plugins import dynamic_resources, volume_binding
from kubelens.predict.scheduler.plugins.dynamic_resources import release
from kubelens.predict.scheduler.pod_info import PodInfo, read_pod
from kubelens.predict.scheduler.state import ClusterState, NodeInfo

_NO_NODE: Final = "no kubelet starts it, and the Pod garbage collector deletes it"
_AGAIN: Final = "its controller makes another, which fares no better, without end"
_AFTERWARDS: Final = {
    "Pod": "it stays Failed, and nothing makes it anew",
    "Job": "it counts as a failure for its Job",
    "CronJob": "it counts as a failure for its Job",
}


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
    rejected_on: str = ""
    """The node whose kubelet does not take it."""
    spared: str = ""
    """A Pod there that may as well be sent away in place of one that is: it is no more important."""
    contested_by: str = ""
    """A Pod of higher priority that waits and fits where the victims were, as ``namespace/name``."""


def place(pod: PodInfo, owner: Resource | None, state: ClusterState) -> Placement:
    """Place one Pod and change the cluster accordingly; of the best nodes the one with the fewest Pods is gone on with.

    A scheduler takes any of them (``selectHost``): so equal Pods are shared out.
    """
    if pod.gates:
        return Placement(pod, owner, (), "", GATED, None)
    if pod.node_name:
        return _on_its_node(pod, owner, state)
    decision = schedule(pod, state)
    if decision.best:
        chosen = min(decision.best, key=lambda name: len(state.nodes[name].pods))
        rejection = of_its_kind(pod, state.nodes[chosen])
        if rejection is not None:
            return Placement(pod, owner, (), "", _told(rejection, chosen, owner), decision, (), chosen)
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
            spared = _spared(best, state.nodes[best.node])
            state.nodes[best.node].add(read_pod(pod.value, placed=True))
            nodes = tuple(c.node for c in preemption.candidates)
            message = failure_message(decision, preemption)
            return Placement(pod, owner, nodes, best.node, message, decision, gone, "", spared)
    return Placement(pod, owner, (), "", failure_message(decision, preemption), decision)


def _spared(best: Candidate, info: NodeInfo) -> str:
    """A Pod of another workload that stays though it is as important as one that goes; of equal ones any may go."""
    gone = [(importance(victim), victim.owner) for victim in best.victims]
    kept = (p for p in info.pods if any(rank == importance(p) and owner != p.owner for rank, owner in gone))
    return next((pod.key for pod in kept), "")


def _on_its_node(pod: PodInfo, owner: Resource | None, state: ClusterState) -> Placement:
    """A Pod that names its node goes past the scheduler: the kubelet there takes it, rejects it, or is not there."""
    info = state.nodes.get(pod.node_name)
    if info is None and state.made_up:
        return Placement(pod, owner, (pod.node_name,), pod.node_name, "", None)
    if info is None:
        return Placement(pod, owner, (), "", f"it names node {pod.node_name!r}, and there is none: {_NO_NODE}", None)
    verdict = admit(pod, info)
    if verdict.rejection is not None:
        told = _told(verdict.rejection, pod.node_name, owner)
        return Placement(pod, owner, (), "", told, None, (), pod.node_name)
    if verdict.victims:
        info = state.nodes[pod.node_name] = info.without(verdict.victims)
        for victim in verdict.victims:
            release(victim, state)
    info.add(read_pod(pod.value, placed=True))
    gone = tuple(victim.key for victim in verdict.victims)
    return Placement(pod, owner, (pod.node_name,), pod.node_name, "", None, gone)


def _told(rejection: Rejection, node: str, owner: Resource | None) -> str:
    then = _AFTERWARDS.get(owner.kind if owner is not None else "Pod", _AGAIN)
    return f"the kubelet of {node} rejects it: {rejection}; {then}"


def _reserve(pod: PodInfo, info: NodeInfo, state: ClusterState) -> None:
    """What plugins keep for a Pod on the node it goes to (``RunReservePluginsReserve``)."""
    volume_binding.reserve(pod, info, state)
    dynamic_resources.reserve(pod, info, state)
