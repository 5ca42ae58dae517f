"""Leases, after ``pkg/apis/coordination/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.strategy import Strategy


def validate_lease(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A Lease."""
    spec = obj.get("spec", {})
    duration, transitions = spec.get("leaseDurationSeconds"), spec.get("leaseTransitions")
    if duration is not None and duration <= 0:
        report.invalid(("spec", "leaseDurationSeconds"), duration, "must be above 0")
    if transitions is not None and transitions < 0:
        report.invalid(("spec", "leaseTransitions"), transitions, "must be at least 0")


def validate_lease_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """Everything may change that is valid."""
    validate_lease(new, report, options)


STRATEGIES: Final = (
    Strategy(
        "coordination.k8s.io",
        "Lease",
        names=is_dns1123_subdomain,
        namespaced=True,
        any_finalizer=True,
        validate=validate_lease,
        update=validate_lease_update,
    ),
)
