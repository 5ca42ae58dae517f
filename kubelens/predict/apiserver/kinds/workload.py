"""Workloads, after the declared validation of scheduling/v1alpha2 (``WorkloadSpec``)."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import CauseReason, Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_label, is_dns1123_subdomain, is_path_segment_name
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.pod_groups import validate_group_policy
from kubelens.predict.apiserver.strategy import Strategy

_MOST_TEMPLATES: Final = 8


def validate_workload(obj: dict[str, Any], report: Report, options: Options) -> None:
    """Its controller, and one to eight templates of groups of Pods."""
    spec = obj.get("spec", {})
    if spec.get("controllerRef") is not None:
        _controller(spec["controllerRef"], report, ("spec", "controllerRef"))
    _templates(spec.get("podGroupTemplates", []), report, ("spec", "podGroupTemplates"))


def validate_workload_update(new: dict[str, Any], old: dict[str, Any], report: Report, options: Options) -> None:
    """The templates stay, and the controller once it is set."""
    spec, before = new.get("spec", {}), old.get("spec", {})
    if before.get("controllerRef") is None:
        if spec.get("controllerRef") is not None:
            _controller(spec["controllerRef"], report, ("spec", "controllerRef"))
    elif spec.get("controllerRef") != before["controllerRef"]:
        report.add(("spec", "controllerRef"), CauseReason.INVALID, "cannot be changed")
    if spec.get("podGroupTemplates", []) != before.get("podGroupTemplates", []):
        report.add(("spec", "podGroupTemplates"), CauseReason.INVALID, "cannot be changed")


def _controller(reference: dict[str, Any], report: Report, path: Path) -> None:
    group = reference.get("apiGroup", "")
    for problem in is_dns1123_subdomain(group) if group else []:
        report.invalid((*path, "apiGroup"), group, problem)
    for field in ("kind", "name"):
        text = reference.get(field, "")
        if not text:
            report.required((*path, field))
        for problem in is_path_segment_name(text) if text else []:
            report.invalid((*path, field), text, problem)


def _templates(templates: list[dict[str, Any]], report: Report, path: Path) -> None:
    if not templates:
        report.required(path)
    elif len(templates) > _MOST_TEMPLATES:
        report.too_many(path, len(templates), _MOST_TEMPLATES)
        return
    seen: set[str] = set()
    for index, template in enumerate(templates):
        here, name = (*path, index), template.get("name", "")
        if not name:
            report.required((*here, "name"))
        for problem in is_dns1123_label(name) if name else []:
            report.invalid((*here, "name"), name, problem)
        if name in seen:
            report.duplicate(here, name)
        seen.add(name)
        validate_group_policy(template.get("schedulingPolicy", {}), report, (*here, "schedulingPolicy"))


STRATEGIES: Final = (
    Strategy(
        "scheduling.k8s.io",
        "Workload",
        names=is_dns1123_subdomain,
        namespaced=True,
        validate=validate_workload,
        update=validate_workload_update,
    ),
)
