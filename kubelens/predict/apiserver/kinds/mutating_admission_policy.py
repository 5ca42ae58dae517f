"""MutatingAdmissionPolicies, after ``pkg/apis/admissionregistration/validation``."""

from __future__ import annotations

from typing import Any, Final

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_dns1123_subdomain
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.admission_policy import default_admission_policy, validate_admission_policy
from kubelens.predict.apiserver.parts.match_resources import validate_mutated_operations
from kubelens.predict.apiserver.parts.policy_types import Composed, declared, mutation_problem
from kubelens.predict.apiserver.strategy import Strategy

_FIELDS = {"ApplyConfiguration": "applyConfiguration", "JSONPatch": "jsonPatch"}
_KNOWN: Final = frozenset(
    "object oldObject request authorizer namespaceObject variables Object JSONPatch jsonpatch".split()
)


def validate_mutating_policy(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A MutatingAdmissionPolicy."""
    spec = obj.get("spec", {})
    shared = {**obj, "spec": {**spec, "validations": [{"expression": "true"}]}}
    validate_admission_policy(shared, report, options)
    path: Path = ("spec",)
    validate_mutated_operations(spec.get("matchConstraints"), report, (*path, "matchConstraints"))
    reinvocation = spec.get("reinvocationPolicy", "")
    if not reinvocation:
        report.required((*path, "reinvocationPolicy"))
    elif reinvocation not in ("IfNeeded", "Never"):
        report.not_supported((*path, "reinvocationPolicy"), reinvocation, ("IfNeeded", "Never"))
    mutations = spec.get("mutations", [])
    if not mutations:
        report.required((*path, "mutations"))
    known = _KNOWN | {"params"} if "paramKind" in spec else _KNOWN
    composed = declared(spec.get("variables", []))
    for index, mutation in enumerate(mutations):
        _mutation(mutation, known, composed, report, (*path, "mutations", index))


def _mutation(mutation: dict[str, Any], known: frozenset[str], composed: Composed, report: Report, path: Path) -> None:
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
                report.inconsistent(here, f"must have patchType {kind}")
            continue
        expression = mutation.get(field, {}).get("expression", "").strip()
        if field not in mutation:
            report.required(here)
        elif not expression:
            report.required((*here, "expression"))
        elif problem := mutation_problem(expression, known, kind == "JSONPatch", composed):
            report.invalid((*here, "expression"), expression, problem)


STRATEGIES: Final = (
    Strategy(
        "admissionregistration.k8s.io",
        "MutatingAdmissionPolicy",
        names=is_dns1123_subdomain,
        namespaced=False,
        any_finalizer=True,
        default=default_admission_policy,
        validate=validate_mutating_policy,
    ),
)
