"""A compiled part of a pipeline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from kubelens.render.go.types import Int64
from kubelens.render.origin import Origin, Text, origins_in
from kubelens.render.template.builtins.indexing import index
from kubelens.render.template.fields import element_origins
from kubelens.render.template.frame import Frame, Origins, Value
from kubelens.render.template.nodes import Node

SCALARS: Final = frozenset({int, float, bool, Int64})
"""The classes of values that do not know themselves where they were written."""


def nowhere(frame: Frame, dot: object) -> tuple[Origin, ...]:
    """No origins."""
    return ()


def by_itself(frame: Frame, dot: object) -> bool:
    """A nil that nothing holds."""
    return False


class Expression(msgspec.Struct, frozen=True, eq=False):
    """A compiled part of a pipeline.

    ``run`` gives its value. ``last``: the node that a failure right after it is told of. ``origins``: where its value
    was written. ``held``: whether a nil that it gives is the nil of an ``interface {}`` that holds it, which
    text/template tells from no value at all. ``pure``: that it calls nothing, so that it may be run twice.
    ``rendered``: that its text was printed by a template, and knows that one's places.
    """

    run: Value
    last: Node
    origins: Origins = nowhere
    held: Callable[[Frame, object], bool] = by_itself
    pure: bool = True
    rendered: bool = False

    def let_go(self) -> Expression:
        """The same value as a pipeline gives it: out of what held it."""
        if self.held is by_itself:
            return self
        return Expression(self.run, self.last, self.origins, by_itself, self.pure, self.rendered)


def constant(value: object, node: Node) -> Expression:
    """What is always the same value."""

    def run(frame: Frame, dot: object) -> object:
        return value

    def origins(frame: Frame, dot: object) -> tuple[Origin, ...]:
        return origins_in(value)

    return Expression(run, node, origins if isinstance(value, Text) else nowhere)


def origins_of_all(operands: Sequence[Expression]) -> Origins:
    """Where the values of all ``operands`` were written."""
    known = [operand.origins for operand in operands if operand.origins is not nowhere]
    if not known:
        return nowhere

    def origins(frame: Frame, dot: object) -> tuple[Origin, ...]:
        found: dict[Origin, None] = {}
        for each in known:
            found.update(dict.fromkeys(each(frame, dot)))
        return tuple(found)

    return origins


def origins_of_element(operands: Sequence[Expression]) -> Origins:
    """Where what ``index`` and ``get`` find was written: the first operand's element under the others, in turn."""
    if not all(operand.pure for operand in operands):
        return origins_of_all(operands)
    first, *others = operands

    def origins(frame: Frame, dot: object) -> tuple[Origin, ...]:
        container = first.run(frame, dot)
        keys = [other.run(frame, dot) for other in others]
        for key in keys[:-1]:
            container = index(container, key)
        return element_origins(container, keys[-1]) if keys else ()

    return origins


def setting(value: Expression, at: int, where: int) -> Value:
    """The value, after the frame's place ``at`` was set to it, and ``where`` to where it was written."""
    run, origins = value.run, value.origins

    def set_it(frame: Frame, dot: object) -> object:
        found = run(frame, dot)
        frame.values[at] = found
        frame.values[where] = origins(frame, dot) if type(found) in SCALARS else None
        return found

    return set_it
