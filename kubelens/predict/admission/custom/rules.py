"""``x-kubernetes-validations`` of custom resources, evaluated with cel-python.

Functions of Kubernetes' own CEL libraries are not there: a rule that needs one is not evaluated, and is named.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from kubelens.predict.admission.causes import CauseReason, Path, Report

_REASONS = {
    "FieldValueRequired": CauseReason.REQUIRED,
    "FieldValueForbidden": CauseReason.FORBIDDEN,
    "FieldValueInvalid": CauseReason.INVALID,
    "FieldValueDuplicate": CauseReason.DUPLICATE,
}


def has_rules(schema: Any) -> bool:
    """Whether a schema has rules anywhere the server evaluates them."""
    if not isinstance(schema, dict):
        return False
    if schema.get("x-kubernetes-validations"):
        return True
    inner = [*schema.get("properties", {}).values(), schema.get("items"), schema.get("additionalProperties")]
    return any(has_rules(item) for item in inner)


def validate_rules(
    value: Any, old: Any, schema: dict[str, Any], report: Report, path: Path, skipped: list[str]
) -> None:
    """Evaluate every rule on ``value`` and below; ``skipped`` takes the rules that could not be evaluated.

    ``old``: the value before the change, None where there was none.
    """
    if value is None:
        return
    for rule in schema.get("x-kubernetes-validations", []):
        _rule(rule, value, old, report, path, skipped)
    if isinstance(value, list):
        items = schema.get("items")
        if isinstance(items, dict):
            for index, item in enumerate(value):
                validate_rules(item, None, items, report, (*path, index), skipped)
    elif isinstance(value, dict):
        properties = schema.get("properties", {})
        additional = schema.get("additionalProperties")
        for name, item in value.items():
            inner = properties.get(name, additional)
            if isinstance(inner, dict):
                before = old.get(name) if isinstance(old, dict) else None
                validate_rules(item, before, inner, report, (*path, name), skipped)


def _rule(rule: dict[str, Any], value: Any, old: Any, report: Report, path: Path, skipped: list[str]) -> None:
    text = rule.get("rule", "")
    if "oldSelf" in text and old is None and not rule.get("optionalOldSelf"):
        return
    if rule.get("optionalOldSelf"):
        skipped.append(text)
        return
    holds = _evaluate(text, value, old)
    if holds is None:
        skipped.append(text)
    elif not holds:
        where = path + tuple(step for step in rule.get("fieldPath", "").split(".") if step)
        report.add(
            where, _REASONS.get(rule.get("reason", ""), CauseReason.INVALID), rule.get("message") or f"rule: {text}"
        )


@lru_cache(maxsize=256)
def _program(text: str) -> Any:
    import celpy

    environment = celpy.Environment()
    return environment.program(environment.compile(text))


def _evaluate(text: str, value: Any, old: Any) -> bool | None:
    """Whether a rule holds, None where it cannot be evaluated."""
    try:
        from celpy.adapter import json_to_cel

        names = {"self": json_to_cel(value)}
        if old is not None:
            names["oldSelf"] = json_to_cel(old)
        return bool(_program(text).evaluate(names))
    except Exception:
        return None
