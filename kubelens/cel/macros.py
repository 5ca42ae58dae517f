"""CEL's macros: ``all``, ``exists``, ``map``, ``filter`` and their like, with one variable or two.

Follows cel-go ``parser/macro.go``, ``ext/comprehensions.go`` and ``cel/library.go`` (optional values).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from kubelens.cel.operators import compare
from kubelens.cel.steps import BUDGET, Names, Step, items_of
from kubelens.cel.tree import Macro, Node
from kubelens.cel.values import NONE, CelError, Optional, no_overload


def macro_step(node: Macro, make: Callable[[Node], Step]) -> Step:
    """The step of a macro; ``make`` gives those of its parts."""
    target = make(node.target)
    bodies = [make(body) for body in node.bodies]
    maker = _MAKERS[node.name]
    return maker(node, target, bodies)


def _scopes(node: Macro, target: Step, names: Names) -> Iterator[tuple[dict[str, Any], Any, Any]]:
    """For each item: the variables with the macro's own, the key, the value. One dict serves all items."""
    inner = dict(names)
    spend = inner[BUDGET].spend
    value = target(names)
    variables = node.variables
    if len(variables) == 1:
        name = variables[0]
        over_map = type(value) is dict
        for key, item in items_of(value, node.name):
            spend()
            inner[name] = key if over_map else item
            yield inner, key, item
        return
    first, second = variables
    for key, item in items_of(value, node.name):
        spend()
        inner[first], inner[second] = key, item
        yield inner, key, item


def _quantifier(node: Macro, target: Step, bodies: list[Step]) -> Step:
    body, decisive = bodies[0], node.name == "exists"

    def run(names: Names) -> bool:
        error: CelError | None = None
        for inner, _, _ in _scopes(node, target, names):
            try:
                told = body(inner)
            except CelError as raised:
                error = raised
                continue
            if told is decisive:
                return bool(told)
            if type(told) is not bool:
                error = no_overload(node.name, told)
        if error is not None:
            raise error
        return not decisive

    return run


def _truth(value: Any, name: str) -> bool:
    if type(value) is not bool:
        raise no_overload(name, value)
    return value is True


def _exactly_one(node: Macro, target: Step, bodies: list[Step]) -> Step:
    body = bodies[0]

    def run(names: Names) -> bool:
        return sum(_truth(body(inner), node.name) for inner, _, _ in _scopes(node, target, names)) == 1

    return run


def _filter(node: Macro, target: Step, bodies: list[Step]) -> Step:
    body, variable = bodies[0], node.variables[0]

    def run(names: Names) -> list[Any]:
        return [inner[variable] for inner, _, _ in _scopes(node, target, names) if _truth(body(inner), node.name)]

    return run


def _map(node: Macro, target: Step, bodies: list[Step]) -> Step:
    body = bodies[-1]
    chosen = bodies[0] if len(bodies) == 2 else None

    def run(names: Names) -> list[Any]:
        return [
            body(inner)
            for inner, _, _ in _scopes(node, target, names)
            if chosen is None or _truth(chosen(inner), node.name)
        ]

    return run


def _transform_map(node: Macro, target: Step, bodies: list[Step]) -> Step:
    body = bodies[-1]
    chosen = bodies[0] if len(bodies) == 2 else None
    entries = node.name == "transformMapEntry"

    def run(names: Names) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for inner, key, _ in _scopes(node, target, names):
            if chosen is not None and not _truth(chosen(inner), node.name):
                continue
            made = body(inner)
            for new, value in made.items() if entries else ((key, made),):
                if entries and new in found:
                    raise CelError(f"insert failed: key {new} already exists")
                found[new] = value
        return found

    return run


def _sort_by(node: Macro, target: Step, bodies: list[Step]) -> Step:
    from functools import cmp_to_key  # noqa: PLC0415 - only for this macro

    body = bodies[0]

    def by_key(one: tuple[Any, Any], other: tuple[Any, Any]) -> int:
        return compare(one[0], other[0], "sortBy")

    def run(names: Names) -> list[Any]:
        keyed = [(body(inner), item) for inner, _, item in _scopes(node, target, names)]
        keyed.sort(key=cmp_to_key(by_key))
        return [item for _, item in keyed]

    return run


def _opt_map(node: Macro, target: Step, bodies: list[Step]) -> Step:
    body, variable, flat = bodies[0], node.variables[0], node.name == "optFlatMap"

    def run(names: Names) -> Optional:
        value = target(names)
        if type(value) is not Optional:
            raise no_overload(node.name, value)
        if not value.present:
            return NONE
        made = body({**names, variable: value.value})
        if not flat:
            return Optional(made)
        if type(made) is not Optional:
            raise no_overload(node.name, made)
        return made

    return run


def _bind(node: Macro, target: Step, bodies: list[Step]) -> Step:
    """``cel.bind(name, value, body)`` (cel-go ``ext/bindings.go``), which device selectors have."""
    (name,), (body,) = node.variables, bodies
    return lambda names: body({**names, name: target(names)})


_MAKERS: dict[str, Callable[[Macro, Step, list[Step]], Step]] = {
    "bind": _bind,
    "all": _quantifier,
    "exists": _quantifier,
    "exists_one": _exactly_one,
    "existsOne": _exactly_one,
    "filter": _filter,
    "map": _map,
    "transformList": _map,
    "transformMap": _transform_map,
    "transformMapEntry": _transform_map,
    "sortBy": _sort_by,
    "optMap": _opt_map,
    "optFlatMap": _opt_map,
}
