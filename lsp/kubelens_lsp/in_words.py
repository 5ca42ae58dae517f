"""Types and values in words, as hovers and completions show them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from kubelens.kube import fields

Schema = Mapping[str, Any]
_TYPES: Final = {
    "s": "text",
    "i": "integer",
    "l": "integer",
    "n": "number",
    "b": "boolean",
    "q": "quantity",
    "p": "integer or text",
    "t": "time",
    "m": "time",
    "y8": "base64",
    "x": "any",
}


def type_of(schema: Schema) -> str:
    """A field's type for people."""
    if schema.get("x-kubernetes-int-or-string"):
        return "integer or text"
    kind = str(schema.get("type") or "value")
    if kind == "array":
        return f"list of {type_of(fields.mapping(schema, 'items'))}"
    return {"string": "text", "object": "object"}.get(kind, kind)


def type_name(form: str) -> str:
    """A field's type for people."""
    if form[:1] == "[":
        return f"list of {type_name(form[1:])}"
    if form[:1] == "{":
        return f"map of {type_name(form[1:])}"
    return form.rpartition(".")[2] if form.startswith("#") else _TYPES.get(form, "value")


def shortened(prose: str, most: int = 900) -> str:
    """A description that fits beside a text."""
    return prose if len(prose) < most else prose[:most] + "..."


def as_yaml(value: Any) -> str:
    """A value in one line of YAML."""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value)
