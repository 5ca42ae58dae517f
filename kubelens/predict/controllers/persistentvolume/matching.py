"""Which volume suits a claim, and what keeps the others from it (``component-helpers/storage/volume/pv_helpers.go``)."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable

from msgspec import Struct

from kubelens.kube.persistent_volume import AVAILABLE, PersistentVolume
from kubelens.kube.persistent_volume_claim import PersistentVolumeClaim


def kept_for(volume: PersistentVolume, claim: PersistentVolumeClaim) -> bool:
    """Whether a volume is bound or reserved to a claim (``IsVolumeBoundToClaim``): a uid, where there is one, counts too."""
    reference = volume.claim
    if reference is None or (reference.namespace, reference.name) != (claim.namespace, claim.name):
        return False
    return not reference.uid or reference.uid == claim.uid


def matching_volume(
    claim: PersistentVolumeClaim,
    volumes: Iterable[PersistentVolume],
    reached: Callable[[PersistentVolume], bool],
    excluded: Container[str],
) -> PersistentVolume | None:
    """The smallest volume a claim could have on a node, or the one kept for it (``FindMatchingVolume`` with a node).

    ``reached``: whether the node reaches a volume; ``excluded``: names of those chosen for the Pod's other claims.
    """
    best: PersistentVolume | None = None
    for volume in volumes:
        if volume.name in excluded or not _could_be(volume, claim):
            continue
        if volume.claim is not None:
            if kept_for(volume, claim):
                return volume if reached(volume) else None
            continue
        if best is not None and volume.size >= best.size:
            continue
        if is_free_for(volume, claim) and reached(volume):
            best = volume
    return best


def _could_be(volume: PersistentVolume, claim: PersistentVolumeClaim) -> bool:
    """What must hold of a volume that is kept for the claim, too."""
    return (
        volume.size >= claim.size
        and volume.volume_mode == claim.volume_mode
        and volume.attributes_class == claim.attributes_class
        and not volume.terminating
    )


def is_free_for(volume: PersistentVolume, claim: PersistentVolumeClaim) -> bool:
    """Whether a volume that is kept for nobody suits a claim, whatever the node."""
    return (
        volume.claim is None
        and volume.phase == AVAILABLE
        and volume.storage_class == claim.class_name
        and _could_be(volume, claim)
        and set(claim.access_modes) <= set(volume.access_modes)
        and (claim.selector is None or claim.selector.matches(volume.labels))
    )


def unfit_for(volume: PersistentVolume, claim: PersistentVolumeClaim) -> str:
    """Why a volume that a claim names cannot be bound to it, ``""`` where it can (``checkVolumeSatisfyClaim``)."""
    if volume.terminating:
        return f'the volume is marked for deletion "{volume.name}"'
    if volume.size < claim.size:
        return "requested PV is too small"
    if volume.storage_class != claim.class_name:
        return "storageClassName does not match"
    if volume.attributes_class != claim.attributes_class:
        return "volumeAttributesClassName does not match"
    if volume.volume_mode != claim.volume_mode:
        return "incompatible volumeMode"
    if not set(claim.access_modes) <= set(volume.access_modes):
        return "incompatible accessMode"
    return ""


class Miss(Struct, frozen=True):
    """What keeps a volume from a claim: the field of the claim that asks for something else, and why in plain words."""

    field: str
    why: str


def misses(volume: PersistentVolume, claim: PersistentVolumeClaim) -> tuple[Miss, ...]:
    """What is in the way of a volume that is to be a claim's; empty where it suits."""
    found: list[Miss] = []
    if volume.storage_class != claim.class_name:
        why = f"is {_of_class(volume.storage_class)}, asked for is {_of_class(claim.class_name)}"
        found.append(Miss("storageClassName", why))
    lacking = [mode for mode in claim.access_modes if mode not in volume.access_modes]
    if lacking:
        offered = ", ".join(volume.access_modes) or "no access mode"
        found.append(Miss("accessModes", f"offers {offered}, asked for is {', '.join(lacking)}"))
    if volume.size < claim.size:
        found.append(Miss("resources", f"holds {volume.shown_size or '0'}, asked for are {claim.shown_size}"))
    if volume.volume_mode != claim.volume_mode:
        found.append(Miss("volumeMode", f"is of mode {volume.volume_mode}, asked for is {claim.volume_mode}"))
    if volume.attributes_class != claim.attributes_class:
        why = f"is of attributes class {volume.attributes_class or 'none'}, asked for is {claim.attributes_class or 'none'}"
        found.append(Miss("volumeAttributesClassName", why))
    if claim.selector is not None and (failing := claim.selector.failing(volume.labels)):
        found.append(
            Miss("selector", f"has no label {', '.join(map(str, failing))}, which the claim's selector asks for")
        )
    if volume.claim is not None and not kept_for(volume, claim):
        reference = volume.claim
        if (reference.namespace, reference.name) == (claim.namespace, claim.name):
            why = "is kept for an earlier claim of this name, by its uid: clear spec.claimRef.uid to free it"
            found.append(Miss("volumeName", why))
        else:
            found.append(Miss("volumeName", f"is kept for claim {reference.namespace}/{reference.name}"))
    elif volume.claim is None and volume.phase != AVAILABLE:
        found.append(Miss("volumeName", f"is {volume.phase}"))
    if volume.terminating:
        found.append(Miss("volumeName", "is being deleted"))
    return tuple(found)


def _of_class(name: str) -> str:
    return f"of class '{name}'" if name else "of no class"
