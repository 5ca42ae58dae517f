"""``Placed``: where the Pods that are let in go, beside those that stand already."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.node import Node
from kubelens.kube.resource import Resource
from kubelens.kube.standing import kept_by_cluster
from kubelens.kube.workload import Workload, workloads
from kubelens.predict.api import Ask, Assumption, Prediction, Reason
from kubelens.predict.apiserver.standing import exists_already
from kubelens.predict.chain.admitted import Admitted, AdmittedPods, standing_pod
from kubelens.predict.chain.bound import bindings_of
from kubelens.predict.chain.claims import ClaimsThatExist, MadeClaim, claims_of_pods
from kubelens.predict.chain.ephemeral_claims import taken_of_ephemeral_claims
from kubelens.predict.chain.hooks import left_for_its_moment
from kubelens.predict.chain.in_force import refused_bounds
from kubelens.predict.chain.named_nodes import elsewhere, kubelets_allow, past_the_scheduler, waits_for_a_kubelet
from kubelens.predict.chain.not_placed import left_to_operators, said_twice
from kubelens.predict.chain.one_time import runs_at_one_time
from kubelens.predict.chain.pods_of import ending_of, why_suspended
from kubelens.predict.chain.quota_room import CutShort, most_pods
from kubelens.predict.chain.refused_claims import RefusedClaims
from kubelens.predict.chain.requeued import about_preemptions
from kubelens.predict.chain.standing import StandingPodsOf
from kubelens.predict.chain.stored import Stored
from kubelens.predict.chain.turns import (
    as_they_stand,
    has_ended,
    in_order,
    side_by_side,
    told_of,
    turns_of,
    unmade_claims,
)
from kubelens.predict.controllers.persistentvolume.fate import NO_BINDINGS, Bindings
from kubelens.predict.scheduler.assumed_devices import assume_devices
from kubelens.predict.scheduler.assumed_owners import make_replica_sets
from kubelens.predict.scheduler.attachments import Waiting, waiting
from kubelens.predict.scheduler.bound_claims import put
from kubelens.predict.scheduler.pending import PendingPod, Turn
from kubelens.predict.scheduler.placement import Placement
from kubelens.predict.scheduler.queue import Queue
from kubelens.predict.scheduler.state import ClusterState, cluster_state
from kubelens.predict.scheduler.unread_fields import unread_fields, unread_of_objects
from kubelens.syntax.place import Place

_KEPT: Final = {"Pod": ("nodeName",), "PersistentVolumeClaim": ("volumeName",), "PersistentVolume": ("claimRef",)}
"""Fields that only a cluster writes, by kind."""
_JUDGED: Final = frozenset(
    {"Namespace", "Service", "ReplicationController", "ReplicaSet", "StatefulSet", "PodDisruptionBudget"}
    | {"PersistentVolumeClaim", "PersistentVolume", "StorageClass", "CSIDriver", "CSIStorageCapacity"}
    | {"DeviceClass", "ResourceSlice"}
)
"""Kinds that a scheduler reads where the API server takes them. Nodes tell of a cluster; of claims for devices it is told."""
IN_ORDER: Final = "start order inside a workload is by number"
_MOST_TIMES: Final = 3
"""How often everything is placed, without claims that turned out not to be made; the last time with all of them."""
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
    """Pods that their controller does not make yet: one before them does not run, or one of their name is still there."""
    unmade: Mapping[str, str] = {}
    """Claims that are not made with them, as ``namespace/name``, and why."""

    @property
    def kept_out(self) -> tuple[tuple[Resource, str], ...]:
        """Workloads that the API server keeps all or some Pods of out, with its sentence."""
        return (*((one.owner, one.refusal) for one in self.refused), *self.cut_short)

    @property
    def not_made(self) -> tuple[tuple[Resource, str], ...]:
        """Workloads that do not make Pods yet, with a sentence for each thing that they wait for."""
        return told_of(self.held_back)

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
        state = self._state(ask)
        admitted = [ask(Admitted(workload.resource)) for workload in workloads(bundle) if _waits(workload)]
        nodes = [info.node for info in state.nodes.values()]
        bringing = [a.answer for a in admitted if not left_for_its_moment(a.answer.owner)]
        missing = _to_come(ask, bringing, nodes, self.nodes)
        cut = ask(CutShort(self.nodes))
        pending = list(islice(missing, MOST_PLACED))
        left_out = next(missing, None) is not None
        kept = tuple(one for one in pending if one.waits_for)
        pending = [one for one in pending if not one.waits_for]
        refused = tuple(a.answer for a in admitted if a.answer.denial is not None)
        claims = _claims(ask, (*pending, *kept))
        left = unmade = unmade_claims(kept, claims)
        for times in reversed(range(_MOST_TIMES)):
            bindings = bindings_of((one for key, one in claims.items() if key not in left), ask)
            provided = put(bindings, state)
            make_replica_sets(pending, state)
            devices = assume_devices(pending, state)
            queue = Queue(pending, state)
            held_back = (*queue.held_back, *kept)
            unmade = unmade_claims(held_back, claims)
            bound = any(fate.volume for key in unmade if (fate := bindings.by_claim.get(key)) is not None)
            if not times or (not bound and unmade.keys() >= left.keys()):
                break
            left = unmade if times > 1 else {}
            state = self._state(ask)
        let_in = dict.fromkeys(assumption.text for a in admitted for assumption in a.assumptions)
        taken = (*let_in, *bindings.assumptions, *provided, *devices)
        placements = tuple(past_the_scheduler(queue.placements, state))
        taken = (
            *taken,
            *_unsized(state, placements),
            *elsewhere(placements, state),
            *kubelets_allow(pending, bundle.release),
            *runs_at_one_time(pending),
            *unread_fields(pending),
            *_unread_of_objects(state, placements),
            *state.devices.unread,
            *about_preemptions(placements),
            *of_equals(placements),
            *as_they_stand(kept),
            *(f"{one.key} counts for nothing: the API server refuses it" for one in refused_bounds(ask)),
            *side_by_side(placements, queue.lines),
        )
        taken = (*taken, *(assumption.text for assumption in cut.assumptions))
        taken = (*taken, *taken_of_ephemeral_claims(ask), *said_twice(bundle), *left_to_operators(bundle))
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
        schedule = Schedule(placements, state, taken, refused, bindings, cut.answer, idle, held_back, unmade)
        return Prediction(schedule, reasons, tuple(Assumption(text) for text in assumptions))

    def _state(self, ask: Ask) -> ClusterState:
        """The cluster before anything is placed."""
        state = cluster_state([*(json.loads(text) for text in self.nodes), *_standing(ask)])
        state.made_up = not ask.bundle.all("Node", group="")
        state.devices.refused = dict(ask(RefusedClaims()).answer)
        return state


def _claims(ask: Ask, pending: Iterable[PendingPod]) -> dict[str, MadeClaim]:
    """The claims of the manifests, and those of Pods that a DaemonSet brings to nodes that are not among them."""
    found = {made.claim.key: made for made in ask(ClaimsThatExist()).answer}
    for pod in pending:
        for made in claims_of_pods(ask, [pod.value], pod.owner):
            found.setdefault(made.claim.key, made)
    return found


def _unsized(state: ClusterState, placements: tuple[Placement, ...]) -> tuple[str, ...]:
    """The nodes whose manifests say no room, where there are Pods to place."""
    names = [info.node.name for info in state.nodes.values() if not info.node.sized] if placements else []
    return tuple(f"Node {name!r} says no allocatable: taken to have room for everything" for name in names)


def _unread_of_objects(state: ClusterState, placements: tuple[Placement, ...]) -> tuple[str, ...]:
    """What is not modelled of the devices that Pods claim, and of the drivers of their claims' volumes."""
    claims = any(one.pod.resource_claims for one in placements)
    slices = [one.home for held in state.devices.slices.values() for one in held] if claims else []
    return unread_of_objects(slices, state.csi_drivers if any(one.pod.volumes for one in placements) else {})


