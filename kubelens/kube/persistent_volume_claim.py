"""PersistentVolumeClaims, read once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.persistent_volume import CLASS_ANNOTATION, FILESYSTEM, nanos, shown
from kubelens.kube.selector import Selector, label_selector, read_labels

BIND_COMPLETED: Final = "pv.kubernetes.io/bind-completed"
SELECTED_NODE: Final = "volume.kubernetes.io/selected-node"
ONE_POD: Final = "ReadWriteOncePod"
ONE_NODE: Final = frozenset(("ReadWriteOnce", ONE_POD))


class PersistentVolumeClaim(Struct, frozen=True, eq=False):
    """A claim. ``storage_class`` is None where it names none, so that a default may be filled in; ``size`` in nano-bytes.

    ``selected_node``: where a scheduler has put its Pod, None where it has not yet.
    """

    namespace: str
    name: str
    uid: str
    storage_class: str | None
    size: int
    access_modes: tuple[str, ...]
    volume_mode: str
    attributes_class: str
    selector: Selector | None
    volume_name: str
    bound: bool
    selected_node: str | None
    phase: str
    terminating: bool
    value: Mapping[str, Any]

    @property
    def class_name(self) -> str:
        """The class as volumes are compared by: ``""`` where it has none (``GetPersistentVolumeClaimClass``)."""
        return self.storage_class or ""

    @property
    def key(self) -> str:
        """``namespace/name``."""
        return f"{self.namespace}/{self.name}"

    @property
    def on_one_node(self) -> bool:
        """Whether all its access modes let one node at a time have it."""
        return bool(self.access_modes) and ONE_NODE.issuperset(self.access_modes)

    @property
    def shown_size(self) -> str:
        """The request as written."""
        return shown(
            fields.mapping(fields.mapping(fields.mapping(self.value, "spec"), "resources"), "requests").get("storage")
        )


def read_claim(value: Mapping[str, Any]) -> PersistentVolumeClaim:
    """A PersistentVolumeClaim, with the API's defaults where fields are not written."""
    metadata, spec = fields.mapping(value, "metadata"), fields.mapping(value, "spec")
    annotations = read_labels(metadata.get("annotations"))
    written = spec.get("storageClassName")
    by_field = written if isinstance(written, str) else None
    requests = fields.mapping(fields.mapping(spec, "resources"), "requests")
    selector = fields.optional_mapping(spec, "selector")
    return PersistentVolumeClaim(
        fields.text(metadata, "namespace") or "default",
        fields.text(metadata, "name"),
        fields.text(metadata, "uid"),
        annotations.get(CLASS_ANNOTATION, by_field),
        nanos(requests.get("storage")),
        fields.texts(spec, "accessModes"),
        fields.text(spec, "volumeMode") or FILESYSTEM,
        fields.text(spec, "volumeAttributesClassName"),
        label_selector(selector) if selector is not None else None,
        fields.text(spec, "volumeName"),
        BIND_COMPLETED in annotations,
        annotations.get(SELECTED_NODE),
        fields.text(fields.mapping(value, "status"), "phase"),
        "deletionTimestamp" in metadata,
        value,
    )
