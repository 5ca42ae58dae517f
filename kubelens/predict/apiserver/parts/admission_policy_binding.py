"""What bindings of validating and mutating policies share (``pkg/apis/admissionregistration/validation``)."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain, is_path_segment_name
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.match_resources import default_match_resources, validate_match_resources
from kubelens.predict.apiserver.selectors import validate_label_selector

_ACTIONS: Final = ("Audit", "Deny", "Warn")


def default_admission_policy_binding(obj: dict[str, Any]) -> None:
    """Match resources, where there are any."""
    if isinstance(match := obj.setdefault("spec", {}).get("matchResources"), dict):
        default_match_resources(match)


def validate_admission_policy_binding(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A ValidatingAdmissionPolicyBinding."""
    spec = obj.get("spec", {})
    path: Path = ("spec",)
    name = spec.get("policyName", "")
    if not name:
        report.required((*path, "policyName"))
    else:
        for problem in is_dns1123_subdomain(name):
            report.invalid((*path, "policyName"), name, problem)
    reference = spec.get("paramRef")
    if reference is not None:
        _param_ref(reference, report, (*path, "paramRef"))
    match = spec.get("matchResources")
    if match is not None:
        validate_match_resources(match, report, (*path, "matchResources"))
    actions = spec.get("validationActions", [])
    here = (*path, "validationActions")
    if not actions:
        report.required(here, "must have at least one of Deny, Warn, Audit")
    seen: set[str] = set()
    for index, action in enumerate(actions):
        if action not in _ACTIONS:
            report.not_supported((*here, index), action, _ACTIONS)
        if action in seen:
            report.duplicate((*here, index), action)
        seen.add(action)
    if {"Deny", "Warn"} <= seen:
        report.invalid(here, actions, "must be Deny or Warn, not both: they say the same")


def _param_ref(reference: dict[str, Any], report: Report, path: Path) -> None:
    name, selector = reference.get("name", ""), reference.get("selector")
    if name:
        for problem in is_path_segment_name(name):
            report.invalid((*path, "name"), name, problem)
        if selector is not None:
            report.forbidden((*path, "name"), "must not be set beside selector: take one out")
            report.forbidden((*path, "selector"), "must not be set beside name: take one out")
    elif selector is None:
        report.required(path, "must have a name or a selector")
    validate_label_selector(selector, report, (*path, "selector"))
    action = reference.get("parameterNotFoundAction")
    if not action:
        report.required((*path, "parameterNotFoundAction"))
    elif action not in ("Allow", "Deny"):
        report.not_supported((*path, "parameterNotFoundAction"), action, ("Allow", "Deny"))
