"""Types of CEL expressions, as far as they follow from literals and declared variables.

Only what is certain is reported: ``""`` stands for a type that is not known, and fits everywhere. Not modelled: the
overloads of functions beyond their results, and the cost of an expression.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct, field

from kubelens import regexp
from kubelens.cel.names import FUNCTIONS
from kubelens.cel.signatures import METHODS, OPAQUE, RESULTS
from kubelens.cel.tree import OPERATORS, Call, Ident, Index, Literal, Macro, Node, Select
from kubelens.cel.tree import ListOf as List
from kubelens.cel.tree import MapOf as Map
from kubelens.cel.tree import Struct as Made
from kubelens.cel.values import CelError, parse_duration, parse_timestamp


class Record(Struct, frozen=True):
    """A map with declared fields and no others."""

    fields: Mapping[str, Type] = field(default_factory=dict)


class ListOf(Struct, frozen=True):
    """A list and the type of its items."""

    item: Type = ""


class MapOf(Struct, frozen=True):
    """A map with free keys and the type of its values."""

    value: Type = ""


Type = str | Record | ListOf | MapOf
"""A primitive's CEL name, ``dyn``, ``""`` where it is not known, or one of the above."""

_NUMBERS: Final = frozenset({"int", "uint", "double"})
_SCALARS: Final = _NUMBERS | {"string", "bytes", "bool"}
_ARITHMETIC: Final = frozenset({"_+_", "_-_", "_*_", "_/_", "_%_"})
_TIMES: Final = frozenset({"timestamp", "duration"})
_NAMED: Final = _SCALARS | _TIMES | OPAQUE
_LITERALS: Final[Mapping[str, Callable[[str], Any]]] = {"timestamp": parse_timestamp, "duration": parse_duration}


def _is_one(kind: Type, of: frozenset[str]) -> bool:
    return isinstance(kind, str) and kind in of


class _ProblemError(Exception):
    """What makes an expression wrong."""


def type_problem(tree: Node, variables: Mapping[str, Type], wanted: str) -> str:
    """What types make wrong in a parsed expression, ``""`` where nothing is known to be.

    ``wanted``: the type it has to give (``bool``, ``string``, or several joined by ``|``), ``""`` for any.
    """
    try:
        found = type_of(tree, variables)
    except _ProblemError as problem:
        return str(problem)
    except RecursionError:
        return ""
    if wanted and found != "" and found not in wanted.split("|"):
        return f"gives {_shown(found)}, not {wanted.replace('|', ' or ')}"
    return ""


def type_of(node: Node, variables: Mapping[str, Type]) -> Type:
    """The type of a parsed expression; raises ``_ProblemError`` where it cannot have one."""
    found: Type = _RULES[type(node)](node, variables)
    return found


def _shown(kind: Type) -> str:
    if isinstance(kind, str):
        return kind
    return {"Record": "an object", "ListOf": "list", "MapOf": "map"}[type(kind).__name__]


def _literal(node: Literal, variables: Mapping[str, Type]) -> Type:
    return "null" if node.kind == "null_type" else node.kind


def _ident(node: Ident, variables: Mapping[str, Type]) -> Type:
    return variables.get(node.name, "")


def _boolean(kind: Type) -> None:
    if kind not in ("", "bool", "dyn"):
        raise _ProblemError(f"no matching overload: {_shown(kind)} where bool is needed")


def _operator(node: Call, variables: Mapping[str, Type]) -> Type:
    name, kinds = node.function, [type_of(argument, variables) for argument in node.arguments]
    if name == "_?_:_":
        _boolean(kinds[0])
        _alike(kinds[1], kinds[2])
        return kinds[1] if kinds[1] == kinds[2] else ""
    if name in ("_&&_", "_||_"):
        for kind in kinds:
            _boolean(kind)
        return "bool"
    if name == "!_":
        _boolean(kinds[0])
        return "bool"
    if name == "-_":
        if _is_one(kinds[0], _NAMED - {"int", "double", "duration"}):
            raise _ProblemError(f"no matching overload: -{_shown(kinds[0])}")
        return kinds[0]
    left, right = kinds
    if name == "@in":
        if _is_one(right, _SCALARS):
            raise _ProblemError(f"no matching overload: {_shown(left)} in {_shown(right)}")
        if isinstance(right, ListOf):
            _alike(left, right.item)
        return "bool"
    if name in _ARITHMETIC:
        if _is_one(left, _SCALARS) and _is_one(right, _SCALARS) and left != right:
            raise _ProblemError(f"no matching overload: {_shown(left)} and {_shown(right)}")
        return left if _is_one(left, _SCALARS) and left == right else ""
    ordered = name not in ("_==_", "_!=_")
    if ordered and (_is_one(left, OPAQUE) or _is_one(right, OPAQUE)):
        raise _ProblemError(f"no matching overload: {_shown(left)} and {_shown(right)} have no order")
    if not (ordered and _is_one(left, _NUMBERS) and _is_one(right, _NUMBERS)):
        _alike(left, right)
    return "bool"


def _alike(left: Type, right: Type) -> None:
    """Values that stand in one list, or are compared, are of one type; null stands for objects only."""
    named = _is_one(left, _NAMED) and _is_one(right, _NAMED) and left != right
    null = any(
        one == "null" and (_is_one(other, _SCALARS) or isinstance(other, ListOf | MapOf))
        for one, other in ((left, right), (right, left))
    )
    if named or null:
        raise _ProblemError(f"no matching overload: {_shown(left)} compared with {_shown(right)}")


