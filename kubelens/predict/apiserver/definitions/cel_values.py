"""A value of a custom resource as CEL sees it through its schema (apiextensions ``pkg/apiserver/schema/cel/values.go``)."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from kubelens.cel.values import CelError, Record, Unordered, parse_duration, parse_timestamp


def cel_value(value: Any, schema: dict[str, Any], *, root: bool = False) -> Any:
    """The CEL value of ``value``; of a ``root`` only name and generateName of its metadata are visible.

    Raises:
        CelError: a text is not of the format its schema gives it.
    """
    if value is None or schema.get("x-kubernetes-int-or-string"):
        return value
    if isinstance(value, dict):
        return _object(value, schema, root=root)
    if isinstance(value, list):
        items = schema.get("items")
        found = [cel_value(item, items) for item in value] if isinstance(items, dict) else value
        kind = schema.get("x-kubernetes-list-type")
        if kind == "set":
            return Unordered(found)
        if kind == "map":
            return Unordered(found, tuple(schema.get("x-kubernetes-list-map-keys", ())))
        return found
    kind = schema.get("type")
    if kind == "number" and type(value) is int:
        return float(value)
    if kind == "integer" and type(value) is float and value.is_integer():
        return int(value)
    if kind == "string" and isinstance(value, str) and "format" in schema:
        return _formatted(value, schema["format"])
    return value


def _object(value: dict[str, Any], schema: dict[str, Any], *, root: bool) -> Any:
    properties = schema.get("properties")
    embedded = root or bool(schema.get("x-kubernetes-embedded-resource"))
    if not properties and not embedded:
        additional = schema.get("additionalProperties")
        if isinstance(additional, dict):
            return {name: cel_value(item, additional) for name, item in value.items()}
        return value
    found = Record()
    for name, inner in (properties or {}).items():
        if name in value and isinstance(inner, dict):
            found[name] = cel_value(value[name], inner)
    if embedded:
        for name in ("apiVersion", "kind"):
            if name in value:
                found[name] = value[name]
        metadata = value.get("metadata") or {}
        found["metadata"] = Record({name: metadata[name] for name in ("name", "generateName") if name in metadata})
    return found


def _formatted(text: str, form: str) -> Any:
    if form == "duration":
        return parse_duration(text)
    if form == "date-time":
        return parse_timestamp(text)
    if form == "date":
        return parse_timestamp(f"{text}T00:00:00Z")
    if form == "byte":
        try:
            return base64.b64decode(text, validate=True)
        except binascii.Error as error:
            raise CelError(f"byte formatted string conversion error: {error}") from None
    return text
