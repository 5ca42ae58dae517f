"""The volume that a provisioner makes for a claim once its Pod has a node (``external-provisioner``, ``topology.go``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kubelens.kube import fields
from kubelens.kube.node import ZONE, Node
from kubelens.kube.persistent_volume import PersistentVolume, read_persistent_volume
from kubelens.kube.persistent_volume_claim import PersistentVolumeClaim
from kubelens.kube.storage_class import Reach, driver_of, reach_of
from kubelens.predict.controllers.persistentvolume.bound_objects import bound_volume


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


def _affinity(reach: Reach, node: Node) -> Mapping[str, Any] | None:
    if reach is Reach.NODE:
        field = {"key": "metadata.name", "operator": "In", "values": [node.name]}
        return {"nodeSelectorTerms": [{"matchFields": [field]}]}
    if reach is Reach.ZONE and node.zone:
        label = {"key": ZONE, "operator": "In", "values": [node.zone]}
        return {"nodeSelectorTerms": [{"matchExpressions": [label]}]}
    return None
