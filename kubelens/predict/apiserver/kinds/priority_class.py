"""PriorityClasses, after ``pkg/apis/scheduling/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.strategy import Strategy

_HIGHEST: Final = 1_000_000_000
_SYSTEM: Final = {"system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000}


def default_priority_class(obj: dict[str, Any]) -> None:
    """The preemption policy."""
    obj.setdefault("preemptionPolicy", "PreemptLowerPriority")


def validate_priority_class(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A PriorityClass."""
    name = obj.get("metadata", {}).get("name", "")
    value = obj.get("value", 0)
    if name.startswith("system-"):
        if _SYSTEM.get(name) != value:
            report.forbidden(("metadata", "name"), "must not begin with 'system-': those names are Kubernetes' own")
    elif value > _HIGHEST:
        report.forbidden(("value",), f"must be at most {_HIGHEST}")
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


STRATEGIES: Final = (
    Strategy(
        "scheduling.k8s.io",
        "PriorityClass",
        names=is_dns1123_subdomain,
        namespaced=False,
        default=default_priority_class,
        validate=validate_priority_class,
        update=validate_priority_class_update,
    ),
)
