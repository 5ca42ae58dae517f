"""PersistentVolumes, after core ``ValidatePersistentVolume``."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import normpath
from typing import Any, Final

from kubelens.kube.quantity import read_quantity
from kubelens.predict.apiserver.causes import CauseReason, MapKey, Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.address_warnings import Pair
from kubelens.predict.apiserver.parts.claim_spec import validate_access_modes, validate_class_and_mode
from kubelens.predict.apiserver.parts.old_names import OLD_CLASS, annotation_field, old_label_warnings
from kubelens.predict.apiserver.parts.protection import protect
from kubelens.predict.apiserver.parts.volume_source import validate_volume_source
from kubelens.predict.apiserver.pod.defaults import default_volume_source
from kubelens.predict.apiserver.pod.volume_sources import SOURCES
from kubelens.predict.apiserver.selectors import validate_node_selector
from kubelens.predict.apiserver.strategy import Strategy

_RECLAIM: Final = ("Delete", "Recycle", "Retain")
_OLD_MOUNT_OPTIONS: Final = "volume.beta.kubernetes.io/mount-options"
_OLD_VOLUMES: Final = ("cephfs", "photonPersistentDisk", "scaleIO", "storageos", "glusterfs", "rbd")
_SPELLED: Final = {"storageos": "storageOS"}


def default_persistent_volume(obj: dict[str, Any]) -> None:
    """Reclaim policy, mode, and the source's own defaults."""
    spec = obj.setdefault("spec", {})
    if not spec.get("persistentVolumeReclaimPolicy"):
        spec["persistentVolumeReclaimPolicy"] = "Retain"
    spec.setdefault("volumeMode", "Filesystem")
    default_volume_source(spec)


def validate_persistent_volume(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A PersistentVolume."""
    spec = obj.get("spec", {})
    path: Path = ("spec",)
    _volume(spec, report, path)
    iscsi, name = spec.get("iscsi") or {}, obj.get("metadata", {}).get("name", "")
    if "initiatorName" in iscsi and len(f"{name}:{iscsi.get('targetPortal', '')}".encode()) > 64:
        report.add(
            (*path, "iscsi", "targetPortal"),
            CauseReason.INVALID,
            "with the volume's name it is longer than 63 characters, too long for an initiatorName",
            "spec.iscsi.targetportal",
        )


def _volume(spec: dict[str, Any], report: Report, path: Path) -> None:
    modes = spec.get("accessModes", [])
    if not modes:
        report.required((*path, "accessModes"))
    validate_access_modes(modes, report, (*path, "accessModes"))
    capacity = spec.get("capacity", {})
    if not capacity:
        report.required((*path, "capacity"))
    if "storage" not in capacity or len(capacity) > 1:
        report.not_supported((*path, "capacity"), dict(capacity), ("storage",))
    policy = spec.get("persistentVolumeReclaimPolicy", "")
    if policy and policy not in _RECLAIM:
        report.not_supported((*path, "persistentVolumeReclaimPolicy"), policy, _RECLAIM)
    for name, value in capacity.items():
        here = (*path, "capacity", MapKey(name))
        found = read_quantity(value)
        if found is not None and found.nanos <= 0:
            report.invalid(here, str(value), "must be above 0")
    validate_volume_source(spec, report, path)
    affinity = spec.get("nodeAffinity")
    if affinity is not None:
        if affinity.get("required") is None:
            report.required((*path, "nodeAffinity", "required"))
        else:
            validate_node_selector(affinity["required"], report, (*path, "nodeAffinity", "required"))
    folder = spec.get("hostPath", {}).get("path", "")
    if policy == "Recycle" and folder.startswith("/") and normpath(folder).strip("/") == "":
        report.forbidden((*path, "persistentVolumeReclaimPolicy"), "must not be Recycle for the root of a host")
    validate_class_and_mode(spec, report, path)
    attributes = spec.get("volumeAttributesClassName")
    if attributes is not None:
        if not attributes:
            report.required((*path, "volumeAttributesClassName"))
        for problem in is_dns1123_subdomain(attributes) if attributes else []:
            report.invalid((*path, "volumeAttributesClassName"), attributes, problem)
        if "csi" not in spec:
            report.required((*path, "csi"), "must be a CSI volume beside volumeAttributesClassName")


def validate_persistent_volume_update(
    new: dict[str, Any], old: dict[str, Any], report: Report, options: Options
) -> None:
    """The source, the mode and (once set) the node affinity stay."""
    validate_persistent_volume(new, report, options)
    spec, before = dict(new.get("spec", {})), old.get("spec", {})
    csi = spec.get("csi")
    if csi is not None and "csi" in before and "controllerExpandSecretRef" not in before["csi"]:
        spec["csi"] = {key: value for key, value in csi.items() if key != "controllerExpandSecretRef"}
    if {k: v for k, v in spec.items() if k in SOURCES} != {k: v for k, v in before.items() if k in SOURCES}:
        report.forbidden(("spec", "persistentvolumesource"), "the source cannot be changed")
    if spec.get("volumeMode") != before.get("volumeMode"):
        report.add(("spec", "volumeMode"), CauseReason.INVALID, "cannot be changed", "volumeMode")
    if before.get("nodeAffinity") is not None and spec.get("nodeAffinity") != before.get("nodeAffinity"):
        report.add(("spec", "nodeAffinity"), CauseReason.INVALID, "cannot be changed", "nodeAffinity")
    if "volumeAttributesClassName" in before and "volumeAttributesClassName" not in spec:
        report.forbidden(("spec", "volumeAttributesClassName"), "cannot be taken away")


def volume_warnings(obj: dict[str, Any]) -> Iterator[Pair]:
    """(pkg/api/persistentvolume, GetWarningsForPersistentVolume)"""
    spec, annotations = obj.get("spec", {}), obj.get("metadata", {}).get("annotations", {})
    if OLD_CLASS in annotations:
        yield annotation_field(OLD_CLASS), "deprecated: spec.storageClassName"
    if _OLD_MOUNT_OPTIONS in annotations:
        yield annotation_field(_OLD_MOUNT_OPTIONS), "deprecated: spec.mountOptions"
    if spec.get("persistentVolumeReclaimPolicy") == "Recycle":
        yield "spec.persistentVolumeReclaimPolicy", "Recycle is deprecated: dynamic provisioning takes its place"
    required = spec.get("nodeAffinity", {}).get("required", {})
    for index, term in enumerate(required.get("nodeSelectorTerms", [])):
        for number, expression in enumerate(term.get("matchExpressions", [])):
            path: Path = (
                "spec",
                "nodeAffinity",
                "required",
                "nodeSelectorTerms",
                index,
                "matchExpressions",
                number,
                "key",
            )
            yield from old_label_warnings(expression.get("key", ""), path)
    for field in _OLD_VOLUMES:
        if field in spec:
            yield f"spec.{_SPELLED.get(field, field)}", "volumes of this type no longer work or are deprecated"
            return


def store_persistent_volume(obj: dict[str, Any], options: Options) -> None:
    """Its finalizer."""
    protect(obj, "kubernetes.io/pv-protection")


STRATEGIES: Final = (
    Strategy(
        "",
        "PersistentVolume",
        names=is_dns1123_subdomain,
        namespaced=False,
        default=default_persistent_volume,
        store=store_persistent_volume,
        validate=validate_persistent_volume,
        update=validate_persistent_volume_update,
        warn=volume_warnings,
    ),
)
