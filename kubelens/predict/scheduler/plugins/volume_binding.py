"""VolumeBinding: claims that are bound keep a Pod near their volume; unbound ones need a volume they can have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.kube import fields
from kubelens.kube.node import Node
from kubelens.kube.persistent_volume import ClaimReference, PersistentVolume
from kubelens.kube.persistent_volume_claim import PersistentVolumeClaim
from kubelens.kube.quantity import read_quantity
from kubelens.kube.selector import label_selector
from kubelens.kube.storage_class import StorageClass
from kubelens.predict.controllers.persistentvolume.fate import Phase
from kubelens.predict.controllers.persistentvolume.matching import matching_volume
from kubelens.predict.controllers.persistentvolume.provisioner import made_volume, settled
from kubelens.predict.scheduler.framework import SKIP, Plugin, PreFilterResult, Status, refused
from kubelens.predict.scheduler.migrated_volume import affinity_on_node
from kubelens.predict.scheduler.plugins.node_affinity import matches_selector
from kubelens.predict.scheduler.plugins.volume_restrictions import claim_names
from kubelens.predict.scheduler.pod_info import PodInfo
from kubelens.predict.scheduler.state import ClusterState, NodeInfo

_AFFINITY: Final = "node(s) didn't match PersistentVolume's node affinity"
_NONE: Final = "node(s) didn't find available persistent volumes to bind"
_MISSING: Final = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)"
_NO_SPACE: Final = "node(s) did not have enough free storage"


class _Data(Struct):
    bound: list[PersistentVolumeClaim]
    unbound: list[PersistentVolumeClaim]
    state: ClusterState


def prefilter(pod: PodInfo, state: ClusterState) -> PreFilterResult:
    """(scheduler, VolumeBinding.PreFilter): claims that are missing, going, or wait for nobody."""
    names = claim_names(pod)
    if not names:
        return SKIP
    bound: list[PersistentVolumeClaim] = []
    unbound: list[PersistentVolumeClaim] = []
    immediate = False
    for volume in pod.volumes:
        ephemeral = "ephemeral" in volume and "persistentVolumeClaim" not in volume
        name = fields.text(fields.mapping(volume, "persistentVolumeClaim"), "claimName")
        if ephemeral:
            name = f"{pod.name}-{fields.text(volume, 'name')}"
        if not name:
            continue
        claim = state.claims.get((pod.namespace, name))
        if claim is None:
            text = f'persistentvolumeclaim "{name}" not found'
            if ephemeral:
                text = f'waiting for ephemeral volume controller to create the persistentvolumeclaim "{name}"'
            return PreFilterResult(refusal=refused(text, resolvable=False))
        if claim.phase == "Lost":
            text = f'persistentvolumeclaim "{name}" bound to non-existent persistentvolume "{claim.volume_name}"'
            return PreFilterResult(refusal=refused(text, resolvable=False))
        if claim.terminating:
            return PreFilterResult(
                refusal=refused(f'persistentvolumeclaim "{name}" is being deleted', resolvable=False)
            )
        if claim.volume_name and claim.bound:
            bound.append(claim)
        elif not claim.volume_name and _waits(claim, state):
            unbound.append(claim)
        else:
            immediate = True
    if immediate:
        return PreFilterResult(refusal=refused("pod has unbound immediate PersistentVolumeClaims", resolvable=False))
    unbound.sort(key=lambda claim: claim.size)
    return PreFilterResult(_Data(bound, unbound, state))


def _waits(claim: PersistentVolumeClaim, state: ClusterState) -> bool:
    found = state.storage_classes.get(claim.class_name)
    return found is not None and found.waits


def fits(pod: PodInfo, info: NodeInfo, data: Any) -> Status | None:
    """(scheduler, VolumeBinding.Filter; ``FindPodVolumes``)."""
    reasons: list[str] = []
    state: ClusterState = data.state
    for claim in data.bound:
        volume = state.volumes.get(claim.volume_name)
        if volume is None:
            reasons.append(_MISSING)
            break
        if not reached_from(info.node, affinity_on_node(volume, state.csi_nodes.get(info.node.name, {}))):
            reasons.append(_AFFINITY)
            break
    if data.unbound and (lack := find_volumes(data.unbound, info.node, state).lack):
        reasons.append(lack)
    return Status(tuple(sorted(reasons)), False) if reasons else None


def reached_from(node: Node, affinity: Mapping[str, Any] | None) -> bool:
    """Whether a node is one from which a volume of some node affinity can be reached (``CheckNodeAffinity``)."""
    return affinity is None or matches_selector(affinity, node)


class Found(Struct, frozen=True):
    """Volumes that are there for claims that wait for their Pod, by claim key; others have theirs made.

    ``lack``: why one of them cannot be had, ``""`` where all can.
    """

    given: Mapping[str, PersistentVolume]
    lack: str = ""


def find_volumes(claims: list[PersistentVolumeClaim], node: Node, state: ClusterState) -> Found:
    """What claims that wait for their Pod get on a node (``FindPodVolumes``)."""
    given: dict[str, PersistentVolume] = {}
    chosen: set[str] = set()
    made: list[PersistentVolumeClaim] = []
    waiting: list[PersistentVolumeClaim] = []
    for claim in claims:
        if claim.selected_node is None:
            waiting.append(claim)
        elif claim.selected_node != node.name:
            return Found({}, _NONE)
        else:
            made.append(claim)
    for claim in waiting:
        volume = matching_volume(claim, state.volumes.values(), lambda one: reached_from(node, one.affinity), chosen)
        if volume is not None:
            chosen.add(volume.name)
            given[claim.key] = volume
        else:
            made.append(claim)
    lack = next((lack for claim in made if (lack := _provisioning_lack(claim, node, state))), "")
    return Found(given, lack)


def _provisioning_lack(claim: PersistentVolumeClaim, node: Node, state: ClusterState) -> str:
    """Why a volume cannot be made for a claim on a node (``checkVolumeProvisions``)."""
    found = state.storage_classes.get(claim.class_name)
    if found is None or not found.provisions:
        return _NONE
    if found.topologies and not any(
        all(node.labels.get(key) in values for key, values in term) for term in found.topologies if term
    ):
        return _NONE
    return "" if _has_space(claim, found, node, state) else _NO_SPACE


def _has_space(claim: PersistentVolumeClaim, of: StorageClass, node: Node, state: ClusterState) -> bool:
    """Whether a driver that publishes its capacity has enough near a node (``hasEnoughCapacity``)."""
    driver = fields.mapping(state.csi_drivers.get(of.provisioner, {}), "spec")
    if driver.get("storageCapacity") is not True:
        return True
    for one in state.capacities:
        limit = read_quantity(one.get("maximumVolumeSize") or one.get("capacity"))
        near = label_selector(one.get("nodeTopology"))
        if (
            fields.text(one, "storageClassName") == of.name
            and limit is not None
            and limit.nanos >= claim.size
            and near.matches(node.labels)
        ):
            return True
    return False


def reserve(pod: PodInfo, info: NodeInfo, state: ClusterState) -> None:
    """Bind what a Pod that goes to a node was found there, and have the rest made (VolumeBinding.Reserve and PreBind).

    Volumes that stand nobody knows where are those of the Pod's node from now on.
    """
    data = prefilter(pod, state).data if pod.volumes else None
    if not isinstance(data, _Data):
        return
    for claim in data.bound:
        reach = state.unsettled.pop(claim.volume_name, None)
        if reach is not None:
            state.volumes[claim.volume_name] = settled(state.volumes[claim.volume_name], reach, info.node)
    if not data.unbound:
        return
    found = find_volumes(data.unbound, info.node, state)
    for claim in data.unbound:
        volume = found.given.get(claim.key)
        if volume is None:
            known = state.storage_classes.get(claim.class_name)
            provisioner = known.provisioner if known is not None else ""
            volume = made_volume(claim, provisioner, info.node)
        reference = ClaimReference(claim.namespace, claim.name, claim.uid)
        state.volumes[volume.name] = replace(volume, claim=reference, phase=Phase.BOUND)
        state.claims[claim.namespace, claim.name] = replace(claim, volume_name=volume.name, bound=True)


PLUGIN = Plugin("VolumeBinding", prefilter, fits)
