"""Statements as closures (text/template, ``walk`` and what it calls): each part of a template is compiled once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, cast

from kubelens.render.go.printing import format_value
from kubelens.render.go.types import Struct, Uint8
from kubelens.render.limits import TooMuch
from kubelens.render.origin import Origin, Piece, Sourced, SourcedList, Text, origins_in, unknown_in
from kubelens.render.template.expression import SCALARS, Expression
from kubelens.render.template.expressions import Expressions
from kubelens.render.template.faults import LimitReached
from kubelens.render.template.frame import BREAK, CONTINUE, Frame, Walk
from kubelens.render.template.nodes import Action, Branch, If, Jump, Node, Range, Statement, Template, TextNode, With
from kubelens.render.template.scope import Place, Scope
from kubelens.render.template.space import NO_VALUE

_CHARACTERS: Final = 8
"""Characters of a printed list or map that cost a step."""


class Statements:
    """Compiles the statements of one template."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.expressions = Expressions(scope)

    def block(self, nodes: Sequence[Statement]) -> Walk:
        """Statements one after another, whose variables end with them."""
        known = len(self.scope.names)
        walks = [self.statement(node) for node in nodes]
        del self.scope.names[known:]
        if len(walks) == 1:
            return walks[0]
        if not any(map(_jumps, nodes)):

            def straight(frame: Frame, dot: object) -> None:
                for walk in walks:
                    walk(frame, dot)

            return straight

        def until_jump(frame: Frame, dot: object) -> object:
            for walk in walks:
                jump = walk(frame, dot)
                if jump is not None:
                    return jump
            return None

        return until_jump

    def later(self, nodes: Sequence[Statement]) -> Walk:
        """A block that is compiled when it is printed first: most of a chart's are not, with the values at hand."""
        scope = self.scope
        here = scope.here()
        compiled: Walk | None = None
        size = 0

        def walk(frame: Frame, value: object) -> object:
            nonlocal compiled, size
            if compiled is None:
                outer = scope.go_to(here)
                compiled = self.block(nodes)
                scope.go_to(outer)
                size = scope.size
            values = frame.values
            if len(values) < size:
                values.extend([None] * (size - len(values)))
            return compiled(frame, value)

        return walk

    def statement(self, node: Statement) -> Walk:
        """One statement."""
        if isinstance(node, TextNode):
            return self.text(node)
        if isinstance(node, Action):
            return self.action(node)
        if isinstance(node, Range):
            return self.range(node)
        if isinstance(node, If):
            return self.condition(node)
        if isinstance(node, With):
            return self.with_value(node)
        if isinstance(node, Template):
            return self.template(node)
        jump = BREAK if node.word == "break" else CONTINUE
        return lambda frame, dot: jump

    def text(self, node: TextNode) -> Walk:
        """Text as it stands."""
        text = node.text
        pieces = self.scope.pieces(node.start, node.start + len(text))
        if len(pieces) == 1:
            (piece,) = pieces

            def write(frame: Frame, dot: object) -> None:
                frame.write(text)
                frame.story(piece)

            return write

        def write_pieces(frame: Frame, dot: object) -> None:
            frame.write(text)
            frame.stories(pieces)

        return write_pieces

    def action(self, node: Action) -> Walk:
        """A pipeline, and its value printed unless it sets variables."""
        value = self.expressions.pipeline(node.pipe)
        run = value.run
        if node.pipe.variables:

            def evaluate(frame: Frame, dot: object) -> None:
                run(frame, dot)

            return evaluate
        action = self.scope.origins(node.begin, node.end)
        return _printing(value, action)

    def condition(self, node: If) -> Walk:
        """``if``."""
        scope = self.scope
        known = len(scope.names)
        run = self.expressions.pipeline(node.pipe).run
        body = self.later(node.body)
        otherwise = None if node.otherwise is None else self.later(node.otherwise)
        del scope.names[known:]
        if otherwise is None:
            return lambda frame, dot: body(frame, dot) if run(frame, dot) else None
        other = otherwise
        return lambda frame, dot: body(frame, dot) if run(frame, dot) else other(frame, dot)

    def with_value(self, node: With) -> Walk:
        """``with``."""
        scope = self.scope
        known = len(scope.names)
        value = self.expressions.pipeline(node.pipe)
        run, origins = value.run, value.origins
        outer = scope.dot
        at = scope.allot(2)
        where = at + 1
        scope.dot = Place(at, where)
        body = self.later(node.body)
        scope.dot = outer
        otherwise = None if node.otherwise is None else self.later(node.otherwise)
        del scope.names[known:]

        def walk(frame: Frame, dot: object) -> object:
            found = run(frame, dot)
            if found:
                frame.values[where] = origins(frame, dot) if type(found) in SCALARS else None
                return body(frame, found)
            return None if otherwise is None else otherwise(frame, dot)

        return walk

    def template(self, node: Template) -> Walk:
        """Another template, printed here."""
        scope = self.scope
        name = node.name
        value = None if node.pipe is None else self.expressions.pipeline(node.pipe)

        def walk(frame: Frame, dot: object) -> None:
            space = frame.space
            tree = space.trees.get(name)
            if tree is None:
                raise scope.fault(node, f'template "{name}" not defined')
            given = None if value is None else value.run(frame, dot)
            origins = value.origins(frame, dot) if value is not None and type(given) in SCALARS else ()
            space.walk(tree, given, origins, frame)

        return walk

    # Ranges

    def range(self, node: Range) -> Walk:
        """``range``."""
        scope = self.scope
        known = len(scope.names)
        pipe = node.pipe
        declared = [] if pipe.assigns else pipe.variables
        value = self.expressions.pipeline(type(pipe)(pipe.start, commands=pipe.commands))
        container = scope.allot(1)
        element = scope.allot(2)
        places: list[Place | None] = []
        if declared:
            places = [scope.declare(each.name, container) for each in declared]
        elif pipe.assigns:
            places = [scope.find(each.name) for each in pipe.variables]
        if None in places:
            return self.undefined(value, pipe.variables[places.index(None)].name)
        outer = scope.dot
        scope.dot = Place(element, element + 1, container)
        body = self.later(node.body)
        scope.dot = outer
        otherwise = None if node.otherwise is None else self.later(node.otherwise)
        del scope.names[known:]
        return _Loop(self, node, value, container, element + 1, cast("list[Place]", places), body, otherwise).walk

    def undefined(self, value: Expression, name: str) -> Walk:
        """A loop over a variable that was never declared."""
        scope = self.scope

        def walk(frame: Frame, dot: object) -> None:
            value.run(frame, dot)
            raise scope.fault(value.last, f"undefined variable: {name}")

        return walk


