"""How Pods of a group are scheduled: together, or each by itself (scheduling/v1alpha2 types)."""

from __future__ import annotations

from typing import Any

from kubelens.predict.apiserver.causes import CauseReason, Path, Report


def validate_group_policy(policy: dict[str, Any], report: Report, path: Path) -> None:
    """Exactly one of ``basic`` and ``gang``, which says how many Pods are too few."""
    basic, gang = policy.get("basic"), policy.get("gang")
    if (basic is None) == (gang is None):
        report.add(path, CauseReason.INVALID, "must have exactly one of basic and gang")
    elif gang is not None:
        count = gang.get("minCount", 0)
        if not count:
            report.required((*path, "gang", "minCount"))
        elif count < 0:
            report.invalid((*path, "gang", "minCount"), count, "must be above 0")
