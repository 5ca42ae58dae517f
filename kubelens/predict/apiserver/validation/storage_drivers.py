"""CSI drivers, nodes, capacities, attachments and attribute classes, after ``pkg/apis/storage/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.kube.quantity import read_quantity
from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain, is_qualified_name
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.validation.selectors import validate_label_selector
from kubelens.predict.apiserver.validation.storage import validate_inline_volume, validate_parameters
from kubelens.predict.apiserver.validation.volume_sources import validate_driver_name

_FS_GROUP: Final = ("File", "None", "ReadWriteOnceWithFSType")
_LIFECYCLES: Final = ("Ephemeral", "Persistent")


def validate_csi_driver(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A CSIDriver."""
    spec = obj.get("spec", {})
    path: Path = ("spec",)
    for field, slip in (
        ("attachRequired", "attachedRequired"),
        ("podInfoOnMount", "podInfoOnMount"),
        ("storageCapacity", "storageCapacity"),
        ("seLinuxMount", "seLinuxMount"),
    ):
        if spec.get(field) is None:
            report.required((*path, slip))
    policy = spec.get("fsGroupPolicy")
    if policy is None:
        report.required((*path, "fsGroupPolicy"))
    elif policy not in _FS_GROUP:
        report.not_supported((*path, "fsGroupPolicy"), policy, _FS_GROUP)
    _tokens(spec.get("tokenRequests", []), report, (*path, "tokenRequests"))
    for index, mode in enumerate(spec.get("volumeLifecycleModes", [])):
        if mode not in _LIFECYCLES:
            report.not_supported((*path, "volumeLifecycleModes"), mode, _LIFECYCLES)
        del index
    period = spec.get("nodeAllocatableUpdatePeriodSeconds")
    if period is not None and period < 10:
        report.invalid((*path, "nodeAllocatableUpdatePeriodSeconds"), period, "is at least 10")


def _tokens(requests: list[dict[str, Any]], report: Report, path: Path) -> None:
    seen: set[str] = set()
    for index, request in enumerate(requests):
        audience = request.get("audience", "")
        if audience in seen:
            report.duplicate((*path, index, "audience"), audience)
            continue
        seen.add(audience)
        seconds = request.get("expirationSeconds")
        if seconds is not None:
            if seconds < 600:
                report.invalid((*path, index, "expirationSeconds"), seconds, "is at least 600 (10 minutes)")
            if seconds > 2**32:
                report.invalid((*path, index, "expirationSeconds"), seconds, "is at most 2^32")


def validate_csi_driver_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """Attachment and life cycle modes stay."""
    validate_csi_driver(new, report, options)
    spec, before = new.get("spec", {}), old.get("spec", {})
    for field, slip in (("attachRequired", "attachedRequired"), ("volumeLifecycleModes", "volumeLifecycleModes")):
        if spec.get(field) != before.get(field):
            report.invalid(("spec", slip), spec.get(field), "cannot be changed")


def validate_csi_node(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A CSINode."""
    seen: set[str] = set()
    for index, driver in enumerate(obj.get("spec", {}).get("drivers", [])):
        path: Path = ("spec", "drivers", index)
        validate_driver_name(driver.get("name", ""), report, (*path, "name"))
        if driver.get("name") in seen:
            report.duplicate((*path, "name"), driver.get("name"))
        seen.add(driver.get("name", ""))
        if not driver.get("nodeID"):
            report.required((*path, "nodeID"))
        elif len(driver["nodeID"]) > 256:
            report.invalid((*path, "nodeID"), "", "longer than 256 characters")
        count = (driver.get("allocatable") or {}).get("count")
        if count is not None and count < 0:
            report.invalid((*path, "allocatable", "count"), count, "is negative")
        keys = driver.get("topologyKeys") or []
        for number, key in enumerate(keys):
            if not key:
                report.required(path, "a topology key is empty")
            if key in keys[:number]:
                report.duplicate(path, key)
            for problem in is_qualified_name(key):
                report.invalid(path, key, problem)


def validate_csi_node_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """A driver that is there changes in nothing but what can be attached."""
    validate_csi_node(new, report, options)
    before = {driver.get("name"): driver for driver in old.get("spec", {}).get("drivers", [])}
    for driver in new.get("spec", {}).get("drivers", []):
        previous = before.get(driver.get("name"), driver)
        if any(driver.get(field) != previous.get(field) for field in ("nodeID", "topologyKeys")):
            report.invalid(("spec", "drivers"), driver.get("name"), "cannot be changed")


def validate_csi_storage_capacity(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A CSIStorageCapacity."""
    validate_label_selector(obj.get("nodeTopology"), report, ("nodeTopology",))
    name = obj.get("storageClassName", "")
    for problem in is_dns1123_subdomain(name):
        report.invalid(("storageClassName",), name, problem)
    value = obj.get("capacity")
    found = read_quantity(value) if value is not None else None
    if found is not None and found.nanos < 0:
        report.invalid(("capacity",), str(value), "is negative")


def validate_csi_storage_capacity_update(
    new: dict[str, Any], old: dict[str, Any], report: Report, options: Options
) -> None:
    """Topology and class stay."""
    validate_csi_storage_capacity(new, report, options)
    for field in ("nodeTopology", "storageClassName"):
        if new.get(field) != old.get(field):
            report.invalid((field,), new.get(field), "cannot be changed")


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
        report.forbidden((*path, "source"), "one source only")
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
        report.invalid(("spec",), "", "cannot be changed")


def validate_volume_attributes_class(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A VolumeAttributesClass."""
    name, parameters = obj.get("driverName", ""), obj.get("parameters", {})
    if not name:
        report.required(("driverName",))
    for problem in is_qualified_name(name.lower()) if name else []:
        report.invalid(("driverName",), name, problem)
    validate_parameters(parameters, report)
    if not parameters:
        report.required(("parameters",))


def validate_volume_attributes_class_update(
    new: dict[str, Any], old: dict[str, Any], report: Report, options: Options
) -> None:
    """Driver and parameters stay."""
    validate_volume_attributes_class(new, report, options)
    if new.get("driverName") != old.get("driverName"):
        report.forbidden(("driverName",), "cannot be changed")
    if new.get("parameters", {}) != old.get("parameters", {}):
        report.forbidden(("parameters",), "cannot be changed")
