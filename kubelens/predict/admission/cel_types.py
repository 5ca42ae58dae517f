"""Types of CEL expressions, as far as they follow from literals and declared variables.

Only what is certain is reported: ``""`` stands for a type that is not known, and fits everywhere. Not modelled: the
results of functions of Kubernetes' libraries, and the cost of an expression.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from kubelens.predict.admission.cel_functions import FUNCTIONS
from kubelens.predict.admission.custom.go_regexp import go_pattern


@dataclass(frozen=True, slots=True)
class Record:
    """A map with declared fields and no others."""

    fields: Mapping[str, Type] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list and the type of its items."""

    item: Type = ""


@dataclass(frozen=True, slots=True)
class MapOf:
    """A map with free keys and the type of its values."""

    value: Type = ""


Type = str | Record | ListOf | MapOf
"""A primitive's CEL name, ``dyn``, ``""`` where it is not known, or one of the above."""

_LITERALS: Final = {
    "INT_LIT": "int", "UINT_LIT": "uint", "FLOAT_LIT": "double", "STRING_LIT": "string", "MLSTRING_LIT": "string",
    "BYTES_LIT": "bytes", "BOOL_LIT": "bool", "NULL_LIT": "null",
}  # fmt: skip
_NUMBERS: Final = frozenset({"int", "uint", "double"})
_SCALARS: Final = _NUMBERS | {"string", "bytes", "bool"}
_RESULTS: Final[dict[str, Type]] = {
    "size": "int", "has": "bool", "matches": "bool", "contains": "bool", "startsWith": "bool", "endsWith": "bool",
    "all": "bool", "exists": "bool", "exists_one": "bool", "string": "string", "int": "int", "double": "double",
    "isURL": "bool", "isIP": "bool", "isCIDR": "bool", "isQuantity": "bool", "lowerAscii": "string",
    "upperAscii": "string", "trim": "string", "indexOf": "int", "isGreaterThan": "bool", "isLessThan": "bool",
    "containsIP": "bool", "containsCIDR": "bool", "join": "string", "substring": "string", "split": ListOf("string"),
}  # fmt: skip


def _is_one(kind: Type, of: frozenset[str]) -> bool:
    return isinstance(kind, str) and kind in of


class _ProblemError(Exception):
    """What makes an expression wrong."""


def type_problem(tree: Any, variables: Mapping[str, Type], wanted: str) -> str:
    """What types make wrong in a parsed expression, ``""`` where nothing is known to be.

    ``wanted``: the type it has to give (``bool``, ``string``, or several joined by ``|``), ``""`` for any.
    """
    try:
        found = type_of(tree, variables)
    except _ProblemError as problem:
        return str(problem)
    if wanted and found != "" and found not in wanted.split("|"):
        return f"gives {_shown(found)}, not {wanted.replace('|', ' or ')}"
    return ""


def type_of(node: Any, variables: Mapping[str, Type]) -> Type:
    """The type of a parsed expression; raises ``_ProblemError`` where it cannot have one."""
    data = getattr(node, "data", None)
    if data is None:
        return ""
    children = node.children
    if data in _RULES:
        found: Type = _RULES[data](children, variables)
        return found
    if len(children) == 1 and getattr(children[0], "data", None) is not None and data in _PASSING:
        return type_of(children[0], variables)
    for child in children:
        if getattr(child, "data", None) is not None:
            type_of(child, variables)
    return ""


_PASSING: Final = frozenset(
    {
        "conditionalor",
        "conditionaland",
        "relation",
        "addition",
        "multiplication",
        "unary",
        "member",
        "primary",
        "paren_expr",
    }
)


def _shown(kind: Type) -> str:
    return (
        kind
        if isinstance(kind, str)
        else {"Record": "an object", "ListOf": "list", "MapOf": "map"}[type(kind).__name__]
    )


def _literal(children: list[Any], variables: Mapping[str, Type]) -> Type:
    return _LITERALS.get(getattr(children[0], "type", ""), "")


def _ident(children: list[Any], variables: Mapping[str, Type]) -> Type:
    return variables.get(str(children[0]), "")


def _expression(children: list[Any], variables: Mapping[str, Type]) -> Type:
    if len(children) != 3:
        return type_of(children[0], variables)
    _boolean(type_of(children[0], variables))
    first, second = type_of(children[1], variables), type_of(children[2], variables)
    return first if first == second else ""


def _boolean(kind: Type) -> None:
    if kind not in ("", "bool", "dyn"):
        raise _ProblemError(f"no matching overload: {_shown(kind)} where bool is needed")


def _logical(children: list[Any], variables: Mapping[str, Type]) -> Type:
    if len(children) == 1:
        return type_of(children[0], variables)
    for child in children:
        _boolean(type_of(child, variables))
    return "bool"


def _binary(children: list[Any], variables: Mapping[str, Type]) -> tuple[str, Type, Type]:
    """An operator's name and its operands' types: the tree holds the left operand below the operator."""
    operator = children[0]
    return str(operator.data), type_of(operator.children[0], variables), type_of(children[1], variables)


