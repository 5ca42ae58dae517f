"""VolumeBinding: claims that are bound keep a Pod near their volume; unbound ones need a volume they can have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.node import Node
from kubelens.kube.quantity import read_quantity
from kubelens.kube.selector import label_selector, read_labels
from kubelens.predict.scheduler.framework import SKIP, Plugin, PreFilterResult, Status, refused
from kubelens.predict.scheduler.migrated_volume import with_driver_zones
from kubelens.predict.scheduler.plugins.node_affinity import matches_selector
from kubelens.predict.scheduler.plugins.volume_restrictions import claim_names
from kubelens.predict.scheduler.pod_info import PodInfo
from kubelens.predict.scheduler.state import ClusterState, NodeInfo

_AFFINITY: Final = "node(s) didn't match PersistentVolume's node affinity"
_NONE: Final = "node(s) didn't find available persistent volumes to bind"
_MISSING: Final = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)"
_NO_PROVISIONER: Final = "kubernetes.io/no-provisioner"
_NO_SPACE: Final = "node(s) did not have enough free storage"
_BOUND: Final = "pv.kubernetes.io/bind-completed"
_SELECTED: Final = "volume.kubernetes.io/selected-node"


class _Data(Struct):
    bound: list[Mapping[str, Any]]
    unbound: list[Mapping[str, Any]]
    state: ClusterState


def storage_class_of(claim: Mapping[str, Any]) -> str:
    """The class a claim names, by annotation or field."""
    annotations = read_labels(fields.mapping(claim, "metadata").get("annotations"))
    return annotations.get("volume.beta.kubernetes.io/storage-class") or fields.text(
        fields.mapping(claim, "spec"), "storageClassName"
    )


def prefilter(pod: PodInfo, state: ClusterState) -> PreFilterResult:
    """(scheduler, VolumeBinding.PreFilter): claims that are missing, going, or wait for nobody."""
    names = claim_names(pod)
    if not names:
        return SKIP
    bound: list[Mapping[str, Any]] = []
    unbound: list[Mapping[str, Any]] = []
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
        metadata = fields.mapping(claim, "metadata")
        if fields.text(fields.mapping(claim, "status"), "phase") == "Lost":
            volume_name = fields.text(fields.mapping(claim, "spec"), "volumeName")
            text = f'persistentvolumeclaim "{name}" bound to non-existent persistentvolume "{volume_name}"'
            return PreFilterResult(refusal=refused(text, resolvable=False))
        if "deletionTimestamp" in metadata:
            return PreFilterResult(
                refusal=refused(f'persistentvolumeclaim "{name}" is being deleted', resolvable=False)
            )
        if fields.text(fields.mapping(claim, "spec"), "volumeName"):
            if _BOUND in read_labels(metadata.get("annotations")):
                bound.append(claim)
            else:
                immediate = True
        elif _waits(claim, state):
            unbound.append(claim)
        else:
            immediate = True
    if immediate:
        return PreFilterResult(refusal=refused("pod has unbound immediate PersistentVolumeClaims", resolvable=False))
    unbound.sort(key=lambda c: _size(fields.mapping(fields.mapping(c, "spec"), "resources"), "requests"))
    return PreFilterResult(_Data(bound, unbound, state))


def _waits(claim: Mapping[str, Any], state: ClusterState) -> bool:
    found = state.storage_classes.get(storage_class_of(claim))
    return found is not None and fields.text(found, "volumeBindingMode") == "WaitForFirstConsumer"


def _size(value: Mapping[str, Any], key: str) -> int:
    quantity = read_quantity(fields.mapping(value, key).get("storage"))
    return quantity.nanos if quantity is not None else 0


def fits(pod: PodInfo, info: NodeInfo, data: Any) -> Status | None:
    """(scheduler, VolumeBinding.Filter; ``FindPodVolumes``)."""
    reasons: list[str] = []
    state: ClusterState = data.state
    for claim in data.bound:
        volume = state.volumes.get(fields.text(fields.mapping(claim, "spec"), "volumeName"))
        if volume is None:
            reasons.append(_MISSING)
            break
        if not volume_fits_node(with_driver_zones(volume, state.csi_nodes.get(info.node.name, {})), info.node):
            reasons.append(_AFFINITY)
            break
    if data.unbound and (lack := _lack(data.unbound, info.node, state)):
        reasons.append(lack)
    return Status(tuple(sorted(reasons)), False) if reasons else None


def volume_fits_node(volume: Mapping[str, Any], node: Node) -> bool:
    """Whether a node is one from which a volume can be reached."""
    affinity = fields.mapping(fields.mapping(volume, "spec"), "nodeAffinity")
    required = affinity.get("required")
    return not isinstance(required, dict) or matches_selector(required, node)


def _lack(claims: list[Mapping[str, Any]], node: Node, state: ClusterState) -> str:
    """Why claims that wait for their Pod cannot be had on a node, ``""`` where they can."""
    chosen: set[str] = set()
    provisioned: list[Mapping[str, Any]] = []
    waiting: list[Mapping[str, Any]] = []
    for claim in claims:
        selected = read_labels(fields.mapping(claim, "metadata").get("annotations")).get(_SELECTED)
        if selected is None:
            waiting.append(claim)
        elif selected != node.name:
            return _NONE
        else:
            provisioned.append(claim)
    for claim in waiting:
        volume = matching_volume(claim, node, state, chosen)
        if volume is not None:
            chosen.add(volume)
        else:
            provisioned.append(claim)
    return next((lack for claim in provisioned if (lack := _provisioning_lack(claim, node, state))), "")


def matching_volume(claim: Mapping[str, Any], node: Node, state: ClusterState, taken: set[str]) -> str | None:
    """The smallest volume a claim could have on a node (``volume.FindMatchingVolume``)."""
    spec, metadata = fields.mapping(claim, "spec"), fields.mapping(claim, "metadata")
    wanted = _size(fields.mapping(spec, "resources"), "requests")
    modes = set(fields.texts(spec, "accessModes"))
    selector = label_selector(spec["selector"]) if isinstance(spec.get("selector"), Mapping) else None
    best: tuple[int, str] | None = None
    for name, volume in state.volumes.items():
        own = fields.mapping(volume, "spec")
        if name in taken or fields.text(own, "storageClassName") != storage_class_of(claim):
            continue
        if (fields.text(own, "volumeMode") or "Filesystem") != (fields.text(spec, "volumeMode") or "Filesystem"):
            continue
        size = _size(own, "capacity")
        if size < wanted or "deletionTimestamp" in fields.mapping(volume, "metadata"):
            continue
        if fields.text(own, "volumeAttributesClassName") != fields.text(spec, "volumeAttributesClassName"):
            continue
        reference = fields.mapping(own, "claimRef")
        if reference:
            same = reference.get("name") == metadata.get("name") and (reference.get("namespace") or "default") == (
                metadata.get("namespace") or "default"
            )
            if same:
                return name if volume_fits_node(volume, node) else None
            continue
        if not volume_fits_node(volume, node):
            continue
        if fields.text(fields.mapping(volume, "status"), "phase", "Available") not in ("", "Available"):
            continue
        if selector is not None and not selector.matches(read_labels(fields.mapping(volume, "metadata").get("labels"))):
            continue
        if not modes <= set(fields.texts(own, "accessModes")):
            continue
        if best is None or size < best[0]:
            best = (size, name)
    return best[1] if best else None


def _provisioning_lack(claim: Mapping[str, Any], node: Node, state: ClusterState) -> str:
    """Why a volume cannot be made for a claim on a node (``checkVolumeProvisions``)."""
    name = storage_class_of(claim)
    found = state.storage_classes.get(name)
    provisioner = fields.text(found or {}, "provisioner")
    if found is None or not provisioner or provisioner == _NO_PROVISIONER:
        return _NONE
    terms = fields.items(found, "allowedTopologies")
    if terms and not any(
        all(
            node.labels.get(fields.text(e, "key")) in fields.texts(e, "values")
            for _, e in fields.items(term, "matchLabelExpressions")
        )
        for _, term in terms
        if fields.items(term, "matchLabelExpressions")
    ):
        return _NONE
    return "" if _has_space(claim, name, provisioner, node, state) else _NO_SPACE


def _has_space(claim: Mapping[str, Any], name: str, provisioner: str, node: Node, state: ClusterState) -> bool:
    """Whether a driver that publishes its capacity has enough near a node (``hasEnoughCapacity``)."""
    driver = fields.mapping(state.csi_drivers.get(provisioner, {}), "spec")
    if driver.get("storageCapacity") is not True:
        return True
    wanted = _size(fields.mapping(fields.mapping(claim, "spec"), "resources"), "requests")
    for one in state.capacities:
        limit = read_quantity(one.get("maximumVolumeSize") or one.get("capacity"))
        near = label_selector(one.get("nodeTopology"))
        if (
            fields.text(one, "storageClassName") == name
            and limit is not None
            and limit.nanos >= wanted
            and near.matches(node.labels)
        ):
            return True
    return False


PLUGIN = Plugin("VolumeBinding", prefilter, fits)
