"""The role and the subjects of RoleBindings and ClusterRoleBindings (``pkg/apis/rbac/validation``)."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain, is_path_segment_name

RBAC_GROUP: Final = "rbac.authorization.k8s.io"
_GROUP = "rbac.authorization.k8s.io"


def default_role_binding(obj: dict[str, Any]) -> None:
    """API groups of the role and the subjects."""
    reference = obj.setdefault("roleRef", {})
    if not reference.get("apiGroup"):
        reference["apiGroup"] = RBAC_GROUP
    for subject in obj.get("subjects", []):
        if not subject.get("apiGroup") and subject.get("kind") in ("User", "Group"):
            subject["apiGroup"] = RBAC_GROUP


def validate_binding(obj: dict[str, Any], report: Report, kinds: tuple[str, ...], *, namespaced: bool) -> None:
    """The role, of one of some kinds, and the subjects."""
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


def validate_same_role(new: dict[str, Any], old: dict[str, Any], report: Report) -> None:
    """The role of a binding stays."""
    if new.get("roleRef") != old.get("roleRef"):
        report.inconsistent(("roleRef",), "cannot be changed: delete the binding and make it anew")
