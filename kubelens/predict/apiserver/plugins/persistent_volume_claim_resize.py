"""PersistentVolumeClaimResize (``plugin/pkg/admission/storage/persistentvolume/resize``)."""

from __future__ import annotations

from typing import Final

from kubelens.kube.persistent_volume_claim import PersistentVolumeClaim
from kubelens.kube.storage_class import StorageClass
from kubelens.predict.apiserver.plugins.refusal import Refusal, refused

_SIZE: Final = ("spec", "resources", "requests", "storage")


def refused_resize(
    claim: PersistentVolumeClaim, old: PersistentVolumeClaim, named: StorageClass | None
) -> Refusal | None:
    """The refusal of a claim that asks for more than before; None where it asks for no more, or its class lets it grow.

    ``named``: the class of the claim as the cluster has it, None for a claim without one.
    """
    if claim.size <= old.size or (named is not None and named.expands):
        return None
    message = "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize"
    return refused("PersistentVolumeClaimResize", message, _SIZE)
