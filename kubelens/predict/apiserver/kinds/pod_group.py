"""PodGroups, after the declared validation of scheduling/v1alpha2 (``PodGroupSpec``)."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import CauseReason, Report
from kubelens.predict.apiserver.formats import is_dns1123_label, is_dns1123_subdomain
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.pod_groups import validate_group_policy
from kubelens.predict.apiserver.strategy import Strategy

_FIXED: Final = ("podGroupTemplateRef", "schedulingPolicy")


def validate_pod_group(obj: dict[str, Any], report: Report, options: Options) -> None:
    """The template it was made from, and how its Pods are scheduled."""
    spec = obj.get("spec", {})
    reference = spec.get("podGroupTemplateRef")
    if reference is not None:
        path, workload = ("spec", "podGroupTemplateRef"), reference.get("workload")
        if workload is None:
            report.add(path, CauseReason.INVALID, "must name a template of a Workload")
        for field in ("workloadName", "podGroupTemplateName") if workload is not None else ():
            name = workload.get(field, "")
            if not name:
                report.required((*path, "workload", field))
            for problem in is_dns1123_label(name) if name else []:
                report.invalid((*path, "workload", field), name, problem)
    validate_group_policy(spec.get("schedulingPolicy", {}), report, ("spec", "schedulingPolicy"))


def validate_pod_group_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """Template and policy stay."""
    for field in _FIXED:
        if new.get("spec", {}).get(field) != old.get("spec", {}).get(field):
            report.add(("spec", field), CauseReason.INVALID, "cannot be changed")


STRATEGIES: Final = (
    Strategy(
        "scheduling.k8s.io",
        "PodGroup",
        names=is_dns1123_subdomain,
        namespaced=True,
        validate=validate_pod_group,
        update=validate_pod_group_update,
    ),
)
