"""PersistentVolumes, read once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.quantity import read_quantity
from kubelens.kube.selector import read_labels

CLASS_ANNOTATION: Final = "volume.beta.kubernetes.io/storage-class"
FILESYSTEM: Final = "Filesystem"
AVAILABLE: Final = "Available"
_SOURCES_LAST: Final = frozenset(
    "accessModes capacity claimRef mountOptions nodeAffinity persistentVolumeReclaimPolicy storageClassName "
    "volumeAttributesClassName volumeMode".split()
)


class ClaimReference(Struct, frozen=True):
    """The claim a volume is kept for; ``uid`` is ``""`` where its user wrote the reference."""

    namespace: str
    name: str
    uid: str = ""


class PersistentVolume(Struct, frozen=True, eq=False):
    """A volume. ``size`` in nano-bytes; ``storage_class`` is ``""`` for none; ``affinity``: the nodes that reach it.

    ``source`` is the field that says what it is (``nfs``, ``csi``), ``value`` the whole object.
    """

    name: str
    storage_class: str
    size: int
    access_modes: tuple[str, ...]
    volume_mode: str
    attributes_class: str
    claim: ClaimReference | None
    labels: Mapping[str, str]
    affinity: Mapping[str, Any] | None
    phase: str
    reclaim_policy: str
    source: str
    terminating: bool
    value: Mapping[str, Any]

    @property
    def shown_size(self) -> str:
        """The capacity as written."""
        return shown(fields.mapping(fields.mapping(self.value, "spec"), "capacity").get("storage"))


def shown(quantity: object) -> str:
    """A quantity of a manifest as text."""
    return quantity if isinstance(quantity, str) else str(quantity) if isinstance(quantity, int | float) else ""


def nanos(quantity: object) -> int:
    """A quantity of a manifest in nano-units, 0 where it is none."""
    read = read_quantity(quantity)
    return read.nanos if read is not None else 0


def read_persistent_volume(value: Mapping[str, Any]) -> PersistentVolume:
    """A PersistentVolume as a server stores it, with the API's defaults where fields are not written."""
    metadata, spec = fields.mapping(value, "metadata"), fields.mapping(value, "spec")
    reference = fields.mapping(spec, "claimRef")
    claim = None
    if reference:
        namespace = fields.text(reference, "namespace") or "default"
        claim = ClaimReference(namespace, fields.text(reference, "name"), fields.text(reference, "uid"))
    required = fields.optional_mapping(fields.mapping(spec, "nodeAffinity"), "required")
    annotations = read_labels(metadata.get("annotations"))
    return PersistentVolume(
        fields.text(metadata, "name"),
        annotations.get(CLASS_ANNOTATION) or fields.text(spec, "storageClassName"),
        nanos(fields.mapping(spec, "capacity").get("storage")),
        fields.texts(spec, "accessModes"),
        fields.text(spec, "volumeMode") or FILESYSTEM,
        fields.text(spec, "volumeAttributesClassName"),
        claim,
        read_labels(metadata.get("labels")),
        required,
        fields.text(fields.mapping(value, "status"), "phase") or AVAILABLE,
        fields.text(spec, "persistentVolumeReclaimPolicy") or "Retain",
        next((key for key in spec if key not in _SOURCES_LAST), ""),
        "deletionTimestamp" in metadata,
        value,
    )
