"""Conditions in CEL that webhooks and policies have."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_qualified_name
from kubelens.predict.apiserver.parts.policy_types import policy_problem

_MAX_CONDITIONS: Final = 64


def validate_match_conditions(
    conditions: list[dict[str, Any]], report: Report, path: Path, variables: frozenset[str]
) -> None:
    """Named CEL conditions."""
    if len(conditions) > _MAX_CONDITIONS:
        report.too_many(path, len(conditions), _MAX_CONDITIONS)
    seen: set[str] = set()
    for index, condition in enumerate(conditions):
        here = (*path, index)
        expression = condition.get("expression", "").strip()
        if not expression:
            report.required((*here, "expression"))
        elif problem := policy_problem(expression, variables, "bool"):
            report.invalid((*here, "expression"), expression, problem)
        name = condition.get("name", "")
        if not name:
            report.required((*here, "name"))
        else:
            for problem in is_qualified_name(name):
                report.invalid((*here, "name"), name, problem)
            if name in seen:
                report.duplicate((*here, "name"), name)
            seen.add(name)
