"""What a rule's loops cost at least, in the server's estimate (``k8s.io/apiserver/pkg/cel`` and cel-go's ``checker``).

A list without ``maxItems`` counts as many items as fit into a request. Not estimated: the length of texts, and how
often a rule is evaluated below lists and maps.
"""

from __future__ import annotations

from typing import Any, Final

from kubelens.cel.check import parse_expression
from kubelens.cel.tree import Call, Ident, Index, Macro, Node, Select, children

_REQUEST: Final = 3 * 1024 * 1024
_SMALLEST: Final = {"boolean": 5, "integer": 1, "number": 1, "string": 2, "array": 2}
_STEP: Final = 3
Schemas = dict[str, dict[str, Any] | None]


def least_cost(expression: str, schema: dict[str, Any]) -> int:
    """A lower bound of the estimated cost of a rule on values of a schema."""
    tree = parse_expression(expression)
    try:
        return 0 if tree is None else _cost(tree, {"self": schema, "oldSelf": schema})
    except RecursionError:
        return 0


def _cost(node: Node, known: Schemas) -> int:
    if not isinstance(node, Macro):
        looked_at = 0
        if isinstance(node, Call) and node.function == "@in":
            over = _schema(node.arguments[1], known)
            looked_at = _length(over) if over is not None and "items" in over else 0
        return 1 + looked_at + sum(_cost(child, known) for child in children(node))
    over = _schema(node.target, known)
    items = None if over is None else over.get("items")
    inner: Schemas = {**known, **dict.fromkeys(node.variables)}
    if len(node.variables) == 1 and isinstance(items, dict):
        inner[node.variables[0]] = items
    step = sum(_cost(body, inner) for body in node.bodies)
    return _cost(node.target, known) + _length(over) * (step + _STEP)


def _schema(node: Node, known: Schemas) -> dict[str, Any] | None:
    """The schema of what a path or a filtered list leads to, None where it is not known."""
    if isinstance(node, Ident):
        return known.get(node.name)
    if isinstance(node, Macro):
        return _schema(node.target, known) if node.name == "filter" else None
    found: Any = None
    if isinstance(node, Select) and (base := _schema(node.operand, known)) is not None:
        found = base.get("properties", {}).get(node.field, base.get("additionalProperties"))
    elif isinstance(node, Index) and (base := _schema(node.operand, known)) is not None:
        found = base.get("items", base.get("additionalProperties"))
    return found if isinstance(found, dict) else None


def _length(schema: dict[str, Any] | None) -> int:
    if schema is None:
        return 1
    if isinstance(items := schema.get("items"), dict):
        most = schema.get("maxItems")
        return max(most, 0) if most is not None else _REQUEST // (_smallest(items) + 1)
    if isinstance(values := schema.get("additionalProperties"), dict):
        most = schema.get("maxProperties")
        return max(most, 0) if most is not None else _REQUEST // (_smallest(values) + 8)
    return 1


def _smallest(schema: dict[str, Any]) -> int:
    """How many bytes a value takes at least."""
    if schema.get("type") != "object":
        return _SMALLEST.get(schema.get("type", ""), 2)
    needed = [(name, schema.get("properties", {}).get(name)) for name in schema.get("required", [])]
    return 2 + sum(len(name) + 4 + _smallest(inner) for name, inner in needed if isinstance(inner, dict))