def _relation(children: list[Any], variables: Mapping[str, Type]) -> Type:
    if len(children) == 1:
        return type_of(children[0], variables)
    name, left, right = _binary(children, variables)
    if name == "relation_in":
        if _is_one(right, _SCALARS):
            raise _ProblemError(f"no matching overload: {_shown(left)} in {_shown(right)}")
        return "bool"
    ordered = name not in ("relation_eq", "relation_ne")
    if (
        _is_one(left, _SCALARS)
        and _is_one(right, _SCALARS)
        and left != right
        and not (ordered and _is_one(left, _NUMBERS) and _is_one(right, _NUMBERS))
    ):
        raise _ProblemError(f"no matching overload: {_shown(left)} compared with {_shown(right)}")
    return "bool"


def _arithmetic(children: list[Any], variables: Mapping[str, Type]) -> Type:
    if len(children) == 1:
        return type_of(children[0], variables)
    _, left, right = _binary(children, variables)
    if _is_one(left, _SCALARS) and _is_one(right, _SCALARS) and left != right:
        raise _ProblemError(f"no matching overload: {_shown(left)} and {_shown(right)}")
    return left if _is_one(left, _SCALARS) and left == right else ""


def _unary(children: list[Any], variables: Mapping[str, Type]) -> Type:
    found = type_of(children[-1], variables)
    if len(children) > 1 and getattr(children[0], "data", "") == "unary_not":
        _boolean(found)
        return "bool"
    return found


def _member(children: list[Any], variables: Mapping[str, Type]) -> Type:
    base, name = type_of(children[0], variables), str(children[1])
    if isinstance(base, Record):
        if name in base.fields:
            return base.fields[name]
        if "__" in name:
            return ""
        raise _ProblemError(f"undefined field {name!r}")
    if isinstance(base, MapOf):
        return base.value
    if _is_one(base, _SCALARS) or isinstance(base, ListOf):
        raise _ProblemError(f"{_shown(base)} has no field {name!r}")
    return "dyn" if base == "dyn" else ""


def _index(children: list[Any], variables: Mapping[str, Type]) -> Type:
    base = type_of(children[0], variables)
    type_of(children[1], variables)
    if isinstance(base, ListOf):
        return base.item
    if isinstance(base, MapOf):
        return base.value
    return "dyn" if base == "dyn" else ""


def _arguments(children: list[Any], position: int) -> list[Any]:
    return list(children[position].children) if len(children) > position and children[position] is not None else []


def _method(children: list[Any], variables: Mapping[str, Type]) -> Type:
    base, name, arguments = type_of(children[0], variables), str(children[1]), _arguments(children, 2)
    _known(name)
    inner = variables
    if name in ("all", "exists", "exists_one", "existsOne", "map", "filter") and len(arguments) >= 2:
        bound = _bare(arguments[0])
        inner = {**variables, bound: base.item if isinstance(base, ListOf) else "dyn" if base == "dyn" else ""}
        if len(arguments) == 3 and name != "map":
            inner[_bare(arguments[1])] = ""
        arguments = arguments[1:]
    found = [type_of(argument, inner) for argument in arguments]
    if name == "matches" and len(arguments) == 1:
        _pattern(arguments[0])
    if name in ("matches", "startsWith", "endsWith") and (
        _is_one(base, _SCALARS - {"string"}) or (bool(found) and _is_one(found[0], _NUMBERS))
    ):
        raise _ProblemError(f"no matching overload: {name} on {_shown(base)}")
    return _RESULTS.get(name, "")


def _call(children: list[Any], variables: Mapping[str, Type]) -> Type:
    name, arguments = str(children[0]), _arguments(children, 1)
    _known(name)
    for argument in arguments:
        type_of(argument, variables)
    if name == "matches" and len(arguments) == 2:
        _pattern(arguments[1])
    return _RESULTS.get(name, "")


def _known(name: str) -> None:
    if name not in FUNCTIONS:
        raise _ProblemError(f"undeclared reference to {name!r}")


def _leaf(node: Any) -> Any:
    while getattr(node, "data", None) is not None and len(node.children) == 1:
        node = node.children[0]
    return node


def _bare(node: Any) -> str:
    return str(_leaf(node))


def _pattern(node: Any) -> None:
    leaf = _leaf(node)
    if getattr(leaf, "type", "") != "STRING_LIT":
        return
    text = str(leaf)
    raw = text[0] in "rR"
    body = text[2 if raw else 1 : -1]
    pattern = body if raw else body.replace("\\\\", "\\")
    if go_pattern(pattern) is None:
        raise _ProblemError(f"{pattern!r} is no regular expression")


def _list(children: list[Any], variables: Mapping[str, Type]) -> Type:
    kinds = [type_of(item, variables) for item in _arguments(children, 0)]
    return ListOf(kinds[0] if kinds and all(kind == kinds[0] for kind in kinds) else "")


def _map(children: list[Any], variables: Mapping[str, Type]) -> Type:
    for child in children:
        type_of(child, variables)
    return MapOf()


_RULES: Final[Mapping[str, Any]] = {
    "expr": _expression,
    "conditionalor": _logical,
    "conditionaland": _logical,
    "relation": _relation,
    "addition": _arithmetic,
    "multiplication": _arithmetic,
    "unary": _unary,
    "literal": _literal,
    "ident": _ident,
    "member_dot": _member,
    "member_index": _index,
    "member_dot_arg": _method,
    "ident_arg": _call,
    "list_lit": _list,
    "map_lit": _map,
}
