"""The PersistentVolume binder: claims get volumes, one for the other (``pkg/controller/volume/persistentvolume``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kubelens.kube import fields

_BOUND: Final = "pv.kubernetes.io/bind-completed"


def bound_claim(claim: Mapping[str, Any], volume: str) -> dict[str, Any]:
    """A claim once it is bound to a volume (bindClaimToVolume)."""
    metadata = fields.mapping(claim, "metadata")
    annotations = {**fields.mapping(metadata, "annotations"), _BOUND: "yes"}
    return {
        **claim,
        "metadata": {**metadata, "annotations": annotations},
        "spec": {**fields.mapping(claim, "spec"), "volumeName": volume},
        "status": {**fields.mapping(claim, "status"), "phase": "Bound"},
    }


def bound_volume(volume: Mapping[str, Any], namespace: str, claim: str) -> dict[str, Any]:
    """A volume once a claim has it (bindVolumeToClaim)."""
    reference = {"kind": "PersistentVolumeClaim", "namespace": namespace, "name": claim}
    return {
        **volume,
        "spec": {**fields.mapping(volume, "spec"), "claimRef": reference},
        "status": {**fields.mapping(volume, "status"), "phase": "Bound"},
    }


def provisioned_volume(claim: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A volume made for a claim, to be reached from every node (provisionClaimOperation)."""
    spec = fields.mapping(claim, "spec")
    metadata = fields.mapping(claim, "metadata")
    volume = {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name},
        "spec": {
            "capacity": {"storage": fields.mapping(fields.mapping(spec, "resources"), "requests").get("storage", "0")},
            "accessModes": list(fields.texts(spec, "accessModes")),
            "storageClassName": fields.text(spec, "storageClassName"),
        },
    }
    return bound_volume(volume, fields.text(metadata, "namespace") or "default", fields.text(metadata, "name"))
