"""CSIDrivers, after ``pkg/apis/storage/validation`` and ``registry/storage/csidriver``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.address_warnings import Pair
from kubelens.predict.apiserver.strategy import Strategy, no_warnings

_FS_GROUP: Final = ("File", "None", "ReadWriteOnceWithFSType")
_LIFECYCLES: Final = ("Ephemeral", "Persistent")


def default_csi_driver(obj: dict[str, Any]) -> None:
    """What a driver does where it does not say."""
    spec = obj.setdefault("spec", {})
    for name, value in (
        ("attachRequired", True),
        ("podInfoOnMount", False),
        ("storageCapacity", False),
        ("fsGroupPolicy", "ReadWriteOnceWithFSType"),
        ("requiresRepublish", False),
        ("seLinuxMount", False),
    ):
        spec.setdefault(name, value)
    if not spec.get("volumeLifecycleModes"):
        spec["volumeLifecycleModes"] = ["Persistent"]


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
    if spec.get("serviceAccountTokenInSecrets") is not None and not spec.get("tokenRequests"):
        here = (*path, "serviceAccountTokenInSecrets")
        report.invalid(here, spec["serviceAccountTokenInSecrets"], "must not be set without tokenRequests")
    period = spec.get("nodeAllocatableUpdatePeriodSeconds")
    if period is not None and period < 10:
        report.invalid((*path, "nodeAllocatableUpdatePeriodSeconds"), period, "must be at least 10")


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
                report.invalid((*path, index, "expirationSeconds"), seconds, "must be at least 600 (10 minutes)")
            if seconds > 2**32:
                report.invalid((*path, index, "expirationSeconds"), seconds, "must be at most 2^32")


def validate_csi_driver_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """Attachment and life cycle modes stay."""
    validate_csi_driver(new, report, options)
    spec, before = new.get("spec", {}), old.get("spec", {})
    for field, slip in (("attachRequired", "attachedRequired"), ("volumeLifecycleModes", "volumeLifecycleModes")):
        if spec.get(field) != before.get(field):
            report.invalid(("spec", slip), spec.get(field), "cannot be changed")


def csi_driver_warnings(obj: dict[str, Any]) -> Iterator[Pair]:
    """(registry/storage/csidriver, WarningsOnCreate)"""
    spec = obj.get("spec", {})
    if spec.get("tokenRequests") and "serviceAccountTokenInSecrets" not in spec:
        yield (
            "spec.serviceAccountTokenInSecrets",
            "is not set: tokens reach the driver in the volume context, which may be logged",
        )


STRATEGIES: Final = (
    Strategy(
        "storage.k8s.io",
        "CSIDriver",
        names=is_dns1123_subdomain,
        namespaced=False,
        default=default_csi_driver,
        validate=validate_csi_driver,
        update=validate_csi_driver_update,
        warn=csi_driver_warnings,
        warn_update=no_warnings,
    ),
)
