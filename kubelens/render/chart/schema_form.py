"""Whether a JSON Schema may be none: a look at its keywords that takes far less than the schema of schemas.

Helm compiles the whole schema before it looks at a value (santhosh-tekuri/jsonschema, ``Compiler.Compile``), so that a
fault at a property that no values file has ends the render too.
"""

from __future__ import annotations

from typing import Any, Final

from kubelens import regexp

_BY_NAME: Final = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_LISTS: Final = ("allOf", "anyOf", "oneOf", "prefixItems")
_SINGLE: Final = (
    "not if then else items additionalItems additionalProperties contains propertyNames "
    "unevaluatedItems unevaluatedProperties"
).split()
_COUNTS: Final = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
_BOUNDS: Final = ("minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum")
_TEXTS: Final = ("$ref", "$id", "$schema", "$comment", "title", "description", "format", "pattern")
_TYPES: Final = frozenset("array boolean integer null number object string".split())


def looks_wrong(schema: Any) -> bool:
    """Whether something in a schema is not as it mostly is: the schema of schemas then has the word."""
    pending = [schema]
    while pending:
        one = pending.pop()
        if isinstance(one, bool):
            continue
        if not isinstance(one, dict) or _has_odd_words(one):
            return True
        pending.extend(one[name] for name in _SINGLE if name in one)
        for name in _LISTS:
            inner = one.get(name, ())
            if not isinstance(inner, list | tuple):
                return True
            pending.extend(inner)
        for name in _BY_NAME:
            below = one.get(name, {})
            if not isinstance(below, dict):
                return True
            pending.extend(below.values())
            if name == "patternProperties" and not all(map(is_pattern, below)):
                return True
    return False


def is_pattern(text: object) -> bool:
    """Whether a text is a regular expression of Go; what is no text passes."""
    if not isinstance(text, str):
        return True
    try:
        regexp.compile(text)
    except regexp.TooMuch:
        return True
    except regexp.RegexpError:
        return False
    return True


def _has_odd_words(schema: dict[str, Any]) -> bool:
    types = schema.get("type", [])
    names = [types] if isinstance(types, str) else types
    if not isinstance(names, list) or not all(isinstance(name, str) and name in _TYPES for name in names):
        return True
    if "pattern" in schema and not is_pattern(schema["pattern"]):
        return True
    return (
        any(not isinstance(schema[word], str) for word in _TEXTS if word in schema)
        or any(not isinstance(schema[word], int) or schema[word] < 0 for word in _COUNTS if word in schema)
        or any(not isinstance(schema[word], int | float) for word in _BOUNDS if word in schema)
        or any(not isinstance(schema[word], list) for word in ("required", "enum") if word in schema)
        or not all(isinstance(name, str) for name in schema.get("required", ()))
    )
