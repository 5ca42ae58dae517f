"""Types of the CEL rules in a CustomResourceDefinition's schema (apiextensions ``pkg/apiserver/schema/cel/model``)."""

from __future__ import annotations

from typing import Any, Final

from kubelens.cel.check import parse_expression
from kubelens.cel.types import ListOf, MapOf, Record, Type, type_problem

_FORMATS: Final = {"date-time": "timestamp", "date": "timestamp", "duration": "duration", "byte": "bytes"}
_SCALARS: Final = {"boolean": "bool", "integer": "int", "number": "double", "string": "string"}
_META: Final = Record({"name": "string", "generateName": "string"})


def typed_problem(expression: str, schema: dict[str, Any], wanted: str, *, root: bool = False) -> str:
    """What the types of an expression make wrong, ``""`` where nothing is known to be."""
    tree = parse_expression(expression)
    if tree is None:
        return ""
    kind = schema_type(schema, root=root)
    return type_problem(tree, {"self": kind, "oldSelf": kind}, wanted)


def schema_type(schema: dict[str, Any], *, root: bool = False) -> Type:
    """The CEL type of a value of a schema, ``""`` where it has none."""
    if schema.get("x-kubernetes-int-or-string"):
        return "dyn"
    kind = schema.get("type", "")
    if kind == "array":
        items = schema.get("items")
        return ListOf(schema_type(items) if isinstance(items, dict) else "")
    if kind == "object":
        additional = schema.get("additionalProperties")
        if isinstance(additional, dict):
            return MapOf(schema_type(additional))
        if additional is True:
            return ""
        declared = schema.get("properties", {})
        if not declared and not root:
            return ""
        fields = {name: schema_type(inner) for name, inner in declared.items()}
        if root or schema.get("x-kubernetes-embedded-resource"):
            fields |= {"apiVersion": "string", "kind": "string", "metadata": _META}
        return Record(fields)
    if kind == "string":
        return _FORMATS.get(schema.get("format", ""), "string")
    return _SCALARS.get(kind, "")
