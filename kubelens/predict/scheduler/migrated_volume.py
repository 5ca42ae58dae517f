"""Volumes of the old in-tree kinds as the CSI volumes that they are today (``csi-translation-lib``).

Migration is always on since 1.31 for the kinds here; those of other kinds (vSphere, Azure files, RBD) count nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kubelens.kube import fields
from kubelens.kube.node import ZONE
from kubelens.kube.persistent_volume import PersistentVolume
from kubelens.kube.selector import read_labels
from kubelens.kube.storage_class import driver_of

_OLD_ZONE: Final = "failure-domain.beta.kubernetes.io/zone"
_SEVERAL_ZONES: Final = "__"
_UNSPECIFIED: Final = "UNSPECIFIED"
_AWS_URL: Final = "aws://"

_AZURE: Final = "kubernetes.io/azure-disk"
_CINDER: Final = "kubernetes.io/cinder"
_PORTWORX: Final = "kubernetes.io/portworx-volume"
_EBS: Final = "kubernetes.io/aws-ebs"
_GCE: Final = "kubernetes.io/gce-pd"

_ZONE_KEYS: Final[Mapping[str, tuple[str, str]]] = {
    "awsElasticBlockStore": (_EBS, "topology.ebs.csi.aws.com/zone"),
    "gcePersistentDisk": (_GCE, "topology.gke.io/zone"),
    "cinder": (_CINDER, "topology.cinder.csi.openstack.org/zone"),
}
"""By volume source: its in-tree plugin, and the node label that its CSI driver calls the zone by."""
_MIGRATED_PLUGINS: Final = "storage.alpha.kubernetes.io/migrated-plugins"

OUTSIDE: Final = frozenset(("kubernetes.io/azure-file", "kubernetes.io/vsphere-volume", "kubernetes.io/rbd"))
"""Provisioners that have a CSI driver too, whose volumes the scheduler does not count (``isCSIMigrationOn``)."""


def migrated(source: Mapping[str, Any], labels: Mapping[str, str] | None = None) -> tuple[str, str] | None:
    """(driver, handle) of an in-tree volume source: a PersistentVolume's spec with its labels, or a Pod's volume.

    None where the source is of no migrated kind or cannot be translated.
    """
    if handle := fields.text(fields.mapping(source, "awsElasticBlockStore"), "volumeID"):
        return _ebs(handle)
    if disk := fields.text(fields.mapping(source, "gcePersistentDisk"), "pdName"):
        return _gce_disk(disk, labels or {})
    if uri := fields.text(fields.mapping(source, "azureDisk"), "diskURI"):
        return driver_of(_AZURE), uri
    if handle := fields.text(fields.mapping(source, "cinder"), "volumeID"):
        return driver_of(_CINDER), handle
    if handle := fields.text(fields.mapping(source, "portworxVolume"), "volumeID"):
        return driver_of(_PORTWORX), handle
    return None


def of_persistent_volume(volume: PersistentVolume) -> tuple[str, str] | None:
    """(driver, handle) of a PersistentVolume, its own CSI source or a migrated one."""
    spec = fields.mapping(volume.value, "spec")
    csi = fields.mapping(spec, "csi")
    if driver := fields.text(csi, "driver"):
        return driver, fields.text(csi, "volumeHandle")
    return migrated(spec, volume.labels)


def _ebs(handle: str) -> tuple[str, str] | None:
    """``aws://zone/vol-1`` and ``vol-1`` are the same volume."""
    driver = driver_of(_EBS)
    if not handle.startswith(_AWS_URL):
        return driver, handle
    name = handle.removeprefix(_AWS_URL).partition("/")[2].strip("/")
    return (driver, name) if name.startswith("vol-") and "/" not in name else None


def _gce_disk(disk: str, labels: Mapping[str, str]) -> tuple[str, str] | None:
    zones = (labels.get(_OLD_ZONE) or labels.get(ZONE, "")).split(_SEVERAL_ZONES)
    driver = driver_of(_GCE)
    if len(zones) == 1:
        return driver, f"projects/{_UNSPECIFIED}/zones/{zones[0] or _UNSPECIFIED}/disks/{disk}"
    parts = [zone.split("-") for zone in zones]
    regions = {"-".join(part[:2]) for part in parts}
    if len(regions) != 1 or any(len(part) != 3 for part in parts):
        return None
    return driver, f"projects/{_UNSPECIFIED}/regions/{regions.pop()}/disks/{disk}"


def affinity_on_node(volume: PersistentVolume, csi_node: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The node affinity a PersistentVolume is matched by where a node's CSINode says that its plugin is migrated there.

    Its zones, of its node affinity or else its labels, are then those of the driver's own label
    (``tryTranslatePVToCSI``, ``translateTopologyFromInTreeToCSI``).
    """
    spec = fields.mapping(volume.value, "spec")
    plugin, key = next((_ZONE_KEYS[source] for source in _ZONE_KEYS if source in spec), ("", ""))
    annotations = read_labels(fields.mapping(csi_node, "metadata").get("annotations"))
    if not plugin or plugin not in annotations.get(_MIGRATED_PLUGINS, "").split(","):
        return volume.affinity
    labels = volume.labels
    required = volume.affinity or {}
    terms = [dict(term) for _, term in fields.items(required, "nodeSelectorTerms")]
    used = {fields.text(e, "key") for term in terms for _, e in fields.items(term, "matchExpressions")}
    zone = ZONE if ZONE in used or ZONE in labels else _OLD_ZONE
    if zone in used:
        moved = [{**term, "matchExpressions": _renamed(term, zone, key)} for term in terms]
    elif zones := [one for one in labels.get(zone, "").split(_SEVERAL_ZONES) if one]:
        own = {"key": key, "operator": "In", "values": zones}
        moved = [
            {**term, "matchExpressions": [*(e for _, e in fields.items(term, "matchExpressions")), own]}
            for term in terms or [{}]
        ]
    else:
        return volume.affinity
    return {"nodeSelectorTerms": moved}


def _renamed(term: Mapping[str, Any], old: str, new: str) -> list[Mapping[str, Any]]:
    return [{**e, "key": new} if e.get("key") == old else e for _, e in fields.items(term, "matchExpressions")]
