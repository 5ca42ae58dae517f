"""Evaluation of CEL expressions: a tree becomes nested Python functions once, then runs on any variables.

Follows cel-go ``interpreter``: ``&&``, ``||``, ``all`` and ``exists`` forgive an error that their other side decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from kubelens.cel.macros import macro_step
from kubelens.cel.operators import BINARY, lookup, negate
from kubelens.cel.parse import parse_expression
from kubelens.cel.steps import BUDGET, Budget, Names, Step
from kubelens.cel.tree import Call, Ident, Index, ListOf, Literal, Macro, MapOf, Node, Select, Struct
from kubelens.cel.values import NONE, CelError, Optional, Record, Type, UInt, Unknown, Unmodelled, no_overload
from kubelens.syntax.pattern import pattern

_TYPES: Final = {
    name: Type(name)
    for name in (
        "int",
        "uint",
        "double",
        "bool",
        "string",
        "bytes",
        "list",
        "map",
        "null_type",
        "type",
        "optional_type",
        "net.IP",
        "net.CIDR",
    )
} | {
    "google.protobuf.Duration": Type("google.protobuf.Duration"),
    "google.protobuf.Timestamp": Type("google.protobuf.Timestamp"),
}
_ESCAPED: Final = pattern(r"__([a-z]+)__")
_SYMBOLS: Final = {"underscores": "__", "dot": ".", "dash": "-", "slash": "/"}


def unescape(field: str) -> str:
    """The property that a field of an expression means: ``a__dash__b`` is ``a-b`` (apiserver ``pkg/cel/escaping.go``)."""
    return _ESCAPED.sub(lambda found: _SYMBOLS.get(found[1], found[1]), field)


class Program:
    """An expression ready to run.

    Raises:
        CelSyntaxError: the text is no expression.
        Unmodelled: it uses a function that is not modelled.
    """

    __slots__ = ("_run", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self._run = _step(parse_expression(text))
        except RecursionError:
            raise Unmodelled("the expression is nested too deep") from None

    def evaluate(self, names: Names, budget: Budget | None = None) -> Any:
        """The value for some variables; ``budget`` bounds the work of one or several evaluations.

        Raises:
            CelError: it has none: a missing key, an overflow, types that do not go together.
            Unmodelled: it depends on something that is not modelled.
        """
        try:
            return self._run({**names, BUDGET: budget if budget is not None else Budget()})
        except RecursionError:
            raise Unmodelled("the expression is nested too deep") from None


@lru_cache(maxsize=512)
def program(text: str) -> Program:
    """The program of an expression, made once; raises as :class:`Program`."""
    return Program(text)


def _step(node: Node) -> Step:
    return _MAKERS[type(node)](node)


def _literal(node: Literal) -> Step:
    value = UInt(node.value) if node.kind == "uint" else node.value
    return lambda names: value


def _ident(node: Ident) -> Step:
    name = node.name

    def run(names: Names) -> Any:
        if name in names:
            return _known(names[name])
        if name in _TYPES:
            return _TYPES[name]
        raise CelError(f"no such attribute: {name}")

    return run


def _known(value: Any) -> Any:
    if type(value) is Unknown:
        raise Unmodelled(value.why)
    return value


def _select(node: Select) -> Step:
    if (dotted := _dotted(node)) in _TYPES:
        kind = _TYPES[dotted]
        return lambda names: kind
    operand, field, test = _step(node.operand), node.field, node.test
    plain, root = unescape(field), dotted.partition(".")[0]

    def run(names: Names) -> Any:
        if not test and dotted in names and root not in names:
            return _known(names[dotted])
        value = operand(names)
        optional = type(value) is Optional
        if optional:
            if not value.present:
                return False if test else NONE
            value = value.value
        if not isinstance(value, dict):
            if test and isinstance(value, dict | Mapping):
                return False
            raise no_overload("_._", value)
        found = field in value or (plain != field and type(value) is Record and plain in value)
        if test:
            return found
        if not found:
            if optional or node.optional:
                return NONE
            raise CelError(f"no such key: {field}")
        inner = value[field] if field in value else value[plain]
        return Optional(inner) if optional or node.optional else inner

    return run


def _dotted(node: Node) -> str:
    """``a.b.c``, "" where a part is no plain name: a variable may be called so, and so are types and namespaces."""
    if isinstance(node, Ident):
        return node.name
    before = _dotted(node.operand) if isinstance(node, Select) and not node.optional else ""
    return f"{before}.{node.field}" if before and isinstance(node, Select) else ""


def _index(node: Index) -> Step:
    operand, key, wanted = _step(node.operand), _step(node.key), node.optional

    def run(names: Names) -> Any:
        value = operand(names)
        optional = type(value) is Optional
        if not optional and not wanted:
            return lookup(value, key(names))
        if optional:
            if not value.present:
                return NONE
            value = value.value
        step = key(names)
        try:
            return Optional(lookup(value, step))
        except CelError as error:
            if str(error).startswith("no such overload"):
                raise
            return NONE

    return run


def _call(node: Call) -> Step:
    name, arguments = node.function, node.arguments
    if node.target is None:
        if name == "_&&_" or name == "_||_":
            return _logical(_step(arguments[0]), _step(arguments[1]), decisive=name == "_||_")
        if name == "_?_:_":
            return _choice(*(_step(argument) for argument in arguments))
        if name == "!_":
            return _not(_step(arguments[0]))
        if name == "-_":
            operand = _step(arguments[0])
            return lambda names: negate(operand(names))
        if name in BINARY:
            return _binary(BINARY[name], _step(arguments[0]), _step(arguments[1]))
    from kubelens.cel.functions import function_of, method_of  # noqa: PLC0415 - many rules call none

    if node.target is None:
        return _applied(name, function_of(name), [_step(argument) for argument in arguments])
    if (namespace := _dotted(node.target)) in _NAMESPACES and name in _NAMESPACES[namespace]:
        return _applied(name, function_of(f"{namespace}.{name}"), [_step(argument) for argument in arguments])
    if name in ("or", "orValue") and len(arguments) == 1:
        return _otherwise(_step(node.target), _step(arguments[0]), unwrap=name == "orValue")
    return _applied(name, method_of(name), [_step(node.target), *(_step(argument) for argument in arguments)])


_NAMESPACES: Final = {
    "optional": frozenset({"of", "none", "ofNonZeroValue"}),
    "sets": frozenset({"contains", "equivalent", "intersects"}),
    "strings": frozenset({"quote"}),
    "ip": frozenset({"isCanonical"}),
    "format": frozenset(
        "named dns1123Label dns1123Subdomain dns1035Label qualifiedName dns1123LabelPrefix dns1123SubdomainPrefix "
        "dns1035LabelPrefix labelValue uri uuid byte date datetime".split()
    ),
    "lists": frozenset({"range"}),
    "jsonpatch": frozenset({"escapeKey"}),
}


def _applied(name: str, function: Callable[..., Any], steps: list[Step]) -> Step:
    from inspect import signature  # noqa: PLC0415 - many rules call nothing

    try:
        signature(function).bind(*steps)
    except TypeError:
        return lambda names: _refused(name, [step(names) for step in steps])
    if len(steps) == 1:
        only = steps[0]
        return lambda names: function(only(names))
    if len(steps) == 2:
        first, second = steps
        return lambda names: function(first(names), second(names))
    return lambda names: function(*(step(names) for step in steps))


def _refused(name: str, values: list[Any]) -> Any:
    raise no_overload(name, *values)


def _binary(operator: Callable[[Any, Any], Any], left: Step, right: Step) -> Step:
    return lambda names: operator(left(names), right(names))


def _logical(left: Step, right: Step, *, decisive: bool) -> Step:
    """``&&`` and ``||``: ``decisive`` is the value of one side that settles it."""

    def run(names: Names) -> bool:
        error: CelError | None = None
        try:
            one = left(names)
            if one is decisive:
                return bool(one)
            if type(one) is not bool:
                error = no_overload("_||_" if decisive else "_&&_", one)
        except CelError as raised:
            error = raised
        other = right(names) if error is None else _settled(right, names, error)
        if type(other) is not bool:
            raise error or no_overload("_||_" if decisive else "_&&_", other)
        if other is not decisive and error is not None:
            raise error
        return bool(other is True)

    return run


def _settled(right: Step, names: Names, error: CelError) -> Any:
    try:
        return right(names)
    except CelError:
        raise error from None


def _choice(condition: Step, first: Step, second: Step) -> Step:
    def run(names: Names) -> Any:
        told = condition(names)
        if type(told) is not bool:
            raise no_overload("_?_:_", told)
        return first(names) if told else second(names)

    return run


def _not(operand: Step) -> Step:
    def run(names: Names) -> bool:
        value = operand(names)
        if type(value) is not bool:
            raise no_overload("!_", value)
        return not value

    return run


def _otherwise(target: Step, fallback: Step, *, unwrap: bool) -> Step:
    def run(names: Names) -> Any:
        value = target(names)
        if type(value) is not Optional:
            raise no_overload("orValue" if unwrap else "or", value)
        if value.present:
            return value.value if unwrap else value
        return fallback(names)

    return run


def _list(node: ListOf) -> Step:
    parts = [(_step(item), optional) for item, optional in node.items]

    def run(names: Names) -> list[Any]:
        found: list[Any] = []
        for step, optional in parts:
            value = step(names)
            if not optional:
                found.append(value)
            elif type(value) is not Optional:
                raise no_overload("[?]", value)
            elif value.present:
                found.append(value.value)
        return found

    return run


def _map(node: MapOf) -> Step:
    parts = [(_step(key), _step(value), optional) for key, value, optional in node.entries]

    def run(names: Names) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key_step, value_step, optional in parts:
            key, value = key_step(names), value_step(names)
            if type(key) not in (str, int, UInt, bool):
                raise CelError("unsupported key type")
            if optional:
                if type(value) is not Optional:
                    raise no_overload("{?}", value)
                if not value.present:
                    continue
                value = value.value
            if key in found:
                if (type(key) is bool) is not (type(next(known for known in found if known == key)) is bool):
                    raise Unmodelled("a map with keys 1 and true")
                raise CelError(f"Failed with repeated key: {key}")
            found[key] = value
        return found

    return run


def _struct(node: Struct) -> Step:
    from kubelens.cel.wrappers import wrapper  # noqa: PLC0415 - few expressions write one

    if node.name == "JSONPatch" or node.name.partition(".")[0] == "Object":
        return _object(node)
    make = wrapper(node.name)
    if make is None or any(optional for _, _, optional in node.fields):
        raise Unmodelled(f"objects of type {node.name}")
    parts = [(field, _step(value)) for field, value, _ in node.fields]
    return lambda names: make({field: step(names) for field, step in parts})


def _object(node: Struct) -> Step:
    """What a mutation writes (apiserver ``pkg/cel/mutation``): an ``Object``, a part of one, or a ``JSONPatch``."""
    parts = [(unescape(field), _step(value), optional) for field, value, optional in node.fields]

    def run(names: Names) -> Record:
        found = Record()
        for field, step, optional in parts:
            value = step(names)
            if optional:
                if type(value) is not Optional:
                    raise no_overload("{?}", value)
                if not value.present:
                    continue
                value = value.value
            found[field] = value
        return found

    return run


def _macro(node: Macro) -> Step:
    return macro_step(node, _step)


_MAKERS: Final[dict[type[Node], Callable[[Any], Step]]] = {
    Literal: _literal,
    Ident: _ident,
    Select: _select,
    Index: _index,
    Call: _call,
    ListOf: _list,
    MapOf: _map,
    Struct: _struct,
    Macro: _macro,
}

__all__ = [
    "CelError",
    "Program",
    "Unmodelled",
    "program",
    "unescape",
]