def of_equals(placements: Iterable[Placement]) -> tuple[str, ...]:
    """What is taken for granted where a Pod may go to several nodes."""
    if not any(len(p.nodes) > 1 and p.chosen for p in placements):
        return ()
    return ("of equally good nodes a scheduler takes any: here the one with the fewest Pods is gone on with",)


def _why_idle(ask: Ask, admitted: AdmittedPods, nodes: list[Node]) -> str:
    """Why a workload that nothing keeps out brings no Pod; ``""`` where it brings one."""
    if admitted.made is None or admitted.denial is not None:
        return ""
    if left := left_for_its_moment(admitted.owner):
        return f"it {left}"
    if admitted.owner.kind == "Job" and (ended := ending_of(admitted.owner)):
        return f"it has ended (condition {ended})"
    if why := why_suspended(admitted.owner):
        return f"it {why}"
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


def _to_come(
    ask: Ask, admitted: Sequence[AdmittedPods], nodes: list[Node], described: tuple[str, ...]
) -> Iterator[PendingPod]:
    """The Pods without a node: those that wait already, and those that workloads are yet to make."""
    turns = [turns_of(ask, one) for one in admitted]
    waiting: dict[int, Turn] = {key: turn for one in turns for key, turn in one.waiting.items()}
    for one, how in zip(admitted, turns, strict=True):
        owner = one.owner
        missing = missing_pods(ask, one, nodes, most_pods(owner, ask, described))
        if owner.kind == "Pod":
            there = owner.standing is not None or exists_already(owner.value)
            yield from (PendingPod(pod, owner, waiting.get(id(owner)), there) for pod in missing)
        else:
            yield from in_order((PendingPod(pod, owner) for pod in missing), how)


