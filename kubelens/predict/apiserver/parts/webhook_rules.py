"""Operations on resources that webhooks and policies are asked about."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Path, Report

_OPERATIONS: Final = ("*", "CONNECT", "CREATE", "DELETE", "UPDATE")
_SCOPES: Final = ("*", "Cluster", "Namespaced")


def default_rules(rules: list[dict[str, Any]]) -> None:
    """The scope of each rule."""
    for rule in rules:
        rule.setdefault("scope", "*")


def validate_rule(rule: dict[str, Any], report: Report, path: Path, *, subresources: bool = True) -> None:
    """Operations on resources."""
    operations = rule.get("operations", [])
    if not operations:
        report.required((*path, "operations"))
    if len(operations) > 1 and "*" in operations:
        report.invalid((*path, "operations"), operations, "must hold '*' alone")
    for index, operation in enumerate(operations):
        if operation not in _OPERATIONS:
            report.not_supported((*path, "operations", index), operation, _OPERATIONS)
    for field in ("apiGroups", "apiVersions", "resources"):
        values = rule.get(field, [])
        if not values:
            report.required((*path, field))
        if field != "resources" and len(values) > 1 and "*" in values:
            report.invalid((*path, field), values, "must hold '*' alone")
        if field == "apiVersions":
            for index, value in enumerate(values):
                if not value:
                    report.required((*path, field, index))
    if subresources:
        _resources(rule.get("resources", []), report, (*path, "resources"))
    scope = rule.get("scope")
    if scope is not None and scope not in _SCOPES:
        report.not_supported((*path, "scope"), scope, _SCOPES)


def _resources(resources: list[str], report: Report, path: Path) -> None:
    whole: set[str] = set()
    everywhere: set[str] = set()
    plain = False
    for index, text in enumerate(resources):
        if not text:
            report.required((*path, index))
            continue
        resource, slash, sub = text.partition("/")
        if not slash:
            plain = text != "*"
            continue
        if resource in whole:
            report.invalid((*path, index), text, f"'{resource}/*' covers it")
        if sub in everywhere:
            report.invalid((*path, index), text, f"'*/{sub}' covers it")
        if sub == "*":
            whole.add(resource)
        if resource == "*":
            everywhere.add(sub)
    if len(resources) > 1 and "*/*" in resources:
        report.invalid(path, resources, "must hold '*/*' alone")
    if "*" in resources and plain:
        report.invalid(path, resources, "'*' covers the others")
