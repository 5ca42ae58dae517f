"""CSINodes, after ``pkg/apis/storage/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain, is_qualified_name
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.pod.volume_sources import validate_driver_name
from kubelens.predict.apiserver.strategy import Strategy


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
            report.inconsistent((*path, "nodeID"), "must have at most 256 characters")
        count = (driver.get("allocatable") or {}).get("count")
        if count is not None and count < 0:
            report.invalid((*path, "allocatable", "count"), count, "must be at least 0")
        keys = driver.get("topologyKeys") or []
        for number, key in enumerate(keys):
            if not key:
                report.required(path, "must hold no empty key")
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


STRATEGIES: Final = (
    Strategy(
        "storage.k8s.io",
        "CSINode",
        names=is_dns1123_subdomain,
        namespaced=False,
        validate=validate_csi_node,
        update=validate_csi_node_update,
    ),
)