def missing_pods(ask: Ask, admitted: AdmittedPods, nodes: list[Node], most: int | None) -> Iterator[dict[str, Any]]:
    """The Pods of a workload that do not stand among the manifests yet; quotas have room for ``most`` (None: for all)."""
    owner = admitted.owner
    if most is None:
        yield from _missing(ask, admitted, nodes)
        return
    there = ask(StandingPodsOf(owner.namespace)).answer.get((owner.kind, owner.name), ())
    counted = sum(not has_ended(pod) for pod in there)
    yield from islice(_missing(ask, admitted, nodes), max(0, most - counted))


def _missing(ask: Ask, admitted: AdmittedPods, nodes: list[Node]) -> Iterator[dict[str, Any]]:
    """Pods that have ended count for Jobs alone; those that are being deleted keep their names, and a DaemonSet's nodes."""
    owner = admitted.owner
    there = ask(StandingPodsOf(owner.namespace)).answer.get((owner.kind, owner.name), ()) if owner.kind != "Pod" else ()
    going = [pod for pod in there if not has_ended(pod)]
    alive = [pod for pod in going if "deletionTimestamp" not in pod.metadata]
    if not there:
        yield from admitted.pods(nodes)
    elif owner.kind == "StatefulSet":
        names = {pod.name for pod in alive}
        yield from (pod for pod in admitted.pods() if pod["metadata"]["name"] not in names)
    elif owner.kind == "DaemonSet":
        taken = {fields.text(pod.spec, "nodeName") for pod in going}
        yield from admitted.pods([node for node in nodes if node.name not in taken])
    elif owner.kind == "Job":
        succeeded = sum(fields.text(fields.mapping(pod.value, "status"), "phase") == "Succeeded" for pod in there)
        yield from islice(admitted.pods(), len(alive), _active_at_most(owner, succeeded))
    else:
        yield from islice(admitted.pods(), len(alive), None)


def _active_at_most(job: Resource, succeeded: int) -> int | None:
    """How many Pods of a Job run at a time once some have succeeded (job, ``manageJob``); None for as many as at first."""
    completions = fields.integer(job.spec, "completions")
    if completions is None:
        return 0 if succeeded else None
    return max(0, completions - succeeded)


def _standing(ask: Ask) -> Iterator[Mapping[str, Any]]:
    """What of a bundle a scheduler looks up, nothing that is refused among it.

    Pods with a node are as a server keeps them, whatever its plugins say today.
    """
    for resource in ask.bundle:
        if resource.partial:
            continue
        if resource.kind in _JUDGED and ask(Stored(resource)).answer.denial is not None:
            continue
        kept = kept_by_cluster(resource, *_KEPT.get(resource.kind, ())) if resource.standing is not None else None
        value = {
            **(resource.value if kept is None else kept),
            "metadata": {**resource.metadata, "namespace": resource.namespace or "default"},
        }
        if resource.kind == "Pod" and resource.gvk.group == "" and fields.mapping(value, "spec").get("nodeName"):
            if not waits_for_a_kubelet(resource):
                yield standing_pod(value, ask.bundle.release)
        else:
            yield value


def placed_pods(schedule: Schedule) -> dict[str, str]:
    """``namespace/name`` of every Pod that has a node, with the node."""
    return {pod.key: info.node.name for info, pod in schedule.state.pods()}
