"""The rules of Roles and ClusterRoles (``pkg/apis/rbac/validation``)."""

from __future__ import annotations

from typing import Any

from kubelens.predict.apiserver.causes import Path, Report


def validate_role_rules(rules: list[dict[str, Any]], report: Report, *, namespaced: bool) -> None:
    """Rules about resources or, where they are not of a namespace, URLs."""
    for index, rule in enumerate(rules):
        path: Path = ("rules", index)
        if not rule.get("verbs"):
            report.required((*path, "verbs"), "must have at least one verb")
        urls = rule.get("nonResourceURLs", [])
        if urls:
            if namespaced:
                report.invalid(
                    (*path, "nonResourceURLs"), urls, "must not be set in a Role: URLs stand in no namespace"
                )
            if rule.get("apiGroups") or rule.get("resources") or rule.get("resourceNames"):
                report.invalid(
                    (*path, "nonResourceURLs"),
                    urls,
                    "must not be set beside apiGroups, resources or resourceNames: write a rule of its own for the URLs",
                )
            continue
        if not rule.get("apiGroups"):
            report.required((*path, "apiGroups"), 'must have at least one API group ("" is the core group)')
        if not rule.get("resources"):
            report.required((*path, "resources"), "must have at least one resource")
