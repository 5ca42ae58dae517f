"""MutatingAdmissionPolicies and their bindings, after ``pkg/apis/admissionregistration/validation``.

The expressions of mutations are parsed; their types are not checked.
"""

from __future__ import annotations

from typing import Any

from kubelens.cel.check import expression_problem
from kubelens.predict.admission.causes import Path, Report
from kubelens.predict.admission.options import Options
from kubelens.predict.admission.validation.admission_policy import (
    validate_admission_policy,
    validate_admission_policy_binding,
)

_FIELDS = {"ApplyConfiguration": "applyConfiguration", "JSONPatch": "jsonPatch"}
_KNOWN = frozenset(
    {
        "object",
        "oldObject",
        "request",
        "authorizer",
        "namespaceObject",
        "variables",
        "params",
        "Object",
        "JSONPatch",
        "jsonpatch",
    }
)


def validate_mutating_policy(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A MutatingAdmissionPolicy."""
    spec = obj.get("spec", {})
    shared = {**obj, "spec": {**spec, "validations": [{"expression": "true"}]}}
    validate_admission_policy(shared, report, options)
    path: Path = ("spec",)
    reinvocation = spec.get("reinvocationPolicy", "")
    if not reinvocation:
        report.required((*path, "reinvocationPolicy"))
    elif reinvocation not in ("IfNeeded", "Never"):
        report.not_supported((*path, "reinvocationPolicy"), reinvocation, ("IfNeeded", "Never"))
    mutations = spec.get("mutations", [])
    if not mutations:
        report.required((*path, "mutations"))
    for index, mutation in enumerate(mutations):
        _mutation(mutation, report, (*path, "mutations", index))


def _mutation(mutation: dict[str, Any], report: Report, path: Path) -> None:
    kind = mutation.get("patchType", "")
    if not kind:
        report.required((*path, "patchType"))
        return
    if kind not in _FIELDS:
        report.not_supported((*path, "patchType"), kind, tuple(_FIELDS))
        return
    for name, field in _FIELDS.items():
        here = (*path, field)
        if name != kind:
            if field in mutation:
                report.forbidden(here, f"patchType is {kind}")
            continue
        expression = mutation.get(field, {}).get("expression", "").strip()
        if field not in mutation:
            report.required(here)
        elif not expression:
            report.required((*here, "expression"))
        elif "{" not in expression and (problem := expression_problem(expression, _KNOWN, boolean=False)):
            report.invalid((*here, "expression"), expression, problem)


def validate_mutating_policy_binding(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A MutatingAdmissionPolicyBinding: as a validating one, without actions."""
    spec = obj.get("spec", {})
    validate_admission_policy_binding({**obj, "spec": {**spec, "validationActions": ["Deny"]}}, report, options)
