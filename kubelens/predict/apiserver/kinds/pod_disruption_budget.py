"""PodDisruptionBudgets, after ``pkg/apis/policy/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_path_segment_name
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.counts import at_most_100_percent, int_or_percent
from kubelens.predict.apiserver.selectors import validate_label_selector
from kubelens.predict.apiserver.strategy import Strategy


def validate_pod_disruption_budget(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A PodDisruptionBudget."""
    spec = obj.get("spec", {})
    path: Path = ("spec",)
    low, high = spec.get("minAvailable"), spec.get("maxUnavailable")
    if low is not None and high is not None:
        report.inconsistent(path, "must have minAvailable or maxUnavailable, has both: take one out")
    for field, value in (("minAvailable", low), ("maxUnavailable", high)):
        if value is not None:
            int_or_percent(value, report, (*path, field))
            at_most_100_percent(value, report, (*path, field))
    validate_label_selector(spec.get("selector"), report, (*path, "selector"))
    policy = spec.get("unhealthyPodEvictionPolicy")
    if policy is not None and policy not in ("AlwaysAllow", "IfHealthyBudget"):
        report.not_supported((*path, "unhealthyPodEvictionPolicy"), policy, ("AlwaysAllow", "IfHealthyBudget"))


STRATEGIES: Final = (
    Strategy(
        "policy",
        "PodDisruptionBudget",
        names=is_path_segment_name,
        namespaced=True,
        any_finalizer=True,
        validate=validate_pod_disruption_budget,
    ),
)
