"""Nodes of a CEL expression. Plain slotted classes, built once by :mod:`kubelens.cel.parse` and never changed after.

Operators are calls of the names CEL gives them: ``_+_``, ``!_``, ``_&&_``, ``_?_:_``, ``@in``.
"""

from __future__ import annotations

from typing import Any, Final

OPERATORS: Final = frozenset("_?_:_ _||_ _&&_ !_ -_ @in _==_ _!=_ _<_ _<=_ _>_ _>=_ _+_ _-_ _*_ _/_ _%_".split())
"""The calls that no name can spell."""


class Node:
    """A part of an expression; ``offset`` is where it begins, in characters."""

    __slots__ = ("offset",)

    def __init__(self, offset: int) -> None:
        self.offset = offset


class Literal(Node):
    """A constant: ``kind`` is a CEL type's name (``int``, ``uint``, ``double``, ``string``, ``bytes`` ...)."""

    __slots__ = ("kind", "value")

    def __init__(self, offset: int, kind: str, value: Any) -> None:
        super().__init__(offset)
        self.kind = kind
        self.value = value


class Ident(Node):
    """A name."""

    __slots__ = ("name",)

    def __init__(self, offset: int, name: str) -> None:
        super().__init__(offset)
        self.name = name


class Select(Node):
    """``operand.field``; with ``test`` it is ``has(operand.field)``, with ``optional`` ``operand.?field``."""

    __slots__ = ("field", "operand", "optional", "test")

    def __init__(self, offset: int, operand: Node, field: str, *, test: bool = False, optional: bool = False) -> None:
        super().__init__(offset)
        self.operand = operand
        self.field = field
        self.test = test
        self.optional = optional


class Index(Node):
    """``operand[key]``, with ``optional`` ``operand[?key]``."""

    __slots__ = ("key", "operand", "optional")

    def __init__(self, offset: int, operand: Node, key: Node, *, optional: bool = False) -> None:
        super().__init__(offset)
        self.operand = operand
        self.key = key
        self.optional = optional


class Call(Node):
    """A function, a method (``target`` is not None) or an operator."""

    __slots__ = ("arguments", "function", "target")

    def __init__(self, offset: int, function: str, target: Node | None, arguments: list[Node]) -> None:
        super().__init__(offset)
        self.function = function
        self.target = target
        self.arguments = arguments


class ListOf(Node):
    """``[a, ?b]``: items, and whether each is optional."""

    __slots__ = ("items",)

    def __init__(self, offset: int, items: list[tuple[Node, bool]]) -> None:
        super().__init__(offset)
        self.items = items


class MapOf(Node):
    """``{k: v, ?k: v}``: key, value, and whether the entry is optional."""

    __slots__ = ("entries",)

    def __init__(self, offset: int, entries: list[tuple[Node, Node, bool]]) -> None:
        super().__init__(offset)
        self.entries = entries


class Struct(Node):
    """``Type.name{field: value}``."""

    __slots__ = ("fields", "name")

    def __init__(self, offset: int, name: str, fields: list[tuple[str, Node, bool]]) -> None:
        super().__init__(offset)
        self.name = name
        self.fields = fields


class Macro(Node):
    """``target.all(x, body)`` and its like: what a macro binds and what it evaluates for each item.

    ``bodies`` has one expression, two for ``map`` with a filter, for ``transformList`` and for ``transformMap``.
    """

    __slots__ = ("bodies", "name", "target", "variables")

    def __init__(self, offset: int, name: str, target: Node, variables: tuple[str, ...], bodies: list[Node]) -> None:
        super().__init__(offset)
        self.name = name
        self.target = target
        self.variables = variables
        self.bodies = bodies


def children(node: Node) -> list[Node]:
    """The nodes directly below one."""
    if isinstance(node, Select):
        return [node.operand]
    if isinstance(node, Index):
        return [node.operand, node.key]
    if isinstance(node, Call):
        return [*([node.target] if node.target is not None else []), *node.arguments]
    if isinstance(node, ListOf):
        return [item for item, _ in node.items]
    if isinstance(node, MapOf):
        return [part for key, value, _ in node.entries for part in (key, value)]
    if isinstance(node, Struct):
        return [value for _, value, _ in node.fields]
    if isinstance(node, Macro):
        return [node.target, *node.bodies]
    return []


def free_names(node: Node, bound: frozenset[str] = frozenset()) -> set[str]:
    """Names an expression takes from outside: not bound by a macro around them."""
    if isinstance(node, Ident):
        return set() if node.name in bound else {node.name}
    if isinstance(node, Macro):
        found = free_names(node.target, bound)
        inner = bound | set(node.variables)
        for body in node.bodies:
            found |= free_names(body, inner)
        return found
    found = set()
    for child in children(node):
        found |= free_names(child, bound)
    return found
