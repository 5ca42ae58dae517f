"""CSIStorageCapacities, after ``pkg/apis/storage/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.kube.quantity import read_quantity
from kubelens.predict.apiserver.causes import Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.selectors import validate_label_selector
from kubelens.predict.apiserver.strategy import Strategy


def validate_csi_storage_capacity(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A CSIStorageCapacity."""
    validate_label_selector(obj.get("nodeTopology"), report, ("nodeTopology",))
    name = obj.get("storageClassName", "")
    for problem in is_dns1123_subdomain(name):
        report.invalid(("storageClassName",), name, problem)
    value = obj.get("capacity")
    found = read_quantity(value) if value is not None else None
    if found is not None and found.nanos < 0:
        report.invalid(("capacity",), str(value), "must be at least 0")


def validate_csi_storage_capacity_update(
    new: dict[str, Any], old: dict[str, Any], report: Report, options: Options
) -> None:
    """Topology and class stay."""
    validate_csi_storage_capacity(new, report, options)
    for field in ("nodeTopology", "storageClassName"):
        if new.get(field) != old.get(field):
            report.invalid((field,), new.get(field), "cannot be changed")


STRATEGIES: Final = (
    Strategy(
        "storage.k8s.io",
        "CSIStorageCapacity",
        names=is_dns1123_subdomain,
        namespaced=True,
        validate=validate_csi_storage_capacity,
        update=validate_csi_storage_capacity_update,
    ),
)
