"""VolumeAttachments, after ``pkg/apis/storage/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.claim_spec import validate_access_modes
from kubelens.predict.apiserver.parts.volume_source import validate_volume_source
from kubelens.predict.apiserver.pod.volume_sources import validate_driver_name
from kubelens.predict.apiserver.strategy import Strategy


def validate_inline_volume(spec: dict[str, Any], report: Report, path: Path) -> None:
    """A volume's spec in a VolumeAttachment: a CSI source, and little beside it."""
    for field in ("claimRef", "capacity", "nodeAffinity", "storageClassName"):
        if spec.get(field) or (field in ("claimRef", "nodeAffinity") and field in spec):
            report.forbidden((*path, field), "must not be set in an inline volume")
    if "csi" not in spec:
        report.required((*path, "csi"), "must be a CSI volume")
    modes = spec.get("accessModes", [])
    if not modes:
        report.required((*path, "accessModes"))
    validate_access_modes(modes, report, (*path, "accessModes"))
    if spec.get("persistentVolumeReclaimPolicy", "") not in ("", "Retain"):
        report.forbidden((*path, "persistentVolumeReclaimPolicy"), "must be Retain in an inline volume")
    validate_volume_source(spec, report, path)
    if spec.get("volumeMode", "Filesystem") != "Filesystem":
        report.forbidden((*path, "volumeMode"), "must be Filesystem in an inline volume")


def validate_volume_attachment(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A VolumeAttachment."""
    spec = obj.get("spec", {})
    path: Path = ("spec",)
    attacher = spec.get("attacher", "")
    validate_driver_name(attacher, report, (*path, "attacher"))
    source = spec.get("source", {})
    inline, name = source.get("inlineVolumeSpec"), source.get("persistentVolumeName")
    if inline is None and name is None:
        report.required((*path, "source"))
    if inline is not None and name is not None:
        report.forbidden((*path, "source"), "must name one source only")
    if name is not None:
        if not name:
            report.required((*path, "source", "persistentVolumeName"))
        for problem in is_dns1123_subdomain(name):
            report.invalid((*path, "source", "persistentVolumeName"), name, problem)
    if inline is not None and name is None:
        validate_inline_volume(inline, report, (*path, "source", "inlineVolumeSpec"))
    node = spec.get("nodeName", "")
    for problem in is_dns1123_subdomain(node):
        report.invalid((*path, "nodeName"), node, problem)


def validate_volume_attachment_update(
    new: dict[str, Any], old: dict[str, Any], report: Report, options: Options
) -> None:
    """Nothing in the spec changes."""
    validate_volume_attachment(new, report, options)
    if new.get("spec") != old.get("spec"):
        report.inconsistent(("spec",), "cannot be changed")


STRATEGIES: Final = (
    Strategy(
        "storage.k8s.io",
        "VolumeAttachment",
        names=is_dns1123_subdomain,
        namespaced=False,
        validate=validate_volume_attachment,
        update=validate_volume_attachment_update,
    ),
)
