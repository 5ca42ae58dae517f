"""Files that volumes make of keys and fields, after core ``validateKeyToPath`` and ``validateDownwardAPIVolumeFile``."""

from __future__ import annotations

from typing import Any

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.pod.env import VOLUME_FIELDS, validate_field_reference, validate_resource_reference
from kubelens.predict.apiserver.pod.local_path import validate_file_path


def validate_mode(mode: Any, report: Report, path: Path) -> None:
    """Permission bits of a file."""
    if mode is not None and not 0 <= mode <= 0o777:
        report.invalid(path, mode, "must be between 0 and 0777 in octal, as in 0644")


def validate_item(item: dict[str, Any], report: Report, path: Path) -> None:
    """A key and the file it becomes."""
    if not item.get("key"):
        report.required((*path, "key"))
    file = item.get("path", "")
    if not file:
        report.required((*path, "path"))
    validate_file_path(file, report, (*path, "path"))
    validate_mode(item.get("mode"), report, (*path, "mode"))


def validate_downward_file(item: dict[str, Any], report: Report, path: Path) -> None:
    """A field of the Pod and the file it becomes; the server leaves the item's number out of the path."""
    file = item.get("path", "")
    if not file:
        report.required((*path, "path"))
    validate_file_path(file, report, (*path, "path"))
    if "fieldRef" in item:
        validate_field_reference(item["fieldRef"], VOLUME_FIELDS, report, (*path, "fieldRef"))
        if "resourceFieldRef" in item:
            report.inconsistent(path, "must have fieldRef or resourceFieldRef, has both: take one out")
    elif "resourceFieldRef" in item:
        validate_resource_reference(item["resourceFieldRef"], report, (*path, "resourceFieldRef"), in_volume=True)
    else:
        report.required(path, "must have fieldRef or resourceFieldRef")
    validate_mode(item.get("mode"), report, (*path, "mode"))
