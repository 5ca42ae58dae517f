"""``x-kubernetes-validations`` in a schema: their texts, and their CEL as far as it can be judged.

Not checked: the estimated cost of a rule beyond its loops and joined ``string()`` results, types of operands other than literals, functions of Kubernetes' libraries.
"""

from __future__ import annotations

import re
from typing import Any, Final

from kubelens.cel.check import expression_problem
from kubelens.predict.apiserver.causes import Path, Report
from kubelens.predict.apiserver.definitions.rule_costs import least_cost
from kubelens.predict.apiserver.definitions.rule_types import typed_problem
from kubelens.syntax.pattern import pattern

_NAMES: Final = frozenset({"self", "oldSelf"})
_REASONS: Final = ("FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired")
_JOINED_STRING: Final = pattern(r"\+\s*string\(\s*[A-Za-z_]|\bstring\(\s*[A-Za-z_][\w.\[\]]*\s*\)\s*\+")
_RULE_BUDGET: Final = 10_000_000
_SCHEMA_BUDGET: Final = 100_000_000
_LINES: Final = pattern(r"[\n\r]")
_STEP: Final = pattern(r"\.([^.\[\]']+)|\['((?:[^'\\]|\\.)*)'\]|\[(\d+)\]")


def validate_rule_texts(schema: dict[str, Any], report: Report, path: Path) -> None:
    """Rule, message, reason and field path of every rule."""
    for index, rule in enumerate(schema.get("x-kubernetes-validations", [])):
        here = (*path, "x-kubernetes-validations", index)
        text, message, expression = rule.get("rule", ""), rule.get("message", ""), rule.get("messageExpression", "")
        if not text.strip():
            report.required((*here, "rule"))
        elif message and not message.strip():
            report.invalid((*here, "message"), message, "must not be blank")
        elif _LINES.search(message.strip()):
            report.invalid((*here, "message"), message, "must be of one line")
        elif _LINES.search(text.strip()) and not message.strip():
            report.required((*here, "message"), "must be given beside a rule of several lines")
        if expression and not expression.strip():
            report.required((*here, "messageExpression"), "must not be blank")
        reason = rule.get("reason")
        if reason is not None and reason not in _REASONS:
            report.not_supported((*here, "reason"), reason, _REASONS)
        where = rule.get("fieldPath", "")
        if where and not where.strip():
            report.invalid((*here, "fieldPath"), where, "must not be blank")
        if _LINES.search(where):
            report.invalid((*here, "fieldPath"), where, "must be of one line")
        if where and field_schema(schema, where)[0] is None:
            report.invalid((*here, "fieldPath"), where, "must lead to a field of the schema")


def field_schema(
    schema: dict[str, Any], path: str, *, brackets: bool = True
) -> tuple[dict[str, Any] | None, tuple[str, ...]]:
    """The schema that a path such as ``.spec.size`` or ``.spec['a b']`` leads to, and its steps (``cel.ValidFieldPath``)."""
    position, steps, here = 0, [], schema
    if not path or (path[0] not in ".["):
        return None, ()
    while position < len(path):
        found = _STEP.match(path, position)
        if found is None or found.group(3) is not None or (found.group(2) is not None and not brackets):
            return None, ()
        name = (
            found.group(1) if found.group(1) is not None else found.group(2).replace("\\'", "'").replace("\\\\", "\\")
        )
        additional = here.get("additionalProperties")
        if name in here.get("properties", {}):
            here = here["properties"][name]
        elif isinstance(additional, dict):
            here = additional
        else:
            return None, ()
        steps.append(name)
        position = found.end()
    return here, tuple(steps)


def validate_rule_expressions(schema: dict[str, Any], report: Report, path: Path, *, correlatable: bool) -> None:
    """Compile every rule as far as that goes."""
    root = path[-1] == "openAPIV3Schema"
    for index, rule in enumerate(schema["x-kubernetes-validations"]):
        here = (*path, "x-kubernetes-validations", index)
        text, expression = rule.get("rule", ""), rule.get("messageExpression", "")
        problem = expression_problem(text, _NAMES, boolean=True) or typed_problem(text, schema, "bool", root=root)
        if problem:
            report.invalid((*here, "rule"), text, problem)
        if expression:
            wrong = expression_problem(expression, _NAMES, boolean=False) or typed_problem(
                expression, schema, "string", root=root
            )
            if wrong:
                report.invalid((*here, "messageExpression"), expression, wrong)
            elif _joins_unbounded_text(expression):
                _too_costly((*here, "messageExpression"), path, report)
        uses_old = re.search(r"\boldSelf\b", text) is not None
        if problem:
            continue
        cost = least_cost(text, schema)
        if _joins_unbounded_text(text) or cost > _RULE_BUDGET:
            _too_costly((*here, "rule"), path, report, together=cost <= _RULE_BUDGET or cost > _SCHEMA_BUDGET)
        if uses_old and not correlatable:
            report.invalid((*here, "rule"), text, "oldSelf cannot be used where items have no identity")
        elif not uses_old and rule.get("optionalOldSelf") is not None:
            report.invalid((*here, "optionalOldSelf"), rule["optionalOldSelf"], "oldSelf is not used in the rule")


def _joins_unbounded_text(expression: str) -> bool:
    """Whether ``string(x)`` is joined to something: the estimator knows no bound for its length (``cel.CostEstimator``)."""
    return _JOINED_STRING.search(expression) is not None


def _too_costly(where: Path, schema: Path, report: Report, *, together: bool = True) -> None:
    report.forbidden(where, "its estimated cost exceeds the budget: a text or a list has no known bound")
    if together:
        report.forbidden(
            schema[: schema.index("openAPIV3Schema") + 1], "the rules together exceed the budget of a schema"
        )
