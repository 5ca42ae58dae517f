"""MutatingAdmissionPolicies and their bindings, after ``pkg/apis/admissionregistration/validation``.

The expressions of mutations are parsed; what they give is looked at only where it is plainly no patch.
"""

from __future__ import annotations

from typing import Any, Final

from kubelens.cel.types import ListOf
from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.validation.admission_policy import (
    validate_admission_policy,
    validate_admission_policy_binding,
)
from kubelens.predict.apiserver.validation.policy_types import policy_problem, policy_type

_FIELDS = {"ApplyConfiguration": "applyConfiguration", "JSONPatch": "jsonPatch"}
_KNOWN: Final = frozenset(
    "object oldObject request authorizer namespaceObject variables Object JSONPatch jsonpatch".split()
)
_OPERATIONS: Final = ("*", "CONNECT", "CREATE", "UPDATE")


def validate_mutating_policy(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A MutatingAdmissionPolicy."""
    spec = obj.get("spec", {})
    shared = {**obj, "spec": {**spec, "validations": [{"expression": "true"}]}}
    validate_admission_policy(shared, report, options)
    path: Path = ("spec",)
    _operations(spec.get("matchConstraints"), report, (*path, "matchConstraints"))
    reinvocation = spec.get("reinvocationPolicy", "")
    if not reinvocation:
        report.required((*path, "reinvocationPolicy"))
    elif reinvocation not in ("IfNeeded", "Never"):
        report.not_supported((*path, "reinvocationPolicy"), reinvocation, ("IfNeeded", "Never"))
    mutations = spec.get("mutations", [])
    if not mutations:
        report.required((*path, "mutations"))
    for index, mutation in enumerate(mutations):
        known = _KNOWN | {"params"} if "paramKind" in spec else _KNOWN
        _mutation(mutation, known, report, (*path, "mutations", index))


def _operations(match: dict[str, Any] | None, report: Report, path: Path) -> None:
    """What is deleted cannot be changed; the server names the list without its indexes."""
    here = (*path, "resourceRules", "operations")
    for rule in (match or {}).get("resourceRules", []):
        for operation in rule.get("operations", []):
            if operation not in _OPERATIONS:
                report.not_supported(here, operation, _OPERATIONS)


def _mutation(mutation: dict[str, Any], known: frozenset[str], report: Report, path: Path) -> None:
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
                report.invalid(here, "", f"patchType is {kind}")
            continue
        expression = mutation.get(field, {}).get("expression", "").strip()
        if field not in mutation:
            report.required(here)
        elif not expression:
            report.required((*here, "expression"))
        elif "{" in expression:
            continue
        elif problem := policy_problem(expression, known, ""):
            report.invalid((*here, "expression"), expression, problem)
        elif (found := policy_type(expression)) and not (kind == "JSONPatch" and isinstance(found, ListOf)):
            report.invalid((*here, "expression"), expression, f"gives no {kind}")


def validate_mutating_policy_binding(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A MutatingAdmissionPolicyBinding: as a validating one, without actions."""
    spec = obj.get("spec", {})
    validate_admission_policy_binding({**obj, "spec": {**spec, "validationActions": ["Deny"]}}, report, options)
    _operations(spec.get("matchResources"), report, ("spec", "matchResources"))
