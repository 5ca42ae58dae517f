"""Roles, after ``pkg/apis/rbac/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Report
from kubelens.predict.apiserver.formats import is_path_segment_name
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.role_rules import validate_role_rules
from kubelens.predict.apiserver.strategy import Strategy


def validate_role(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A Role."""
    validate_role_rules(obj.get("rules", []), report, namespaced=True)


STRATEGIES: Final = (
    Strategy("rbac.authorization.k8s.io", "Role", names=is_path_segment_name, namespaced=True, validate=validate_role),
)
