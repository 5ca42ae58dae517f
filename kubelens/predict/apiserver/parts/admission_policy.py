"""What validating and mutating policies share (``pkg/apis/admissionregistration/validation``)."""

from __future__ import annotations

import re
from typing import Any, Final

from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.formats import is_dns1035_label, is_dns1123_subdomain, is_qualified_name
from kubelens.predict.apiserver.options import Options
from kubelens.predict.apiserver.parts.match_conditions import validate_match_conditions
from kubelens.predict.apiserver.parts.match_resources import default_match_resources, validate_match_resources
from kubelens.predict.apiserver.parts.policy_types import Composed, declare, policy_problem
from kubelens.syntax.pattern import pattern

_REASONS: Final = ("Forbidden", "Invalid", "RequestEntityTooLarge")
_IDENTIFIER: Final = pattern(r"[_a-zA-Z][_a-zA-Z0-9]*\Z", re.ASCII)
_RESERVED: Final = frozenset(
    "true false null in as break const continue else for function if import let loop package namespace return var void while".split()
)
_LINES: Final = pattern(r"[\n\r]")
_MAX_ANNOTATIONS: Final = 20
_MAX_VALUE: Final = 5120
_BASE: Final = frozenset({"object", "oldObject", "request", "authorizer", "namespaceObject", "variables"})


def default_admission_policy(obj: dict[str, Any]) -> None:
    """Failure policy and match constraints."""
    spec = obj.setdefault("spec", {})
    spec.setdefault("failurePolicy", "Fail")
    if isinstance(match := spec.get("matchConstraints"), dict):
        default_match_resources(match)


def validate_admission_policy(obj: dict[str, Any], report: Report, options: Options) -> None:
    """A ValidatingAdmissionPolicy."""
    spec = obj.get("spec", {})
    path: Path = ("spec",)
    policy = spec.get("failurePolicy")
    if policy is None:
        report.required((*path, "failurePolicy"))
    elif policy not in ("Fail", "Ignore"):
        report.not_supported((*path, "failurePolicy"), policy, ("Fail", "Ignore"))
    variables = _BASE
    kind = spec.get("paramKind")
    if kind is not None:
        variables = _BASE | {"params"}
        _param_kind(kind, report, (*path, "paramKind"))
    match = spec.get("matchConstraints")
    if match is None:
        report.required((*path, "matchConstraints"))
    else:
        validate_match_resources(match, report, (*path, "matchConstraints"))
        if not match.get("resourceRules"):
            report.required((*path, "matchConstraints", "resourceRules"))
    composed = _variables(spec.get("variables", []), report, (*path, "variables"), variables)
    validations, annotations = spec.get("validations", []), spec.get("auditAnnotations", [])
    if not validations and not annotations:
        report.required((*path, "validations"), "must have validations or auditAnnotations")
        report.required((*path, "auditAnnotations"), "must have validations or auditAnnotations")
    for index, one in enumerate(validations):
        _validation(one, report, (*path, "validations", index), variables, composed)
    _annotations(
        annotations, obj.get("metadata", {}).get("name", ""), report, (*path, "auditAnnotations"), variables, composed
    )
    validate_match_conditions(
        spec.get("matchConditions", []), report, (*path, "matchConditions"), variables - {"variables"}
    )


def _param_kind(kind: dict[str, Any], report: Report, path: Path) -> None:
    version = kind.get("apiVersion", "")
    if not version:
        report.required((*path, "apiVersion"))
    elif version.count("/") > 1:
        report.invalid((*path, "apiVersion"), version, "must be a group and a version, as in apps/v1")
    else:
        group, _, name = version.rpartition("/")
        for problem in is_dns1123_subdomain(group) if group else []:
            report.invalid((*path, "apiVersion"), version, problem)
        for problem in is_dns1035_label(name):
            report.invalid((*path, "apiVersion"), version, problem)
    text = kind.get("kind", "")
    if not text:
        report.required((*path, "kind"))
    else:
        for problem in is_dns1035_label(text.lower()):
            report.invalid((*path, "kind"), text, problem)


def _variables(variables: list[dict[str, Any]], report: Report, path: Path, known: frozenset[str]) -> Composed:
    """Validate declared variables, each of which knows those before it."""
    composed: Composed = {}
    for index, variable in enumerate(variables):
        name, expression = variable.get("name", ""), variable.get("expression", "")
        here = (*path, index)
        if not name.strip():
            report.required((*here, "name"))
        else:
            if not _IDENTIFIER.match(name) or name in _RESERVED:
                report.invalid((*here, "name"), name, "must be a CEL identifier")
        if not expression.strip():
            report.required((*here, "expression"))
        elif problem := policy_problem(expression.strip(), known, "", composed):
            report.invalid((*here, "expression"), expression, problem)
        declare(name, expression.strip(), composed)
    return composed


def _validation(one: dict[str, Any], report: Report, path: Path, variables: frozenset[str], composed: Composed) -> None:
    expression = one.get("expression", "").strip()
    message, computed = one.get("message", ""), one.get("messageExpression", "")
    if not expression:
        report.required((*path, "expression"))
    elif problem := policy_problem(expression, variables, "bool", composed):
        report.invalid((*path, "expression"), expression, problem)
    if message and not message.strip():
        report.invalid((*path, "message"), message, "must not be blank")
    elif _LINES.search(message.strip()):
        report.invalid((*path, "message"), message, "must be of one line")
    if computed and not computed.strip():
        report.invalid((*path, "messageExpression"), computed, "must not be blank")
    elif computed and (problem := policy_problem(computed.strip(), variables - {"authorizer"}, "string", composed)):
        report.invalid((*path, "messageExpression"), computed, problem)
    reason = one.get("reason")
    if reason is not None and reason not in _REASONS:
        report.not_supported((*path, "reason"), reason, _REASONS)


def _annotations(
    annotations: list[dict[str, Any]],
    name: str,
    report: Report,
    path: Path,
    variables: frozenset[str],
    composed: Composed,
) -> None:
    if len(annotations) > _MAX_ANNOTATIONS:
        report.invalid(path, len(annotations), f"must have at most {_MAX_ANNOTATIONS} entries")
    seen: set[str] = set()
    for index, one in enumerate(annotations):
        here = (*path, index)
        key, expression = one.get("key", ""), one.get("valueExpression", "")
        for problem in is_qualified_name(f"{name}/{key}") if name else ["needs metadata.name"]:
            report.invalid((*here, "key"), key, problem)
        if key in seen:
            report.duplicate((*here, "key"), key)
        seen.add(key)
        if not expression.strip():
            report.required((*here, "valueExpression"))
        elif len(expression.strip().encode()) > _MAX_VALUE:
            report.required((*here, "valueExpression"), f"must have at most {_MAX_VALUE} bytes")
        elif problem := policy_problem(expression.strip(), variables, "string|null", composed):
            report.invalid((*here, "valueExpression"), expression, problem)
