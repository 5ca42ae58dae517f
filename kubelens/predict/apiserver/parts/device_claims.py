"""Requests for devices, as ResourceClaims and their templates make them (``validateDeviceClaim``).

In v1beta1 a request holds what ``exactly`` holds in later versions; it is brought into their form first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kubelens.predict.apiserver.causes import CauseReason, Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_label, is_dns1123_subdomain
from kubelens.predict.apiserver.parts.device_config import MOST_SETTINGS, validate_device_config
from kubelens.predict.apiserver.parts.device_names import validate_fully_qualified_name
from kubelens.predict.apiserver.parts.device_selectors import validate_selectors
from kubelens.predict.apiserver.parts.device_taints import validate_device_tolerations

_MOST_REQUESTS: Final = 32
_MOST_CONSTRAINTS: Final = 32
_MOST_ALTERNATIVES: Final = 8
_MODES: Final = ("All", "ExactCount")
_ADMIN_ACCESS: Final = "resource.kubernetes.io/admin-access"


def default_device_claim(claim: dict[str, Any]) -> None:
    """One device where no number is given (``SetDefaults_ExactDeviceRequest``, ``SetDefaults_DeviceSubRequest``)."""
    for request in claim.get("devices", {}).get("requests", []):
        for one in (request.get("exactly"), *request.get("firstAvailable", [])):
            if one is None:
                continue
            if not one.get("allocationMode"):
                one["allocationMode"] = "ExactCount"
            if one["allocationMode"] == "ExactCount" and not one.get("count"):
                one["count"] = 1
            for toleration in one.get("tolerations", []):
                toleration.setdefault("operator", "Equal")


def validate_device_claim(claim: dict[str, Any], report: Report, path: Path) -> None:
    """Requests, constraints between their devices, and settings for drivers."""
    devices, here = claim.get("devices", {}), (*path, "devices")
    requests = devices.get("requests", [])
    names = {
        request.get("name", ""): {one.get("name", "") for one in request.get("firstAvailable", [])}
        for request in requests
    }
    if len(requests) > _MOST_REQUESTS:
        report.too_many((*here, "requests"), len(requests), _MOST_REQUESTS)
    else:
        for index, request in enumerate(requests):
            _request(request, report, (*here, "requests", index))
        _unique(requests, report, (*here, "requests"))
    constraints = devices.get("constraints", [])
    if len(constraints) > _MOST_CONSTRAINTS:
        report.too_many((*here, "constraints"), len(constraints), _MOST_CONSTRAINTS)
    else:
        for index, constraint in enumerate(constraints):
            _constraint(constraint, names, report, (*here, "constraints", index))
    config = devices.get("config", [])
    if len(config) > MOST_SETTINGS:
        report.too_many((*here, "config"), len(config), MOST_SETTINGS)
        return
    for index, one in enumerate(config):
        _references(one.get("requests", []), names, report, (*here, "config", index, "requests"))
        validate_device_config(one, report, (*here, "config", index))


def validate_admin_access(claim: Mapping[str, Any], labels: Mapping[str, str], report: Report) -> None:
    """Access for administrators needs a label of the namespace; the server names the field without ``exactly``.

    Follows ``pkg/registry/resource`` ``AuthorizedForAdmin``.
    """
    if labels.get(_ADMIN_ACCESS) == "true":
        return
    for index, request in enumerate(claim.get("devices", {}).get("requests", [])):
        if (request.get("exactly") or {}).get("adminAccess"):
            report.add(
                ("spec", "devices", "requests", index, "exactly", "adminAccess"),
                CauseReason.FORBIDDEN,
                f"needs the label {_ADMIN_ACCESS}: true on the namespace",
                f"spec.devices.requests[{index}].adminAccess",
            )
            return


def _unique(named: list[dict[str, Any]], report: Report, path: Path) -> None:
    seen: set[str] = set()
    for index, one in enumerate(named):
        name = one.get("name", "")
        if name in seen:
            report.duplicate((*path, index), name)
        seen.add(name)


def _request(request: dict[str, Any], report: Report, path: Path) -> None:
    _request_name(request.get("name", ""), report, (*path, "name"))
    exactly, alternatives = request.get("exactly"), request.get("firstAvailable", [])
    if exactly is None and not alternatives:
        report.required(path, "must have exactly one of exactly and firstAvailable")
    elif exactly is not None and alternatives:
        report.add(path, CauseReason.INVALID, "must have exactly or firstAvailable, has both: take one out")
    elif exactly is not None:
        _wanted(exactly, report, (*path, "exactly"))
    elif len(alternatives) > _MOST_ALTERNATIVES:
        report.too_many((*path, "firstAvailable"), len(alternatives), _MOST_ALTERNATIVES)
    else:
        for index, one in enumerate(alternatives):
            here = (*path, "firstAvailable", index)
            _request_name(one.get("name", ""), report, (*here, "name"))
            _wanted(one, report, here)
        _unique(alternatives, report, (*path, "firstAvailable"))


def _request_name(name: str, report: Report, path: Path) -> None:
    for problem in is_dns1123_label(name):
        report.invalid(path, name, problem)


def _wanted(wanted: dict[str, Any], report: Report, path: Path) -> None:
    device_class = wanted.get("deviceClassName", "")
    if not device_class:
        report.required((*path, "deviceClassName"))
    for problem in is_dns1123_subdomain(device_class) if device_class else []:
        report.invalid((*path, "deviceClassName"), device_class, problem)
    validate_selectors(wanted.get("selectors", []), report, (*path, "selectors"))
    mode, count = wanted.get("allocationMode", ""), wanted.get("count", 0)
    if mode == "All":
        if count:
            report.invalid((*path, "count"), count, "must not be set for allocationMode All")
    elif mode == "ExactCount":
        if count <= 0:
            report.invalid((*path, "count"), count, "must be above 0")
    else:
        report.not_supported((*path, "allocationMode"), mode, _MODES)
    validate_device_tolerations(wanted.get("tolerations", []), report, (*path, "tolerations"))


def _constraint(constraint: dict[str, Any], names: Mapping[str, set[str]], report: Report, path: Path) -> None:
    _references(constraint.get("requests", []), names, report, (*path, "requests"))
    for field in ("matchAttribute", "distinctAttribute"):
        if field in constraint:
            validate_fully_qualified_name(constraint[field], report, (*path, field))
            return
    report.required(path, "must have matchAttribute or distinctAttribute")


def _references(wanted: list[str], names: Mapping[str, set[str]], report: Report, path: Path) -> None:
    """Names of requests, or of a request and one of its alternatives."""
    if len(wanted) > _MOST_REQUESTS:
        report.too_many(path, len(wanted), _MOST_REQUESTS)
        return
    for index, text in enumerate(wanted):
        request, slash, alternative = text.partition("/")
        here = (*path, index)
        if "/" in alternative:
            report.invalid(here, text, "must be the name of a request, or of a request and an alternative")
            continue
        for part in text.split("/"):
            _request_name(part, report, here)
        if request not in names or (slash and alternative not in names[request]):
            report.invalid(here, text, "must be the name of a request of the claim")
        if text in wanted[:index]:
            report.duplicate(here, text)
