"""PriorityClasses, RuntimeClasses and Leases, after ``pkg/apis/{scheduling,node,coordination}/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_label
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.validation.affinity import validate_tolerations
from kubelens.predict.apiserver.validation.metadata import validate_labels
from kubelens.predict.apiserver.validation.resources import validate_requirements

_HIGHEST: Final = 1_000_000_000
_SYSTEM: Final = {"system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000}


def validate_priority_class(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A PriorityClass."""
    name = obj.get("metadata", {}).get("name", "")
    value = obj.get("value", 0)
    if name.startswith("system-"):
        if _SYSTEM.get(name) != value:
            report.forbidden(("metadata", "name"), "names beginning with 'system-' are Kubernetes' own")
    elif value > _HIGHEST:
        report.forbidden(("value",), f"at most {_HIGHEST}")
    policy = obj.get("preemptionPolicy")
    if policy == "":
        report.required(("preemptionPolicy",))
    elif policy is not None and policy not in ("Never", "PreemptLowerPriority"):
        report.not_supported(("preemptionPolicy",), policy, ("Never", "PreemptLowerPriority"))


def validate_priority_class_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """Value and preemption policy stay."""
    if new.get("value", 0) != old.get("value", 0):
        report.forbidden(("value",), "cannot be changed")
    if new.get("preemptionPolicy") != old.get("preemptionPolicy"):
        report.invalid(("preemptionPolicy",), new.get("preemptionPolicy"), "cannot be changed")


def validate_runtime_class(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A RuntimeClass."""
    handler = obj.get("handler", "")
    if not handler:
        report.required(("handler",))
    for problem in is_dns1123_label(handler) if handler else []:
        report.invalid(("handler",), handler, problem)
    inner = Report()
    validate_requirements({"limits": (obj.get("overhead") or {}).get("podFixed", {})}, inner, ("overhead",))
    for cause in inner.causes:
        path: Path = ("overhead", "podFixed", *cause.path[2:]) if cause.path[1:] else cause.path
        report.add(path, cause.reason, cause.message, cause.field)
    scheduling = obj.get("scheduling")
    if scheduling:
        validate_labels(scheduling.get("nodeSelector", {}), report, ("scheduling", "nodeSelector"))
        tolerations = scheduling.get("tolerations", [])
        validate_tolerations(tolerations, report, ("scheduling", "tolerations"))
        seen: set[tuple[str, ...]] = set()
        for index, one in enumerate(tolerations):
            key = tuple(one.get(field, "") for field in ("key", "operator", "value", "effect"))
            if key in seen:
                report.duplicate(("scheduling", "tolerations", index), one)
            seen.add(key)


def validate_runtime_class_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """The handler stays."""
    if new.get("handler") != old.get("handler"):
        report.invalid(("handler",), new.get("handler"), "cannot be changed")


def validate_lease(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A Lease."""
    spec = obj.get("spec", {})
    duration, transitions = spec.get("leaseDurationSeconds"), spec.get("leaseTransitions")
    if duration is not None and duration <= 0:
        report.invalid(("spec", "leaseDurationSeconds"), duration, "is not above 0")
    if transitions is not None and transitions < 0:
        report.invalid(("spec", "leaseTransitions"), transitions, "is negative")


def validate_lease_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """Everything may change that is valid."""
    validate_lease(new, report, options)
