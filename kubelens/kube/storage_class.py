"""StorageClasses, read once, and what is known of those who make volumes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.schema import overlay
from kubelens.kube.selector import read_labels

NO_PROVISIONER: Final = "kubernetes.io/no-provisioner"
_DEFAULT: Final = (
    "storageclass.kubernetes.io/is-default-class",
    "storageclass.beta.kubernetes.io/is-default-class",
)


class Reach(StrEnum):
    """From which nodes a volume is reached."""

    NODE = "node"
    ZONE = "zone"
    CLUSTER = "cluster"


class StorageClass(Struct, frozen=True, eq=False):
    """A class of volumes. ``waits``: volumes are bound and made once a Pod that uses them has a node.

    ``expands``: whether a claim may ask for more later on; ``reclaim_policy``: of volumes that are made for it.
    """

    name: str
    provisioner: str
    waits: bool
    default: bool
    created: str
    topologies: tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]
    """Terms of ``allowedTopologies``, each of (node label, values)."""
    expands: bool = False
    reclaim_policy: str = "Delete"

    @property
    def provisions(self) -> bool:
        """Whether somebody makes volumes of it."""
        return self.provisioner not in ("", NO_PROVISIONER)


def read_storage_class(value: Mapping[str, Any]) -> StorageClass:
    """A StorageClass, with the API's defaults where fields are not written."""
    metadata = fields.mapping(value, "metadata")
    annotations = read_labels(metadata.get("annotations"))
    return StorageClass(
        fields.text(metadata, "name"),
        fields.text(value, "provisioner"),
        fields.text(value, "volumeBindingMode") == "WaitForFirstConsumer",
        any(annotations.get(key) == "true" for key in _DEFAULT),
        fields.text(metadata, "creationTimestamp"),
        tuple(
            tuple(
                (fields.text(e, "key"), fields.texts(e, "values"))
                for _, e in fields.items(term, "matchLabelExpressions")
            )
            for _, term in fields.items(value, "allowedTopologies")
        ),
        value.get("allowVolumeExpansion") is True,
        fields.text(value, "reclaimPolicy") or "Delete",
    )


def default_class(classes: Iterable[StorageClass]) -> StorageClass | None:
    """The class of claims that name none: the newest default, then by name (``GetDefaultClass``)."""
    by_name = sorted((one for one in classes if one.default), key=lambda one: one.name)
    return max(by_name, key=lambda one: one.created, default=None)


@cache
def reach_of(provisioner: str) -> Reach | None:
    """From where volumes of a provisioner are reached, None where that is not known (``tools/facts/provisioners.toml``)."""
    facts = overlay()["provisioners"]
    driver = facts["migrated"].get(provisioner, provisioner)
    return next((reach for reach in Reach if driver in facts[reach]), None)


@cache
def attaches(provisioner: str) -> bool:
    """Whether a node has to attach volumes of a provisioner or CSI driver; taken to be so where it is not known."""
    return provisioner not in overlay()["provisioners"]["unattached"]


@cache
def attached_source(source: str) -> bool:
    """Whether a node has to attach a PersistentVolume of a source, such as ``gcePersistentDisk``."""
    return source not in overlay()["provisioners"]["unattached_sources"]


@cache
def driver_of(provisioner: str) -> str:
    """The CSI driver that took over from an in-tree provisioner, or the provisioner itself."""
    driver: str = overlay()["provisioners"]["migrated"].get(provisioner, provisioner)
    return driver
