"""Which requests a policy or its binding is about (``validateMatchResources``)."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_path_segment_name
from kubelens.predict.apiserver.parts.webhook_rules import default_rules, validate_rule
from kubelens.predict.apiserver.selectors import validate_label_selector

_MUTATED_ON: Final = ("*", "CONNECT", "CREATE", "UPDATE")


def default_match_resources(match: dict[str, Any]) -> None:
    """Match policy, selectors, scopes of rules."""
    match.setdefault("matchPolicy", "Equivalent")
    match.setdefault("namespaceSelector", {})
    match.setdefault("objectSelector", {})
    default_rules(match.get("resourceRules", []))
    default_rules(match.get("excludeResourceRules", []))


def validate_match_resources(match: dict[str, Any], report: Report, path: Path) -> None:
    """Match policy, selectors and rules."""
    policy = match.get("matchPolicy")
    if policy is None:
        report.required((*path, "matchPolicy"))
    elif policy not in ("Equivalent", "Exact"):
        report.not_supported((*path, "matchPolicy"), policy, ("Equivalent", "Exact"))
    for field in ("namespaceSelector", "objectSelector"):
        if match.get(field) is None:
            report.required((*path, field))
        else:
            validate_label_selector(match[field], report, (*path, field))
    for field in ("resourceRules", "excludeResourceRules"):
        for index, rule in enumerate(match.get(field, [])):
            here = (*path, field, index)
            _names(rule.get("resourceNames", []), report, (*here, "resourceNames"))
            validate_rule(rule, report, here)


def _names(names: list[str], report: Report, path: Path) -> None:
    seen: set[str] = set()
    for index, name in enumerate(names):
        for problem in is_path_segment_name(name):
            report.invalid((*path, index), name, problem)
        if name in seen:
            report.duplicate((*path, index), name)
        seen.add(name)


def validate_mutated_operations(match: dict[str, Any] | None, report: Report, path: Path) -> None:
    """What is deleted cannot be changed; the server names the list without its indexes."""
    here = (*path, "resourceRules", "operations")
    for rule in (match or {}).get("resourceRules", []):
        for operation in rule.get("operations", []):
            if operation not in _MUTATED_ON:
                report.not_supported(here, operation, _MUTATED_ON)