class _Loop:
    """``range``: over lists, maps in the order of their keys, and numbers."""

    def __init__(
        self,
        statements: Statements,
        node: Range,
        value: Expression,
        container: int,
        dot_origins: int,
        places: list[Place],
        body: Walk,
        otherwise: Walk | None,
    ) -> None:
        self.scope = statements.scope
        self.value = value
        self.container = container
        self.dot_origins = dot_origins
        self.key = places[0] if len(places) > 1 else None
        self.element = places[-1] if places else None
        self.body = body
        self.otherwise = otherwise
        self.cost = 1 + count(node.body)
        self.jumps = node.breaks

    def walk(self, frame: Frame, dot: object) -> object:
        """Print the body for each element, or what else there is."""
        found = self.value.run(frame, dot)
        kind = type(found)
        for place in (self.key, self.element):
            if place is not None:
                frame.values[place.value] = found
        if not found and (found is None or isinstance(found, dict | list | bytes)):
            return None if self.otherwise is None else self.otherwise(frame, dot)
        frame.values[self.container] = found
        if isinstance(found, dict):
            self.each(frame, self.of_map(found))
            return None
        if isinstance(found, list):
            self.each(frame, self.of_list(found))
            return None
        if isinstance(found, bytes):
            self.each(frame, ((index, Uint8(byte), None) for index, byte in enumerate(found)))
            return None
        if isinstance(found, int) and kind is not bool:
            return self.numbers(frame, dot, found)
        raise self.scope.fault(self.value.last, f"range can't iterate over {_shown(found)}")

    def numbers(self, frame: Frame, dot: object, most: int) -> object:
        """Print the body for each number below ``most``."""
        if self.key is not None:
            message = f"can't use {format_value(most)} to iterate over more than one variable"
            raise self.scope.fault(self.value.last, message)
        if most <= 0:
            return None if self.otherwise is None else self.otherwise(frame, dot)
        kind = type(most)
        self.each(frame, ((None, kind(each), None) for each in range(most)))
        return None

    def of_map(self, found: dict[str, object]) -> Iterable[tuple[object, object, Origin | None]]:
        """Key, value and where the value was written, in the order of the keys."""
        items = sorted(found.items(), key=_first)
        if not isinstance(found, Sourced):
            return [(key, value, None) for key, value in items]
        origins, keys = found.origins, found.key_origins
        return [
            (Text.of(key, keys[key]) if key in keys else key, value, origins.get(key) if origins else None)
            for key, value in items
        ]

    def of_list(self, found: list[object]) -> Iterable[tuple[object, object, Origin | None]]:
        """Place, value and where the value was written."""
        if isinstance(found, SourcedList) and found.origins:
            origins = found.origins
            return [(index, value, origins.get(index)) for index, value in enumerate(found)]
        return [(index, value, None) for index, value in enumerate(found)]

    def each(self, frame: Frame, items: Iterable[tuple[object, object, Origin | None]]) -> None:
        """Print the body for each element."""
        usage = frame.space.usage
        body, cost, dot_origins, jumps = self.body, self.cost, self.dot_origins, self.jumps
        key_place, element_place = self.key, self.element
        for key, value, origin in items:
            usage.step(cost)
            where = None if origin is None else (origin,)
            frame.values[dot_origins] = where
            if key_place is not None:
                frame.values[key_place.value] = key
                frame.values[key_place.origins] = None
            if element_place is not None:
                frame.values[element_place.value] = value
                frame.values[element_place.origins] = where
            if jumps:
                if body(frame, value) is BREAK:
                    return
            else:
                body(frame, value)


