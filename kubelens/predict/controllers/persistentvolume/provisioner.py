"""The volume that a provisioner makes for a claim once its Pod has a node (``external-provisioner``, ``topology.go``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec.structs import replace

from kubelens.kube import fields
from kubelens.kube.node import ZONE, Node
from kubelens.kube.persistent_volume import PersistentVolume, read_persistent_volume
from kubelens.kube.persistent_volume_claim import PersistentVolumeClaim
from kubelens.kube.storage_class import Reach, StorageClass, driver_of, reach_of
from kubelens.predict.controllers.persistentvolume.bound_objects import bound_volume

_PARTS: Final = ("matchExpressions", "matchFields")


def made_volume(claim: PersistentVolumeClaim, provisioner: str, node: Node | None) -> PersistentVolume:
    """A volume for a claim, reached from the node's zone, from that node alone or from all, as the provisioner has it.

    Where nothing is known of the provisioner: from the zone, unless several nodes may have it at once. ``node`` None: from
    everywhere. ``provisioner`` is ``""`` where it is not known.
    """
    driver = driver_of(provisioner)
    several = Reach.ZONE if claim.on_one_node else Reach.CLUSTER
    reach = Reach.CLUSTER if node is None else reach_of(provisioner) or several
    name = claim.volume_name or f"pvc-{claim.namespace}-{claim.name}"
    written = fields.mapping(claim.value, "spec")
    affinity = _affinity(reach, node) if node is not None else None
    spec = {
        "capacity": {"storage": fields.mapping(fields.mapping(written, "resources"), "requests").get("storage", "0")},
        "accessModes": list(claim.access_modes),
        "volumeMode": claim.volume_mode,
        "storageClassName": claim.class_name,
        "persistentVolumeReclaimPolicy": "Delete",
        **({"csi": {"driver": driver, "volumeHandle": name}} if driver else {}),
        **({"nodeAffinity": {"required": affinity}} if affinity is not None else {}),
    }
    if claim.attributes_class:
        spec["volumeAttributesClassName"] = claim.attributes_class
    value = {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name}, "spec": spec}
    return read_persistent_volume(bound_volume(value, claim.namespace, claim.name))


def volume_made_at_once(claim: PersistentVolumeClaim, of: StorageClass) -> tuple[PersistentVolume, Reach]:
    """A volume of a class that waits for no Pod, and how far it reaches; its affinity is all that the class allows.

    In which of these places it stands is the provisioner's choice (external-provisioner, ``GenerateAccessibilityRequirements``
    without a selected node): :func:`settled` narrows it.
    """
    volume = made_volume(claim, of.provisioner, None)
    known = reach_of(of.provisioner)
    reach = known or (Reach.ZONE if claim.on_one_node or of.topologies else Reach.CLUSTER)
    if reach is Reach.CLUSTER or not of.topologies:
        return volume, reach
    terms = [[{"key": key, "operator": "In", "values": list(values)} for key, values in term] for term in of.topologies]
    return _with_terms(volume, [{"matchExpressions": term} for term in terms if term]), reach


def settled(volume: PersistentVolume, reach: Reach, node: Node) -> PersistentVolume:
    """A volume that some nodes may reach, taken to be near one of them, as its first Pod goes there."""
    near = _affinity(reach, node)
    if near is None:
        return volume
    ((_, own),) = fields.items(near, "nodeSelectorTerms")
    allowed = [term for _, term in fields.items(volume.affinity or {}, "nodeSelectorTerms")] or [{}]
    return _with_terms(volume, [{part: _both(term, own, part) for part in _PARTS} for term in allowed])


def _both(term: Mapping[str, Any], own: Mapping[str, Any], part: str) -> list[Mapping[str, Any]]:
    return [one for of in (term, own) for _, one in fields.items(of, part)]


def _with_terms(volume: PersistentVolume, terms: list[dict[str, Any]]) -> PersistentVolume:
    affinity = {"required": {"nodeSelectorTerms": terms}}
    spec = {**fields.mapping(volume.value, "spec"), "nodeAffinity": affinity}
    return replace(read_persistent_volume({**volume.value, "spec": spec}), claim=volume.claim, phase=volume.phase)


def _affinity(reach: Reach, node: Node) -> Mapping[str, Any] | None:
    if reach is Reach.NODE:
        field = {"key": "metadata.name", "operator": "In", "values": [node.name]}
        return {"nodeSelectorTerms": [{"matchFields": [field]}]}
    if reach is Reach.ZONE and node.zone:
        label = {"key": ZONE, "operator": "In", "values": [node.zone]}
        return {"nodeSelectorTerms": [{"matchExpressions": [label]}]}
    return None