def _select(node: Select, variables: Mapping[str, Type]) -> Type:
    found = _field(type_of(node.operand, variables), node.field)
    if node.test:
        return "bool"
    return "" if node.optional else found


def _field(base: Type, name: str) -> Type:
    if isinstance(base, Record):
        if name in base.fields:
            return base.fields[name]
        if "__" in name:
            return ""
        raise _ProblemError(f"undefined field {name!r}")
    if isinstance(base, MapOf):
        return base.value
    if base == "authorizer" and name == "requestResource":
        return "resource check"
    if _is_one(base, _NAMED) or isinstance(base, ListOf):
        raise _ProblemError(f"{_shown(base)} has no field {name!r}")
    return "dyn" if base == "dyn" else ""


def _index(node: Index, variables: Mapping[str, Type]) -> Type:
    base = type_of(node.operand, variables)
    type_of(node.key, variables)
    if node.optional:
        return ""
    if isinstance(base, ListOf):
        return base.item
    if isinstance(base, MapOf):
        return base.value
    return "dyn" if base == "dyn" else ""


def _call(node: Call, variables: Mapping[str, Type]) -> Type:
    name = node.function
    if name in OPERATORS:
        return _operator(node, variables)
    base: Type = "" if node.target is None else type_of(node.target, variables)
    if name not in FUNCTIONS:
        raise _ProblemError(f"undeclared reference to {name!r}")
    found = [type_of(argument, variables) for argument in node.arguments]
    if name == "matches" and node.arguments:
        _pattern(node.arguments[-1])
    if (
        node.target is not None
        and name in ("matches", "startsWith", "endsWith")
        and (_is_one(base, _SCALARS - {"string"}) or (bool(found) and _is_one(found[0], _NUMBERS)))
    ):
        raise _ProblemError(f"no matching overload: {name} on {_shown(base)}")
    if isinstance(base, str) and base in METHODS:
        if name not in METHODS[base]:
            raise _ProblemError(f"no matching overload: {name} on {base}")
        return METHODS[base][name]
    if node.target is None and name in _LITERALS and len(node.arguments) == 1:
        _moment(name, node.arguments[0])
    return ListOf("string") if name in ("split", "findAll") else RESULTS.get(name, "")


def _moment(name: str, node: Node) -> None:
    """The text of a time is looked at before anything is evaluated, where it is a literal."""
    if isinstance(node, Literal) and node.kind == "string":
        try:
            _LITERALS[name](node.value)
        except CelError:
            raise _ProblemError(f"{node.value!r} is no {name}") from None


def _macro(node: Macro, variables: Mapping[str, Type]) -> Type:
    base = type_of(node.target, variables)
    inner = dict(variables)
    if node.name == "bind":
        return type_of(node.bodies[0], {**inner, node.variables[0]: base})
    if len(node.variables) == 1:
        inner[node.variables[0]] = base.item if isinstance(base, ListOf) else "dyn" if base == "dyn" else ""
    else:
        inner.update(dict.fromkeys(node.variables, ""))
    found = [type_of(body, inner) for body in node.bodies]
    if node.name in ("all", "exists", "exists_one", "existsOne"):
        _boolean(found[-1])
        return "bool"
    if node.name == "filter":
        _boolean(found[-1])
        return base if isinstance(base, ListOf) else ListOf()
    return ListOf(found[-1]) if node.name == "map" else ""


def _pattern(node: Node) -> None:
    if isinstance(node, Literal) and node.kind == "string":
        try:
            regexp.compile(node.value)
        except regexp.RegexpError as wrong:
            raise _ProblemError(str(wrong)) from None


def _list(node: List, variables: Mapping[str, Type]) -> Type:
    kinds = [type_of(item, variables) for item, _ in node.items]
    for kind in kinds[1:]:
        _alike(kinds[0], kind)
    return ListOf(kinds[0] if kinds and all(kind == kinds[0] for kind in kinds) else "")


def _map(node: Map, variables: Mapping[str, Type]) -> Type:
    keys = [type_of(key, variables) for key, _, _ in node.entries]
    values = [type_of(value, variables) for _, value, _ in node.entries]
    for kinds in (keys, values):
        for kind in kinds[1:]:
            _alike(kinds[0], kind)
    return MapOf()


_PATCH: Final[Mapping[str, Type]] = {"op": "string", "path": "string", "from": "string", "value": ""}


def _struct(node: Made, variables: Mapping[str, Type]) -> Type:
    """``Object{...}`` has any fields, ``JSONPatch{...}`` its own (apiserver ``plugin/cel/mutation``)."""
    for name, value, _ in node.fields:
        found = type_of(value, variables)
        if node.name != "JSONPatch":
            continue
        if name not in _PATCH:
            raise _ProblemError(f"undefined field {name!r}")
        if _PATCH[name] and found not in ("", "dyn", _PATCH[name]):
            raise _ProblemError(f"{name} is a {_PATCH[name]}, not {_shown(found)}")
    return node.name if node.name == "JSONPatch" or node.name.partition(".")[0] == "Object" else ""


_RULES: Final[Mapping[type[Node], Any]] = {
    Literal: _literal,
    Ident: _ident,
    Select: _select,
    Index: _index,
    Call: _call,
    Macro: _macro,
    List: _list,
    Map: _map,
    Made: _struct,
}
