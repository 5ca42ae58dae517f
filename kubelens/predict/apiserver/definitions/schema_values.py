"""A value against an OpenAPI v3 schema as the apiextensions server reads it.

Follows kube-openapi ``pkg/validation/validate`` and ``ValidateCustomResource`` (apiextensions ``pkg/apiserver/validation``).
"""

from __future__ import annotations

import math
from typing import Any

from kubelens import regexp
from kubelens.predict.apiserver.causes import CauseReason, Path, Report, shown
from kubelens.predict.apiserver.definitions.formats import FORMATS

_INTEGER_FORMATS = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}


def validate_value(value: Any, schema: dict[str, Any], report: Report, path: Path) -> None:
    """Report every way in which ``value`` breaks ``schema``."""
    types = _types(schema)
    if value is None:
        if not schema.get("nullable") and types:
            report.add(path, CauseReason.TYPE_INVALID, f"must be {' or '.join(types)}, is null")
        return
    if types and not any(_is(value, kind) for kind in types):
        report.add(path, CauseReason.TYPE_INVALID, f"must be {' or '.join(types)}, is {shown(value)}")
        return
    if "enum" in schema and not any(_same(value, allowed) for allowed in schema["enum"]):
        report.not_supported(path, value, [str(item) for item in schema["enum"]])
    if isinstance(value, str):
        _string(value, schema, report, path)
    elif isinstance(value, bool):
        pass
    elif isinstance(value, (int, float)):
        _number(value, schema, report, path)
    elif isinstance(value, list):
        _list(value, schema, report, path)
    elif isinstance(value, dict):
        _map(value, schema, report, path)
    _combinations(value, schema, report, path)


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


def _string(value: str, schema: dict[str, Any], report: Report, path: Path) -> None:
    limit = schema.get("maxLength")
    if limit is not None and len(value) > limit:
        report.add(path, CauseReason.TOO_LONG, f"must have at most {limit} characters")
    if len(value) < schema.get("minLength", 0):
        report.invalid(path, value, f"must have at least {schema['minLength']} characters")
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
    if multiple and not math.isclose(value / multiple, round(value / multiple), abs_tol=1e-9):
        report.invalid(path, value, f"must be a multiple of {multiple}")
    bounds = _INTEGER_FORMATS.get(schema.get("format", ""))
    if bounds is not None and not bounds[0] <= value <= bounds[1]:
        report.invalid(path, value, f"must fit {schema['format']}")


def _list(value: list[Any], schema: dict[str, Any], report: Report, path: Path) -> None:
    limit = schema.get("maxItems")
    if limit is not None and len(value) > limit:
        report.too_many(path, len(value), limit)
    if len(value) < schema.get("minItems", 0):
        report.invalid(path, value, f"must have at least {schema['minItems']} items")
    if schema.get("uniqueItems") and any(item in value[:index] for index, item in enumerate(value)):
        report.invalid(path, value, "an item is there twice")
    items = schema.get("items")
    if isinstance(items, dict):
        for index, item in enumerate(value):
            validate_value(item, items, report, (*path, index))


def _map(value: dict[str, Any], schema: dict[str, Any], report: Report, path: Path) -> None:
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
            validate_value(item, properties[name], report, (*path, name))
        elif isinstance(additional, dict):
            validate_value(item, additional, report, (*path, name))
        elif additional is False and not (schema.get("x-kubernetes-preserve-unknown-fields")):
            report.invalid((*path, name), name, "must be a property that the schema knows")


def _breaks(value: Any, schema: dict[str, Any], path: Path) -> Report:
    report = Report()
    validate_value(value, schema, report, path)
    return report


def _combinations(value: Any, schema: dict[str, Any], report: Report, path: Path) -> None:
    for branch in schema.get("allOf", []):
        if (found := _breaks(value, branch, path)).causes:
            report.causes.extend(found.causes)
            report.invalid(path, value, "must match every schema of allOf")
    if branches := schema.get("anyOf", []):
        results = [_breaks(value, branch, path) for branch in branches]
        if all(result.causes for result in results):
            report.invalid(path, value, "must match a schema of anyOf")
            report.causes.extend(min(results, key=lambda result: len(result.causes)).causes)
    if branches := schema.get("oneOf", []):
        results = [_breaks(value, branch, path) for branch in branches]
        holding = sum(not result.causes for result in results)
        if holding != 1:
            report.invalid(path, value, f"{holding} of oneOf hold, exactly one has to")
            if not holding:
                report.causes.extend(min(results, key=lambda result: len(result.causes)).causes)
    if "not" in schema and not _breaks(value, schema["not"], path).causes:
        report.invalid(path, value, "the schema under 'not' holds")
