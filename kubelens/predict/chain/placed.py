"""``Placed``: where the Pods that are let in go, beside those that stand already."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.node import Node
from kubelens.kube.resource import Resource
from kubelens.kube.standing import kept_by_cluster
from kubelens.kube.workload import Workload, workloads
from kubelens.predict.api import Ask, Assumption, Prediction, Reason
from kubelens.predict.chain.admitted import Admitted, AdmittedPods, standing_pod
from kubelens.predict.chain.bound import bindings_of
from kubelens.predict.chain.claims import ClaimsThatExist, MadeClaim, claims_of_pods
from kubelens.predict.chain.hooks import left_for_its_moment
from kubelens.predict.chain.named_nodes import elsewhere, kubelets_allow, past_the_scheduler, waits_for_a_kubelet
from kubelens.predict.chain.not_placed import left_to_operators, said_twice
from kubelens.predict.chain.one_time import runs_at_one_time
from kubelens.predict.chain.pods_of import is_suspended
from kubelens.predict.chain.quota_room import CutShort, most_pods
from kubelens.predict.chain.refused_claims import RefusedClaims
from kubelens.predict.chain.requeued import queued_before
from kubelens.predict.chain.standing import StandingPodsOf
from kubelens.predict.chain.turns import not_made, one_by_one, told_of
from kubelens.predict.controllers.persistentvolume.fate import NO_BINDINGS, Bindings
from kubelens.predict.scheduler.assumed_devices import assume_devices
from kubelens.predict.scheduler.assumed_owners import make_replica_sets
from kubelens.predict.scheduler.attachments import Waiting, waiting
from kubelens.predict.scheduler.bound_claims import put
from kubelens.predict.scheduler.pending import PendingPod
from kubelens.predict.scheduler.placement import Placement, place_all
from kubelens.predict.scheduler.state import ClusterState, cluster_state
from kubelens.predict.scheduler.unread_fields import unread_fields, unread_of_objects
from kubelens.syntax.place import Place

_KEPT: Final = {"Pod": ("nodeName",), "PersistentVolumeClaim": ("volumeName",), "PersistentVolume": ("claimRef",)}
"""Fields that only a cluster writes, by kind."""
IN_ORDER: Final = "start order inside a workload is by number"
MOST_PLACED: Final = 100_000
"""Pods that one answer places."""


class Schedule(Struct, frozen=True):
    """All placements in order, the cluster after them, what was taken for granted, and workloads without Pods.

    ``refused``: those whose Pods the API server does not let in. ``bindings``: what the volume controller did before.
    """

    placements: tuple[Placement, ...]
    state: ClusterState
    assumptions: tuple[str, ...] = ()
    refused: tuple[AdmittedPods, ...] = ()
    bindings: Bindings = NO_BINDINGS
    cut_short: tuple[tuple[Resource, str], ...] = ()
    """Workloads of whose Pods a quota lets some in, with the sentence."""
    idle: tuple[tuple[Resource, str], ...] = ()
    """Workloads that bring no Pod though they may, and why."""
    held_back: tuple[PendingPod, ...] = ()
    """Pods that their StatefulSet does not make, as one before them has no node."""

    @property
    def kept_out(self) -> tuple[tuple[Resource, str], ...]:
        """Workloads that the API server keeps all or some Pods of out, with its sentence."""
        return (*((one.owner, one.refusal) for one in self.refused), *self.cut_short)

    @property
    def not_made(self) -> tuple[tuple[Resource, str], ...]:
        """StatefulSets that do not make Pods as one before them has no node, with a sentence each."""
        return told_of(self.held_back, self.placements)

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        """Placed Pods that do not start, as another node has their volume."""
        return waiting(self.state, self.placements)


class Placed(Struct, frozen=True):
    """Where every Pod of the bundle goes. ``nodes``: node objects beside the bundle's, as (JSON text) for equality."""

    nodes: tuple[str, ...] = ()

    def answer(self, ask: Ask) -> Prediction[Schedule]:
        """Place everything that would exist and has no node yet; Pods with a node keep what they have."""
        bundle = ask.bundle
        state = cluster_state([*(json.loads(text) for text in self.nodes), *_standing(bundle)])
        state.made_up = not bundle.all("Node", group="")
        state.devices.refused = dict(ask(RefusedClaims()).answer)
        admitted = [ask(Admitted(workload.resource)) for workload in workloads(bundle) if _waits(workload)]
        nodes = [info.node for info in state.nodes.values()]
        missing = (
            PendingPod(pod, a.answer.owner, one_by_one(a.answer))
            for a in admitted
            if not left_for_its_moment(a.answer.owner)
            for pod in missing_pods(ask, a.answer, nodes, most_pods(a.answer.owner, ask, self.nodes))
        )
        cut = ask(CutShort(self.nodes))
        pending = list(islice(missing, MOST_PLACED))
        left_out = next(missing, None) is not None
        refused = tuple(a.answer for a in admitted if a.answer.denial is not None)
        bindings = bindings_of(_claims(ask, pending), ask)
        provided = put(bindings, state)
        make_replica_sets(pending, state)
        let_in = dict.fromkeys(assumption.text for a in admitted for assumption in a.assumptions)
        taken = (*let_in, *bindings.assumptions, *provided, *assume_devices(pending, state))
        placements = tuple(past_the_scheduler(place_all(pending, state), state))
        taken = (
            *taken,
            *_unsized(state, placements),
            *elsewhere(placements, state),
            *kubelets_allow(pending, bundle.release),
            *runs_at_one_time(pending),
            *unread_fields(pending),
            *_unread_of_objects(state, placements),
            *state.devices.unread,
            *queued_before(placements),
            *_ties(placements),
        )
        taken = (*taken, *(assumption.text for assumption in cut.assumptions))
        taken = (*taken, *said_twice(bundle), *left_to_operators(bundle))
        if left_out:
            taken = (*taken, f"only the first {MOST_PLACED} Pods are placed: there are more")
        assumptions = [*taken, IN_ORDER]
        reasons = (
            *(Reason(one.refusal, one.owner.place) for one in refused),
            *(
                Reason(f"{p.pod.key}: {p.message}", p.owner.place if p.owner else Place("", 0))
                for p in placements
                if not p.chosen
            ),
        )
        idle = tuple((a.answer.owner, why) for a in admitted if (why := _why_idle(ask, a.answer, nodes)))
        held_back = not_made(pending, placements)
        schedule = Schedule(placements, state, taken, refused, bindings, cut.answer, idle, held_back)
        return Prediction(schedule, reasons, tuple(Assumption(text) for text in assumptions))


