"""Variables of admission policies and match conditions, with their types (apiserver ``pkg/admission/plugin/cel``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from kubelens.cel.check import expression_problem, parse_expression
from kubelens.cel.tree import ListOf as Items
from kubelens.cel.types import ListOf, MapOf, Record, Type, type_of, type_problem

_KIND: Final = Record({"group": "string", "version": "string", "kind": "string"})
_RESOURCE: Final = Record({"group": "string", "version": "string", "resource": "string"})
_USER: Final = Record(
    {"username": "string", "uid": "string", "groups": ListOf("string"), "extra": MapOf(ListOf("string"))}
)
_REQUEST: Final = Record(
    {
        "kind": _KIND,
        "resource": _RESOURCE,
        "subResource": "string",
        "requestKind": _KIND,
        "requestResource": _RESOURCE,
        "requestSubResource": "string",
        "name": "string",
        "namespace": "string",
        "operation": "string",
        "userInfo": _USER,
        "dryRun": "bool",
        "options": "dyn",
        "uid": "string",
    }
)
_NAMESPACE: Final = Record(
    {
        "metadata": Record(
            {
                "name": "string",
                "generateName": "string",
                "namespace": "string",
                "labels": MapOf("string"),
                "annotations": MapOf("string"),
                "UID": "string",
                "uid": "string",
                "creationTimestamp": "timestamp",
                "deletionGracePeriodSeconds": "int",
                "deletionTimestamp": "timestamp",
                "generation": "int",
                "resourceVersion": "string",
                "finalizers": ListOf("string"),
            }
        ),
        "spec": Record({"finalizers": ListOf("string")}),
        "status": Record({"phase": "string"}),
    }
)
_VARIABLES: Final[Mapping[str, Type]] = {
    "object": "dyn",
    "oldObject": "dyn",
    "params": "dyn",
    "request": _REQUEST,
    "namespaceObject": _NAMESPACE,
    "authorizer": "authorizer",
}
Composed = dict[str, Type]
"""The variables a policy declares, by name."""


def policy_problem(expression: str, known: frozenset[str], wanted: str, composed: Composed | None = None) -> str:
    """What is wrong with an expression of a policy or match condition, ``""`` where nothing is seen to be.

    ``known``: the variables there are; ``wanted``: as for ``cel_types.type_problem``.
    """
    if problem := expression_problem(expression, known, boolean=wanted == "bool"):
        return problem
    tree = parse_expression(expression)
    return "" if tree is None else type_problem(tree, _environment(composed), wanted)


def mutation_problem(expression: str, known: frozenset[str], patch: bool, composed: Composed) -> str:
    """What is wrong with an expression that gives an ``Object`` or, with ``patch``, a list of ``JSONPatch``."""
    if problem := expression_problem(expression, known, boolean=False):
        return problem
    tree = parse_expression(expression)
    if tree is None:
        return ""
    if problem := type_problem(tree, _environment(composed), ""):
        return problem
    try:
        found = type_of(tree, _environment(composed))
    except RecursionError:
        return ""
    if not patch:
        return "" if found in ("", "Object") else "gives no Object"
    empty = isinstance(tree, Items) and not tree.items
    sound = found == "" or (isinstance(found, ListOf) and found.item in ("", "JSONPatch") and not empty)
    return "" if sound else "gives no list of JSONPatch"


def declared(variables: Iterable[Mapping[str, Any]]) -> Composed:
    """The variables that a policy declares, each with its type."""
    composed: Composed = {}
    for variable in variables:
        declare(variable.get("name", ""), variable.get("expression", "").strip(), composed)
    return composed


def declare(name: str, expression: str, composed: Composed) -> None:
    """Add a declared variable with the type of its expression."""
    tree = parse_expression(expression)
    try:
        composed[name] = "" if tree is None else type_of(tree, _environment(composed))
    except Exception:
        composed[name] = ""


def _environment(composed: Composed | None) -> dict[str, Any]:
    return dict(_VARIABLES) if composed is None else {**_VARIABLES, "variables": Record(dict(composed))}
