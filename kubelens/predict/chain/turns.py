"""Pods that are made one after the other: which a StatefulSet makes beside those that stand, and which it does not yet.

Follows ``processReplica`` (statefulset, ``stateful_set_control.go``): a Pod that has ended is deleted and made anew, one
that is being deleted keeps its name until it is gone, and with OrderedReady nothing is made after one that is not Ready.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.kube.standing import kept_by_cluster
from kubelens.predict.api import Ask
from kubelens.predict.chain.admitted import AdmittedPods
from kubelens.predict.chain.claims import MadeClaim
from kubelens.predict.chain.standing import StandingPodsOf
from kubelens.predict.controllers.disruption import PodState, state_of
from kubelens.predict.controllers.endpointslice import ENDED, is_terminating
from kubelens.predict.controllers.statefulset import makes_in_turn
from kubelens.predict.first_names import first_names
from kubelens.predict.kubelet.never_ready import NeverReady
from kubelens.predict.scheduler.pending import PendingPod, Turn
from kubelens.predict.scheduler.placement import Placement
from kubelens.predict.scheduler.plugins.volume_restrictions import claim_names
from kubelens.predict.scheduler.pod_info import PodInfo, read_pod

_MOST_NAMED: Final = 3
_NOT_READY: Final = "which is not Ready"
_NEVER_READY: Final = "which is never Ready"
_DELETED: Final = "which is being deleted"
_TO_BE_GONE: Final = "the Pod of the same name that is being deleted"
_TAKEN: Final = "the Pod of the same name that is not its own"


class Turns(Struct, frozen=True, eq=False):
    """How a StatefulSet stands. ``in_turn``: whether it makes its Pods one after the other.

    ``keeps``: what keeps it from making the Pod of a name; ``stops``: the Pods after which it makes none, in order, as
    (ordinal, name, what they are); ``waiting``: ids of standing Pods without a node, with their place;
    ``own``: names of its Pods that stand, ended ones included.
    """

    in_turn: bool = False
    keeps: Mapping[str, str] = {}
    stops: tuple[tuple[int, str, str], ...] = ()
    waiting: Mapping[int, Turn] = {}
    own: Collection[str] = ()

    def waits_for(self, name: str, gone: Collection[str] = ()) -> str:
        """What a Pod has to wait for before it is made, in words; ``gone``: names of Pods that stand no longer."""
        ordinal = int(name.rpartition("-")[2]) if self.in_turn else 0
        for at, other, what in self.stops:
            if at < ordinal and other not in gone:
                return f"{other}, {what}"
        return self.keeps.get(name, "") if name not in gone else ""


def turns_of(ask: Ask, admitted: AdmittedPods) -> Turns:
    """How a workload stands; for all but StatefulSets nothing is in turn."""
    owner = admitted.owner
    if admitted.made is None or owner.kind != "StatefulSet":
        return Turns()
    in_turn = makes_in_turn(admitted.made.workload.resource.value)
    names = {pod.name for pod in ask.bundle.all("Pod", owner.namespace, group="")}
    own = {pod.name: pod for pod in ask(StandingPodsOf(owner.namespace)).answer.get((owner.kind, owner.name), ())}
    keeps: dict[str, str] = {}
    waiting: dict[int, Turn] = {}
    stops: list[tuple[int, str, str]] = []
    never = in_turn and bool(ask(NeverReady(owner)).answer)
    for ordinal in admitted.made.numbers:
        name = admitted.made.name(ordinal)
        pod = own.get(name)
        if pod is None:
            if name in names:
                keeps[name] = _TAKEN
            what = "whose name another Pod has" if name in names else _NEVER_READY if never else ""
        else:
            value = kept_by_cluster(pod, "nodeName")
            if is_terminating(value):
                keeps[name] = _TO_BE_GONE
            elif not has_ended(pod) and not fields.mapping(value, "spec").get("nodeName"):
                waiting[id(pod)] = Turn(owner, ordinal)
            what = _unfit(value)
        if what and in_turn:
            stops.append((ordinal, name, what))
    return Turns(in_turn, keeps, tuple(stops), waiting if in_turn else {}, own.keys())


def _unfit(value: Mapping[str, Any]) -> str:
    """Why nothing is made after a Pod with a node, in words; one that has no status is taken to run."""
    if is_terminating(value):
        return _DELETED
    ended = fields.text(fields.mapping(value, "status"), "phase") in ENDED
    with_node = bool(fields.mapping(value, "spec").get("nodeName"))
    return _NOT_READY if with_node and not ended and state_of(value) is not PodState.READY else ""


def has_ended(pod: Resource) -> bool:
    """Whether a standing Pod has Succeeded or Failed: it takes no room, and controllers make another."""
    return fields.text(fields.mapping(kept_by_cluster(pod), "status"), "phase") in ENDED


def has_standing_pods(ask: Ask, resource: Resource) -> bool:
    """Whether a workload has Pods among the manifests that have a node and have not ended."""
    there = ask(StandingPodsOf(resource.namespace)).answer.get((resource.kind, resource.name), ())
    return any(fields.text(pod.spec, "nodeName") and not has_ended(pod) for pod in there)


def in_order(pods: Iterable[PendingPod], turns: Turns) -> Iterator[PendingPod]:
    """The Pods that a workload is yet to make, each with its turn or with what keeps it from being made."""
    for one in pods:
        turn = Turn(one.owner, int(one.name.rpartition("-")[2])) if turns.in_turn else None
        yield replace(one, turn=turn, waits_for=turns.waits_for(one.name), claimed=one.name in turns.own)


def turn_of(pod: PodInfo, bundle: Bundle) -> Turn | None:
    """The place of a Pod that its StatefulSet makes in turn; None for all others."""
    kind, name = pod.owner
    owner = bundle.get(kind, pod.namespace, name, group="apps") if kind == "StatefulSet" else None
    number = pod.name.rpartition("-")[2]
    in_turn = owner is not None and number.isdecimal() and makes_in_turn(owner.value)
    return Turn(owner, int(number)) if owner is not None and in_turn else None


def as_they_stand(held_back: Iterable[PendingPod]) -> Iterator[str]:
    """What is taken for granted of standing Pods that others wait for, in a sentence each."""
    for text in dict.fromkeys(f"{one.owner.namespace or 'default'}/{one.waits_for}" for one in held_back):
        if text.endswith((_NOT_READY, _DELETED)):
            yield f"{text.partition(',')[0]} stays as it is: once it is Ready, the Pods after it are created"


def side_by_side(placements: Iterable[Placement], lines: int) -> Iterator[str]:
    """What is taken for granted where several workloads make Pods in turn and there is not room for all."""
    if lines > 1 and any(one.victims or not one.chosen for one in placements):
        yield "Pods of StatefulSets become Ready equally fast: the next ones of each come at one time"


def unmade_claims(held_back: Iterable[PendingPod], claims: Mapping[str, MadeClaim]) -> dict[str, str]:
    """The claims that are made with Pods that are held back, and why they are not; those of standing Pods are there."""
    return {
        key: why_held(one)
        for one in held_back
        if one.turn is not None and not one.claimed and one.waits_for != _TAKEN
        for name in claim_names(read_pod(one.value))
        if (made := claims.get(key := f"{one.key.partition('/')[0]}/{name}")) is not None and made.owner is one.owner
    }


def told_of(held_back: Sequence[PendingPod]) -> tuple[tuple[Resource, str], ...]:
    """Each workload whose Pods are not made, with a sentence for each thing that they wait for."""
    groups: dict[tuple[int, str], list[PendingPod]] = {}
    for one in held_back:
        groups.setdefault((id(one.owner), one.waits_for), []).append(one)
    return tuple(
        (group[0].owner, _sentence([one.name for one in group], group[0].waits_for)) for group in groups.values()
    )


def why_held(one: PendingPod) -> str:
    """Why a Pod is not made, in a sentence."""
    return _sentence([one.name], one.waits_for)


def waits_in_turn(name: str, before: str) -> str:
    """Why a Pod is not made whose turn comes after one that does not run, in a sentence."""
    return _sentence([name], before)


def _sentence(names: list[str], waits_for: str) -> str:
    verb = "waits" if len(names) == 1 else "wait"
    then = "OrderedReady, a Pod is created once the one before it is Ready"
    if waits_for in (_TO_BE_GONE, _TAKEN):
        then = "its name is free once that is gone" if len(names) == 1 else "their names are free once those are gone"
    return f"{first_names(names, _MOST_NAMED)} {verb} for {waits_for}: {then}"
