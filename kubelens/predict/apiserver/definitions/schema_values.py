"""A value against an OpenAPI v3 schema as the apiextensions server reads it.

Follows kube-openapi ``pkg/validation/validate`` and ``ValidateCustomResource`` (apiextensions ``pkg/apiserver/validation``).
"""

from __future__ import annotations

import json
import math
from typing import Any, Final

from kubelens import regexp
from kubelens.predict.apiserver.causes import CauseReason, Path, Report, shown
from kubelens.predict.apiserver.definitions.formats import FORMATS

_INTEGER_FORMATS = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
_MOST_STEPS: Final = 1_000_000
_OF_A_CAUSE: Final = 50
_OF_A_STEP: Final = 100
"""Of size: ten for an item of an enum, five for a character under a pattern, so that a step is a step of time."""


class _TooManySteps(Exception):
    """Schema and value are too large together."""


class _Steps:
    """How often schemas may still be held against values: both are a stranger's, and the time is their product."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = _MOST_STEPS

    def take(self, size: int = 0) -> None:
        """One more, with ``size`` items or characters to look at."""
        self.left -= 1 + size // _OF_A_STEP
        if self.left < 0:
            raise _TooManySteps


def validate_value(value: Any, schema: dict[str, Any], report: Report, path: Path) -> bool:
    """Report every way in which ``value`` breaks ``schema``.

    False where both are so large together that what is reported is not all.
    """
    try:
        _validate(value, schema, report, path, _Steps())
    except _TooManySteps:
        return False
    return True


def _validate(value: Any, schema: dict[str, Any], report: Report, path: Path, steps: _Steps) -> None:
    steps.take(len(schema["enum"]) * 10 if "enum" in schema else 0)
    types = _types(schema)
    if value is None:
        if not schema.get("nullable") and types:
            report.add(path, CauseReason.TYPE_INVALID, f"must be {' or '.join(types)}, is null")
        return
    if types and not any(_is(value, kind) for kind in types):
        report.add(path, CauseReason.TYPE_INVALID, f"must be {' or '.join(types)}, is {shown(value)}")
        return
    if "enum" in schema and not any(_same(value, allowed) for allowed in schema["enum"]):
        steps.take(len(schema["enum"]) * _OF_A_STEP)
        report.not_supported(path, value, [str(item) for item in schema["enum"]])
    if isinstance(value, str):
        _string(value, schema, report, path, steps)
    elif isinstance(value, bool):
        pass
    elif isinstance(value, (int, float)):
        _number(value, schema, report, path)
    elif isinstance(value, list):
        _list(value, schema, report, path, steps)
    elif isinstance(value, dict):
        _map(value, schema, report, path, steps)
    _combinations(value, schema, report, path, steps)


def _types(schema: dict[str, Any]) -> tuple[str, ...]:
    if schema.get("x-kubernetes-int-or-string"):
        return ("integer", "string")
    kind = schema.get("type", "")
    return (kind,) if kind else ()


def _is(value: Any, kind: str) -> bool:
    match kind:
        case "object":
            return isinstance(value, dict)
        case "array":
            return isinstance(value, list)
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return not isinstance(value, bool) and (
                isinstance(value, int) or (isinstance(value, float) and value.is_integer())
            )
        case "number":
            return isinstance(value, (int, float)) and not isinstance(value, bool)
    return False


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)


def _string(value: str, schema: dict[str, Any], report: Report, path: Path, steps: _Steps) -> None:
    limit = schema.get("maxLength")
    if limit is not None and len(value) > limit:
        report.add(path, CauseReason.TOO_LONG, f"must have at most {limit} characters")
    if len(value) < schema.get("minLength", 0):
        report.invalid(path, value, f"must have at least {schema['minLength']} characters")
    if "pattern" in schema:
        steps.take(len(value) * 5)
    if (pattern := schema.get("pattern")) and not _fits(pattern, value):
        report.invalid(path, value, f"must match {pattern}")
    check = FORMATS.get(schema.get("format", ""))
    if check is not None and not check(value):
        report.add(path, CauseReason.TYPE_INVALID, f"must be of format {schema['format']}, is {shown(value)}")


def _fits(pattern: str, value: str) -> bool:
    """Whether a text matches; also where Go refuses the pattern, which its definition is blamed for."""
    try:
        return regexp.compile(pattern).matches(value)
    except (regexp.RegexpError, regexp.TooMuch):
        return True


def _number(value: float, schema: dict[str, Any], report: Report, path: Path) -> None:
    maximum, minimum = schema.get("maximum"), schema.get("minimum")
    if maximum is not None and (value > maximum or (schema.get("exclusiveMaximum") and value == maximum)):
        report.invalid(path, value, f"more than {maximum}" if value > maximum else f"not less than {maximum}")
    if minimum is not None and (value < minimum or (schema.get("exclusiveMinimum") and value == minimum)):
        report.invalid(path, value, f"less than {minimum}" if value < minimum else f"not more than {minimum}")
    multiple = schema.get("multipleOf")
    if multiple and not _is_whole(value, multiple):
        report.invalid(path, value, f"must be a multiple of {multiple}")
    bounds = _INTEGER_FORMATS.get(schema.get("format", ""))
    if bounds is not None and not bounds[0] <= value <= bounds[1]:
        report.invalid(path, value, f"must fit {schema['format']}")


def _is_whole(value: float, part: float) -> bool:
    """Whether a number is a multiple of another, as far as floats tell (swag ``IsFloat64AJSONInteger``)."""
    try:
        times = value / part
        return math.isclose(times, round(times), abs_tol=1e-9)
    except OverflowError:
        return False


def _list(value: list[Any], schema: dict[str, Any], report: Report, path: Path, steps: _Steps) -> None:
    limit = schema.get("maxItems")
    if limit is not None and len(value) > limit:
        report.too_many(path, len(value), limit)
    if len(value) < schema.get("minItems", 0):
        report.invalid(path, value, f"must have at least {schema['minItems']} items")
    if schema.get("uniqueItems") and len({json.dumps(item, sort_keys=True) for item in value}) < len(value):
        report.invalid(path, value, "an item is there twice")
    items = schema.get("items")
    if isinstance(items, dict):
        for index, item in enumerate(value):
            _validate(item, items, report, (*path, index), steps)


def _map(value: dict[str, Any], schema: dict[str, Any], report: Report, path: Path, steps: _Steps) -> None:
    limit = schema.get("maxProperties")
    if limit is not None and len(value) > limit:
        report.too_many(path, len(value), limit)
    if len(value) < schema.get("minProperties", 0):
        report.invalid(path, value, f"must have at least {schema['minProperties']} entries")
    for name in schema.get("required", []):
        if name not in value:
            report.required((*path, name))
    properties = schema.get("properties", {})
    additional = schema.get("additionalProperties")
    for name, item in value.items():
        if name in properties:
            _validate(item, properties[name], report, (*path, name), steps)
        elif isinstance(additional, dict):
            _validate(item, additional, report, (*path, name), steps)
        elif additional is False and not (schema.get("x-kubernetes-preserve-unknown-fields")):
            report.invalid((*path, name), name, "must be a property that the schema knows")


def _breaks(value: Any, schema: dict[str, Any], path: Path, steps: _Steps) -> Report:
    report = Report()
    _validate(value, schema, report, path, steps)
    steps.take(len(report.causes) * _OF_A_CAUSE * _OF_A_STEP)
    return report


def _combinations(value: Any, schema: dict[str, Any], report: Report, path: Path, steps: _Steps) -> None:
    for branch in schema.get("allOf", []):
        if (found := _breaks(value, branch, path, steps)).causes:
            report.causes.extend(found.causes)
            report.invalid(path, value, "must match every schema of allOf")
    if branches := schema.get("anyOf", []):
        results = [_breaks(value, branch, path, steps) for branch in branches]
        if all(result.causes for result in results):
            report.invalid(path, value, "must match a schema of anyOf")
            report.causes.extend(min(results, key=lambda result: len(result.causes)).causes)
    if branches := schema.get("oneOf", []):
        results = [_breaks(value, branch, path, steps) for branch in branches]
        holding = sum(not result.causes for result in results)
        if holding != 1:
            report.invalid(path, value, f"{holding} of oneOf hold, exactly one has to")
            if not holding:
                report.causes.extend(min(results, key=lambda result: len(result.causes)).causes)
    if "not" in schema and not _breaks(value, schema["not"], path, steps).causes:
        report.invalid(path, value, "the schema under 'not' holds")
