"""Complaints of a JSON Schema in the words of santhosh-tekuri/jsonschema, which Helm prints."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

from kubelens.render.go.printing import format_value
from kubelens.render.go.strconv import quote as go_quote
from kubelens.render.json_schema import first_equal

_TYPES: Final = ("null", "boolean", "number", "integer", "string", "array", "object")


def words(keyword: str, wanted: Any, value: Any, schema: Any) -> str:
    """What is said where ``value`` fails a keyword of ``schema`` whose value is ``wanted``."""
    told = _WORDS.get(keyword)
    return told(wanted, value, schema) if told is not None else "validation failed"


def quoted(text: str) -> str:
    """A text in single quotes."""
    inner = go_quote(text)[1:-1].replace('\\"', '"').replace("'", "\\'")
    return f"'{inner}'"


def pointer(path: tuple[str | int, ...]) -> str:
    """A place in the values as a JSON pointer."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, dict | list):
        return "value"
    return "<nil>" if value is None else format_value(value)


def _type_of(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    if isinstance(value, dict):
        return "object"
    return "array" if isinstance(value, list) else "number"


def _type(wanted: Any, value: Any, _: Any) -> str:
    names = [wanted] if isinstance(wanted, str) else wanted
    return f"got {_type_of(value)}, want {' or '.join(name for name in _TYPES if name in names)}"


def _enum(wanted: Any, _value: Any, _schema: Any) -> str:
    if any(isinstance(one, dict | list) for one in wanted):
        return "enum failed"
    if len(wanted) == 1:
        return f"value must be {_shown(wanted[0])}"
    return f"value must be one of {', '.join(map(_shown, wanted))}"


def _const(wanted: Any, _value: Any, _schema: Any) -> str:
    return "const failed" if isinstance(wanted, dict | list) else f"value must be {_shown(wanted)}"


def _required(wanted: Any, value: Any, _: Any) -> str:
    missing = [quoted(name) for name in wanted if name not in value]
    return f"missing propert{'y' if len(missing) == 1 else 'ies'} {', '.join(missing)}"


def _unique(_wanted: Any, value: Any, _schema: Any) -> str:
    pair = first_equal(value)
    return f"items at {pair[0]} and {pair[1]} are equal" if pair is not None else "items are equal"


def _additional_items(_wanted: Any, value: Any, schema: Any) -> str:
    return f"last {len(value) - len(schema.get('items', ()))} additionalItem(s) not allowed"


def _dependent(wanted: Any, value: Any, _: Any) -> str:
    name, missing = next((k, gone) for k, names in wanted.items() if k in value and (gone := set(names) - set(value)))
    listed = ", ".join(quoted(one) for one in wanted[name] if one in missing)
    return f"properties {listed} required, if {quoted(name)} exists"


def _sized(keyword: str) -> Callable[[Any, Any, Any], str]:
    return lambda wanted, value, _: f"{keyword}: got {len(value)}, want {_integer(wanted)}"


def _bound(keyword: str) -> Callable[[Any, Any, Any], str]:
    return lambda wanted, value, _: f"{keyword}: got {_as_float(value)}, want {_as_float(wanted)}"


def _as_float(value: Any) -> str:
    """A number as Go's float64 prints it; one that is too large for that is infinite."""
    try:
        return format_value(float(value))
    except OverflowError:
        return format_value(math.inf if value > 0 else -math.inf)


def _integer(value: Any) -> str:
    return format_value(int(value))


_WORDS: Final[dict[str, Callable[[Any, Any, Any], str]]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "required": _required,
    "uniqueItems": _unique,
    "additionalItems": _additional_items,
    **{name: _sized(name) for name in ("minLength", "maxLength", "minItems", "maxItems")},
    **{name: _sized(name) for name in ("minProperties", "maxProperties")},
    **{name: _bound(name) for name in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")},
    "pattern": lambda wanted, value, _: f"{quoted(value)} does not match pattern {quoted(wanted)}",
    "contains": lambda *_: "no items match contains schema",
    "not": lambda *_: "'not' failed",
    "allOf": lambda *_: "'allOf' failed",
    "false": lambda *_: "false schema",
    "dependentRequired": _dependent,
    "format": lambda wanted, value, _: f"{_shown(value)} is not valid {wanted}",
}
