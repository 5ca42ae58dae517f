"""RoleBindings, after ``pkg/apis/rbac/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Report
from kubelens.predict.apiserver.formats import is_path_segment_name
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.role_binding import default_role_binding, validate_binding, validate_same_role
from kubelens.predict.apiserver.strategy import Strategy


def validate_role_binding(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A RoleBinding."""
    validate_binding(obj, report, ("Role", "ClusterRole"), namespaced=True)


def validate_role_binding_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """The role of a RoleBinding stays."""
    validate_role_binding(new, report, options)
    validate_same_role(new, old, report)


STRATEGIES: Final = (
    Strategy(
        "rbac.authorization.k8s.io",
        "RoleBinding",
        names=is_path_segment_name,
        namespaced=True,
        default=default_role_binding,
        validate=validate_role_binding,
        update=validate_role_binding_update,
    ),
)
