"""ClusterRoles, after ``pkg/apis/rbac/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_path_segment_name
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.role_rules import validate_role_rules
from kubelens.predict.apiserver.selectors import validate_label_selector
from kubelens.predict.apiserver.strategy import Strategy


def validate_cluster_role(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A ClusterRole."""
    validate_role_rules(obj.get("rules", []), report, namespaced=False)
    aggregation = obj.get("aggregationRule")
    if aggregation is not None:
        path: Path = ("aggregationRule", "clusterRoleSelectors")
        selectors = aggregation.get("clusterRoleSelectors", [])
        if not selectors:
            report.required(path, "must have at least one selector")
        for index, selector in enumerate(selectors):
            before = len(report.causes)
            validate_label_selector(selector, report, (*path, index))
            if len(report.causes) > before:
                report.inconsistent((*path, index), "must be a label selector")


STRATEGIES: Final = (
    Strategy(
        "rbac.authorization.k8s.io",
        "ClusterRole",
        names=is_path_segment_name,
        namespaced=False,
        validate=validate_cluster_role,
    ),
)
