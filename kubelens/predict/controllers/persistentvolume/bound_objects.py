"""Claims and volumes as objects of the API, once the controller has bound them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kubelens.kube import fields
from kubelens.kube.persistent_volume_claim import BIND_COMPLETED
from kubelens.predict.controllers.persistentvolume.fate import Phase


def bound_claim(claim: Mapping[str, Any], volume: str) -> dict[str, Any]:
    """A claim once it is bound to a volume (bindClaimToVolume)."""
    metadata = fields.mapping(claim, "metadata")
    annotations = {**fields.mapping(metadata, "annotations"), BIND_COMPLETED: "yes"}
    return {
        **claim,
        "metadata": {**metadata, "annotations": annotations},
        "spec": {**fields.mapping(claim, "spec"), "volumeName": volume},
        "status": {**fields.mapping(claim, "status"), "phase": str(Phase.BOUND)},
    }


def bound_volume(volume: Mapping[str, Any], namespace: str, claim: str) -> dict[str, Any]:
    """A volume once a claim has it (bindVolumeToClaim)."""
    reference = {"kind": "PersistentVolumeClaim", "namespace": namespace, "name": claim}
    return {
        **volume,
        "spec": {**fields.mapping(volume, "spec"), "claimRef": reference},
        "status": {**fields.mapping(volume, "status"), "phase": str(Phase.BOUND)},
    }