def _first(item: tuple[str, object]) -> str:
    return item[0]


def _shown(value: object) -> str:
    """A value as ``%v`` prints it behind its pointer."""
    if isinstance(value, Struct) and value.go_type.startswith("*"):
        return format_value(Struct(value.go_type[1:], value.fields, text=value.text))
    return format_value(value)


def _printing(value: Expression, action: tuple[Origin, ...]) -> Walk:
    """What prints a value: its text, and that it comes from the action and from where the value was written."""
    run, origins, rendered = value.run, value.origins, value.rendered

    def of_text(frame: Frame, found: Text) -> None:
        frame.write(found)
        if rendered:
            frame.stories(
                [
                    piece if piece.origins else Piece(piece.length, action, False, piece.unknown)
                    for piece in found.pieces
                ]
            )
        else:
            for piece in found.pieces:
                frame.story(Piece(piece.length, (*action, *piece.origins), False, piece.unknown))

    def of_other(frame: Frame, dot: object, found: object) -> None:
        unknown = False
        if found is None:
            text, where = NO_VALUE, action
        elif type(found) is str:
            text, where = found, action
        elif type(found) in SCALARS:
            text, where = format_value(found), (*action, *origins(frame, dot))
        else:
            pointed = found.pointer_text if isinstance(found, Struct) else None
            try:
                text, where = _shown(found) if pointed is None else pointed(), (*action, *origins_in(found))
            except TooMuch:
                raise LimitReached("a text made of more values than a call may print") from None
            frame.space.usage.step(len(text) // _CHARACTERS)
            unknown = unknown_in(found)
        if text:
            frame.write(text)
            frame.story(Piece(len(text), where, False, unknown))

    def walk(frame: Frame, dot: object) -> None:
        found = run(frame, dot)
        if type(found) is Text:
            of_text(frame, found)
        else:
            of_other(frame, dot, found)

    return walk


def _jumps(node: Node) -> bool:
    """Whether a statement may end the round of the loop that it stands in."""
    return isinstance(node, Jump) or (isinstance(node, Branch) and node.jumps)


def count(nodes: Sequence[Statement]) -> int:
    """How many statements are printed once if these are, at most."""
    found = len(nodes)
    for node in nodes:
        if isinstance(node, If | With):
            found += count(node.body) + count(node.otherwise or ())
    return found
