"""VolumeAttributesClasses, after ``pkg/apis/storage/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain, is_qualified_name
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.class_parameters import validate_parameters
from kubelens.predict.apiserver.parts.protection import protect
from kubelens.predict.apiserver.strategy import Strategy


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


def store_volume_attributes_class(obj: dict[str, Any], options: Options) -> None:
    """Its finalizer."""
    protect(obj, "kubernetes.io/vac-protection")


STRATEGIES: Final = (
    Strategy(
        "storage.k8s.io",
        "VolumeAttributesClass",
        names=is_dns1123_subdomain,
        namespaced=False,
        store=store_volume_attributes_class,
        validate=validate_volume_attributes_class,
        update=validate_volume_attributes_class_update,
    ),
)
