"""Roles and bindings, after ``pkg/apis/rbac/validation``."""

from __future__ import annotations

from typing import Any

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain, is_path_segment_name
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.validation.selectors import validate_label_selector

_GROUP = "rbac.authorization.k8s.io"


def _rules(rules: list[dict[str, Any]], report: Report, *, namespaced: bool) -> None:
    for index, rule in enumerate(rules):
        path: Path = ("rules", index)
        if not rule.get("verbs"):
            report.required((*path, "verbs"), "at least one verb is needed")
        urls = rule.get("nonResourceURLs", [])
        if urls:
            if namespaced:
                report.invalid((*path, "nonResourceURLs"), urls, "a Role of a namespace has no URLs")
            if rule.get("apiGroups") or rule.get("resources") or rule.get("resourceNames"):
                report.invalid((*path, "nonResourceURLs"), urls, "URLs and resources exclude each other")
            continue
        if not rule.get("apiGroups"):
            report.required((*path, "apiGroups"), 'at least one API group is needed ("" is the core group)')
        if not rule.get("resources"):
            report.required((*path, "resources"), "at least one resource is needed")


def validate_role(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A Role."""
    _rules(obj.get("rules", []), report, namespaced=True)


def validate_cluster_role(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A ClusterRole."""
    _rules(obj.get("rules", []), report, namespaced=False)
    aggregation = obj.get("aggregationRule")
    if aggregation is not None:
        path: Path = ("aggregationRule", "clusterRoleSelectors")
        selectors = aggregation.get("clusterRoleSelectors", [])
        if not selectors:
            report.required(path, "at least one selector is needed")
        for index, selector in enumerate(selectors):
            before = len(report.causes)
            validate_label_selector(selector, report, (*path, index))
            if len(report.causes) > before:
                report.invalid((*path, index), "", "is no label selector")


def validate_role_binding(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A RoleBinding."""
    _binding(obj, report, ("Role", "ClusterRole"), namespaced=True)


def validate_cluster_role_binding(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A ClusterRoleBinding."""
    _binding(obj, report, ("ClusterRole",), namespaced=False)


def _binding(obj: dict[str, Any], report: Report, kinds: tuple[str, ...], *, namespaced: bool) -> None:
    reference = obj.get("roleRef", {})
    if reference.get("apiGroup", "") != _GROUP:
        report.not_supported(("roleRef", "apiGroup"), reference.get("apiGroup", ""), (_GROUP,))
    if reference.get("kind", "") not in kinds:
        report.not_supported(("roleRef", "kind"), reference.get("kind", ""), kinds)
    name = reference.get("name", "")
    if not name:
        report.required(("roleRef", "name"))
    else:
        for problem in is_path_segment_name(name):
            report.invalid(("roleRef", "name"), name, problem)
    for index, subject in enumerate(obj.get("subjects", [])):
        _subject(subject, report, ("subjects", index), namespaced=namespaced)


def _subject(subject: dict[str, Any], report: Report, path: Path, *, namespaced: bool) -> None:
    name, kind, group = subject.get("name", ""), subject.get("kind", ""), subject.get("apiGroup", "")
    if not name:
        report.required((*path, "name"))
    if kind == "ServiceAccount":
        if name:
            for problem in is_dns1123_subdomain(name):
                report.invalid((*path, "name"), name, problem)
        if group:
            report.not_supported((*path, "apiGroup"), group, ("",))
        if not namespaced and not subject.get("namespace"):
            report.required((*path, "namespace"))
    elif kind in ("User", "Group"):
        if group != _GROUP:
            report.not_supported((*path, "apiGroup"), group, (_GROUP,))
    else:
        report.not_supported((*path, "kind"), kind, ("ServiceAccount", "User", "Group"))


def validate_role_binding_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """The role of a RoleBinding stays."""
    validate_role_binding(new, report, options)
    _role_stays(new, old, report)


def validate_cluster_role_binding_update(
    new: dict[str, Any], old: dict[str, Any], report: Report, options: Options
) -> None:
    """The role of a ClusterRoleBinding stays."""
    validate_cluster_role_binding(new, report, options)
    _role_stays(new, old, report)


def _role_stays(new: dict[str, Any], old: dict[str, Any], report: Report) -> None:
    if new.get("roleRef") != old.get("roleRef"):
        report.invalid(("roleRef",), "", "cannot be changed: delete the binding and make it anew")
