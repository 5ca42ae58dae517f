"""APIServices, after kube-aggregator ``pkg/apis/apiregistration/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_dns1035_label, is_dns1123_subdomain, is_path_segment_name
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.strategy import Strategy


def default_api_service(obj: dict[str, Any]) -> None:
    """The port of its Service."""
    if isinstance(service := obj.setdefault("spec", {}).get("service"), dict):
        service.setdefault("port", 443)


def validate_api_service(obj: dict[str, Any], report: Report, options: Options) -> None:
    """An APIService."""
    spec = obj.get("spec", {})
    group, version = spec.get("group", ""), spec.get("version", "")
    expected = f"{version}.{group}"
    for field in ("name", "generateName"):
        text = obj.get("metadata", {}).get(field, "")
        if text and text != expected:
            report.invalid(("metadata", field), text, f"must be {expected!r}: the version, a dot and the group")
    path: Path = ("spec",)
    if not group and version != "v1":
        report.required((*path, "group"), "only version v1 of the core group has no group")
    if group:
        for problem in is_dns1123_subdomain(group):
            report.invalid((*path, "group"), group, problem)
    for problem in is_dns1035_label(version):
        report.invalid((*path, "version"), version, problem)
    minimum, priority = spec.get("groupPriorityMinimum", 0), spec.get("versionPriority", 0)
    if not 0 < minimum <= 20000:
        report.invalid((*path, "groupPriorityMinimum"), minimum, "must be between 1 and 20000")
    if not 0 < priority <= 1000:
        report.invalid((*path, "versionPriority"), priority, "must be between 1 and 1000")
    service = spec.get("service")
    if service is None:
        if spec.get("caBundle"):
            report.inconsistent((*path, "caBundle"), "must not be set without a service")
        if spec.get("insecureSkipTLSVerify"):
            report.invalid((*path, "insecureSkipTLSVerify"), True, "must not be set without a service")
        return
    for field in ("namespace", "name"):
        if not service.get(field):
            report.required((*path, "service", field))
    if not 1 <= service.get("port", 443) <= 65535:
        report.invalid((*path, "service", "port"), service.get("port"), "must be between 1 and 65535")
    if spec.get("insecureSkipTLSVerify") and spec.get("caBundle"):
        report.invalid((*path, "insecureSkipTLSVerify"), True, "must be false beside caBundle")


def validate_api_service_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """Everything may change that is valid."""
    validate_api_service(new, report, options)


STRATEGIES: Final = (
    Strategy(
        "apiregistration.k8s.io",
        "APIService",
        names=is_path_segment_name,
        namespaced=False,
        any_finalizer=True,
        default=default_api_service,
        validate=validate_api_service,
        update=validate_api_service_update,
    ),
)
