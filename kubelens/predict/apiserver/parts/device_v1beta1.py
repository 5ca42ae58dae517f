"""The form that requests and devices had in resource.k8s.io/v1beta1, brought into that of later versions.

Follows ``pkg/apis/resource/v1beta1/conversion.go``.
"""

from __future__ import annotations

from typing import Any, Final

_EXACTLY: Final = ("deviceClassName", "selectors", "allocationMode", "count", "adminAccess", "tolerations", "capacity")


def current_claim(spec: dict[str, Any]) -> dict[str, Any]:
    """A claim's spec with what a request holds itself under ``exactly``."""
    devices = spec.get("devices", {})
    requests = [_current_request(request) for request in devices.get("requests", [])]
    return {**spec, "devices": {**devices, "requests": requests}} if requests else spec


def _current_request(request: dict[str, Any]) -> dict[str, Any]:
    exactly = {field: request[field] for field in _EXACTLY if field in request}
    rest = {field: value for field, value in request.items() if field not in _EXACTLY}
    return {**rest, "exactly": exactly} if exactly else rest


def current_slice(spec: dict[str, Any]) -> dict[str, Any]:
    """A slice's spec with what ``basic`` holds beside the device's name."""
    if "devices" not in spec:
        return spec
    devices = [{"name": device.get("name", ""), **(device.get("basic") or {})} for device in spec["devices"]]
    return {**spec, "devices": devices}


def default_claim_v1beta1(spec: dict[str, Any]) -> None:
    """One device where no number is given (``SetDefaults_DeviceRequest``, ``SetDefaults_DeviceSubRequest``)."""
    for request in spec.get("devices", {}).get("requests", []):
        alternatives = request.get("firstAvailable", [])
        for one in alternatives or ([request] if request.get("deviceClassName") else []):
            if not one.get("allocationMode"):
                one["allocationMode"] = "ExactCount"
            if one["allocationMode"] == "ExactCount" and not one.get("count"):
                one["count"] = 1