def _claims(ask: Ask, pending: Iterable[PendingPod]) -> list[MadeClaim]:
    """The claims of the manifests, and those of Pods that a DaemonSet brings to nodes that are not among them."""
    found = {made.claim.key: made for made in ask(ClaimsThatExist()).answer}
    for pod in pending:
        for made in claims_of_pods([pod.value], pod.owner):
            found.setdefault(made.claim.key, made)
    return list(found.values())


def _unsized(state: ClusterState, placements: tuple[Placement, ...]) -> tuple[str, ...]:
    """The nodes whose manifests say no room, where there are Pods to place."""
    names = [info.node.name for info in state.nodes.values() if not info.node.sized] if placements else []
    return tuple(f"Node {name!r} says no allocatable: taken to have room for everything" for name in names)


def _unread_of_objects(state: ClusterState, placements: tuple[Placement, ...]) -> tuple[str, ...]:
    """What is not modelled of the devices that Pods claim, and of the drivers of their claims' volumes."""
    claims = any(one.pod.resource_claims for one in placements)
    slices = [one.home for held in state.devices.slices.values() for one in held] if claims else []
    return unread_of_objects(slices, state.csi_drivers if any(one.pod.volumes for one in placements) else {})


def _ties(placements: tuple[Placement, ...]) -> tuple[str, ...]:
    if not any(len(p.nodes) > 1 and p.chosen for p in placements):
        return ()
    return ("of equally good nodes a scheduler takes any: here the one with the fewest Pods is gone on with",)


def _why_idle(ask: Ask, admitted: AdmittedPods, nodes: list[Node]) -> str:
    """Why a workload that nothing keeps out brings no Pod; ``""`` where it brings one."""
    if admitted.made is None or admitted.denial is not None:
        return ""
    if left := left_for_its_moment(admitted.owner):
        return f"it {left}"
    if is_suspended(admitted.owner):
        return "it is suspended"
    if admitted.made.count == 0:
        return "it asks for 0 Pods"
    if admitted.owner.kind == "DaemonSet" and next(admitted.pods(nodes), None) is None:
        return f"it may run on none of the {len(nodes)} nodes (nodeSelector, affinity, taints)"
    return ""


def _waits(workload: Workload) -> bool:
    """Whether an object may bring Pods of its own: none that has its node or its end, and none that another controls."""
    if workload.kind == "Pod":
        return waits_for_a_kubelet(workload.resource)
    owners = fields.items(workload.resource.metadata, "ownerReferences")
    return not any(owner.get("controller") is True for _, owner in owners)


def missing_pods(ask: Ask, admitted: AdmittedPods, nodes: list[Node], most: int | None) -> Iterator[dict[str, Any]]:
    """The Pods of a workload that do not stand among the manifests yet; quotas have room for ``most`` (None: for all)."""
    owner = admitted.owner
    if most is None:
        yield from _missing(ask, admitted, nodes)
        return
    there = ask(StandingPodsOf(owner.namespace)).answer.get((owner.kind, owner.name), ())
    yield from islice(_missing(ask, admitted, nodes), max(0, most - len(there)))


def _missing(ask: Ask, admitted: AdmittedPods, nodes: list[Node]) -> Iterator[dict[str, Any]]:
    owner = admitted.owner
    there = ask(StandingPodsOf(owner.namespace)).answer.get((owner.kind, owner.name), ()) if owner.kind != "Pod" else ()
    alive = [pod for pod in there if "deletionTimestamp" not in pod.metadata]
    if not alive:
        yield from admitted.pods(nodes)
    elif owner.kind == "StatefulSet":
        names = {pod.name for pod in alive}
        yield from (pod for pod in admitted.pods() if pod["metadata"]["name"] not in names)
    elif owner.kind == "DaemonSet":
        taken = {fields.text(pod.spec, "nodeName") for pod in alive}
        yield from admitted.pods([node for node in nodes if node.name not in taken])
    else:
        yield from islice(admitted.pods(), len(alive), None)


def _standing(bundle: Bundle) -> Iterator[Mapping[str, Any]]:
    """What of a bundle a scheduler looks up; Pods with a node as a server keeps them, whatever its plugins say today."""
    for resource in bundle:
        if resource.partial:
            continue
        kept = kept_by_cluster(resource, *_KEPT.get(resource.kind, ())) if resource.standing is not None else None
        value = {
            **(resource.value if kept is None else kept),
            "metadata": {**resource.metadata, "namespace": resource.namespace or "default"},
        }
        if resource.kind == "Pod" and resource.gvk.group == "" and fields.mapping(value, "spec").get("nodeName"):
            if not waits_for_a_kubelet(resource):
                yield standing_pod(value, bundle.release)
        else:
            yield value


def placed_pods(schedule: Schedule) -> dict[str, str]:
    """``namespace/name`` of every Pod that has a node, with the node."""
    return {pod.key: info.node.name for info, pod in schedule.state.pods()}
