"""``ReclaimOf``: what becomes of the volume of a claim that is deleted."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from kubelens.kube.persistent_volume import read_persistent_volume
from kubelens.kube.persistent_volume_claim import PersistentVolumeClaim, read_claim
from kubelens.kube.resource import Resource
from kubelens.kube.storage_class import StorageClass, default_class, read_storage_class
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.chain.bound import Bound
from kubelens.predict.chain.in_force import in_force, is_in_force

_RETAIN: Final = "Retain"


class Reclaim(Struct, frozen=True):
    """Whether the volume is deleted, None where only the cluster knows; ``why`` as a phrase: ``StorageClass fast``."""

    deletes: bool | None
    why: str


class ReclaimOf(Struct, frozen=True):
    """Is the volume deleted with a claim? (``reclaimVolume`` of the PersistentVolume controller.)"""

    claim: Resource

    def answer(self, ask: Ask) -> Prediction[Reclaim]:
        """By the volume that the claim has, else by its class: provisioned volumes take the class's policy."""
        claim = read_claim(self.claim.value)
        fate = ask(Bound()).answer.by_claim.get(f"{self.claim.namespace or 'default'}/{self.claim.name}")
        name = (fate.volume if fate is not None else "") or claim.volume_name
        volume = ask.bundle.get("PersistentVolume", "", name) if name else None
        if volume is not None and is_in_force(volume, ask):
            policy = read_persistent_volume(volume.value).reclaim_policy or _RETAIN
            return Prediction(Reclaim(policy != _RETAIN, f"PersistentVolume {name}"))
        known = class_of(claim, ask)
        if known is not None:
            return Prediction(Reclaim(known.reclaim_policy != _RETAIN, f"StorageClass {known.name}"))
        return Prediction(Reclaim(None, "its StorageClass is not among the manifests"))


def class_of(claim: PersistentVolumeClaim, ask: Ask) -> StorageClass | None:
    """The class of a claim, the default where it names none; None where it is not among the objects."""
    standing = [read_storage_class(one.value) for one in in_force(ask, "StorageClass", group="storage.k8s.io")]
    if claim.storage_class is None:
        return default_class(standing)
    return next((one for one in standing if one.name == claim.storage_class), None)
