"""Pipelines as closures (text/template, ``evalPipeline`` and what it calls): each part of one is compiled once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from kubelens.render.go.function import ANY, Function, TemplateFailure
from kubelens.render.go.methods import methods_of
from kubelens.render.go.types import type_name
from kubelens.render.origin import Origin, Text, origins_in
from kubelens.render.template.calls import (
    IN_SPACE,
    Piped,
    calling,
    costly,
    gathering,
    in_space,
    length_of,
    refusing,
    short_circuit,
)
from kubelens.render.template.constants import NotOfType, ideal, typed
from kubelens.render.template.costs import COSTS
from kubelens.render.template.expression import (
    Expression,
    by_itself,
    constant,
    origins_of_all,
    origins_of_element,
    setting,
)
from kubelens.render.template.faults import ExecutionFault
from kubelens.render.template.fields import NoField, field_origins, no_method, read, read_kept, reader, reader_of
from kubelens.render.template.frame import Frame
from kubelens.render.template.kinds import REFLECTED, WrongCount, takes, takes_nil, types_of_arguments, zero
from kubelens.render.template.nodes import (
    Bool,
    Chain,
    Command,
    Dot,
    Field,
    Identifier,
    Nil,
    Node,
    Number,
    Operand,
    Pipe,
    String,
    Variable,
)
from kubelens.render.template.scope import Place, Scope


class Expressions:
    """Compiles the pipelines of one template."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    # Pipelines

    def pipeline(self, pipe: Pipe) -> Expression:
        """The value of a pipeline; its variables are set on the way."""
        value = self.command(pipe.commands[0], None).let_go()
        for command in pipe.commands[1:]:
            value = self.command(command, value).let_go()
        for variable in pipe.variables:
            value = self.set_variable(pipe, variable, value)
        return value

    def set_variable(self, pipe: Pipe, variable: Variable, value: Expression) -> Expression:
        """The value, after the variable was set to it."""
        scope = self.scope
        place = scope.find(variable.name) if pipe.assigns else scope.declare(variable.name)
        if place is None:
            return self.failing(value, f"undefined variable: {variable.name}")
        return Expression(setting(value, place.value, place.origins), value.last, value.origins, pure=False)

    def command(self, command: Command, previous: Expression | None) -> Expression:
        """The value of a command, which is given that of the ``previous`` one."""
        word = command.words[0]
        arguments = command.words[1:]
        if isinstance(word, Identifier):
            return self.call(word, command, arguments, previous)
        if isinstance(word, Field | Chain):
            return self.fields(word, arguments, previous)
        if isinstance(word, Variable) and word.names:
            return self.fields(word, arguments, previous)
        if arguments or previous is not None:
            message = f"can't give argument to non-function {word}"
            if isinstance(word, Pipe) and previous is not None:
                return self.failing(previous, message)
            failing: Node = word if not isinstance(word, Pipe) else command
            return self.failing(previous, message, failing)
        if isinstance(word, Nil):
            return self.failing(None, "nil is not a command", word)
        return self.operand(word)

    def failing(self, before: Expression | None, message: str, node: Node | None = None) -> Expression:
        """What fails, after ``before`` was run; told of ``node``, or else of the last node of ``before``."""
        if node is None:
            assert before is not None
            node = before.last
        scope = self.scope

        def run(frame: Frame, dot: object) -> object:
            if before is not None:
                before.run(frame, dot)
            raise scope.fault(node, message)

        return Expression(run, node, pure=False)

    # Terms

    def operand(self, node: Operand) -> Expression:
        """The value of a term that takes no arguments and for which no type is asked."""
        if isinstance(node, Pipe):
            return self.pipeline(node)
        if isinstance(node, Dot):
            return self.place(node, self.scope.dot, of_dot=True)
        if isinstance(node, Variable):
            return self.variable(node)
        if isinstance(node, Field | Chain):
            return self.fields(node, [], None)
        if isinstance(node, Identifier):
            return self.call(node, node, [], None)
        if isinstance(node, Bool):
            return constant(node.value, node)
        if isinstance(node, String):
            return constant(self.scope.written(node), node)
        if isinstance(node, Number):
            try:
                return constant(ideal(node), node)
            except NotOfType as error:
                return self.failing(None, str(error), node)
        return constant(None, node)

    def variable(self, node: Variable) -> Expression:
        """A variable, or fields of one."""
        if node.names:
            return self.fields(node, [], None)
        place = self.scope.find(node.name)
        if place is None:
            return self.failing(None, f"undefined variable: {node.name}", node)
        return self.place(node, place, of_dot=False)

    def place(self, node: Node, place: Place, *, of_dot: bool) -> Expression:
        """Dot or a variable."""
        at = place.value
        where = place.origins

        def dot_itself(frame: Frame, dot: object) -> object:
            return dot

        def in_frame(frame: Frame, dot: object) -> object:
            return frame.values[at]

        run = dot_itself if of_dot else in_frame

        def origins(frame: Frame, dot: object) -> tuple[Origin, ...]:
            value = run(frame, dot)
            if isinstance(value, Text):
                return origins_in(value)
            return cast("tuple[Origin, ...]", frame.values[where] or ())

        held = by_itself if place.container is None else lambda frame, dot: place.held(frame) is not None
        return Expression(run, node, origins, held)

    # Fields

    def fields(
        self, node: Field | Chain | Variable, arguments: Sequence[Operand], previous: Expression | None
    ) -> Expression:
        """Fields of dot, of a variable or of a term; the last one may be a method that takes arguments."""
        scope = self.scope
        last: Node = node
        place: Place | None = scope.dot
        of_dot = False
        if isinstance(node, Chain):
            if isinstance(node.of, Nil):
                return self.failing(previous, f"indirection through explicit nil in {node}", node)
            base = self.operand(node.of)
            last, place = base.last, None
        elif isinstance(node, Variable):
            place = scope.find(node.name)
            if place is None:
                return self.failing(previous, f"undefined variable: {node.name}", node)
            base = self.place(node, place, of_dot=False)
        else:
            of_dot = True
            base = self.place(node, scope.dot, of_dot=True)
        names = node.names
        root = base.run

        def held_type(frame: Frame) -> str | None:
            return None if place is None else place.held(frame)

        def slow(frame: Frame, dot: object, value: object) -> object:
            try:
                return read(value, names, lambda: held_type(frame))
            except NoField as error:
                raise scope.fault(last, str(error)) from None
            except TemplateFailure as error:
                raise scope.fault(node, error.message, error) from error

        if arguments or previous is not None:
            return self.method(node, base, last, arguments, previous, held_type)

        def origins(frame: Frame, dot: object) -> tuple[Origin, ...]:
            return field_origins(root(frame, dot), names) if base.pure else ()

        def held(frame: Frame, dot: object) -> bool:
            return not base.pure or root(frame, dot) is not None

        run = reader_of(root, names, slow) if place is None else reader(None if of_dot else place.value, names, slow)
        return Expression(run, last, origins, held, base.pure)

    def method(
        self,
        node: Field | Chain | Variable,
        base: Expression,
        last: Node,
        arguments: Sequence[Operand],
        previous: Expression | None,
        held_type: Callable[[Frame], str | None],
    ) -> Expression:
        """A method that is given arguments; which one it is, is known when it is called."""
        scope = self.scope
        names, name = node.names[:-1], node.names[-1]
        compiled: tuple[Function, Expression] | None = None
        here = scope.here()

        def run(frame: Frame, dot: object) -> object:
            nonlocal compiled
            given = None if previous is None else previous.run(frame, dot)
            receiver = base.run(frame, dot)
            try:
                kept = held_type(frame)
                if names:
                    outer_kept = kept
                    receiver, kept = read_kept(receiver, names, lambda: outer_kept)
                function = methods_of(receiver).get(name)
                if function is None:
                    no_method(receiver, name, kept)
                    return None
            except NoField as error:
                raise scope.fault(last, str(error)) from None
            except TemplateFailure as error:
                raise scope.fault(node, error.message, error) from error
            final = None if previous is None else constant(given, previous.last)
            if compiled is None or compiled[0] is not function or final is not None:
                outer = scope.go_to(here)
                compiled = function, self.calling(function, last, node, arguments, final)
                scope.go_to(outer)
                frame.values.extend([None] * (scope.size - len(frame.values)))
            return compiled[1].run(frame, dot)

        return Expression(run, arguments[-1] if arguments else last, pure=False)

    # Arguments

    def argument(self, node: Operand, go_type: str) -> Expression:
        """A term that is given to a parameter of a type (``evalArg``)."""
        if isinstance(node, Nil):
            if takes_nil(go_type):
                return constant(zero(go_type), node)
            return self.failing(None, f"cannot assign nil to {go_type}", node)
        if isinstance(node, Bool | Number | String):
            return self.typed_constant(node, go_type)
        return self.checked(self.operand(node), go_type)

    def typed_constant(self, node: Bool | Number | String, go_type: str) -> Expression:
        """A constant that is given to a parameter of a type."""
        if go_type in (ANY, REFLECTED):
            return self.operand(node)
        if go_type == "string" and isinstance(node, String):
            return constant(self.scope.written(node), node)
        try:
            return constant(typed(node, go_type), node)
        except NotOfType as error:
            return self.failing(None, str(error), node)

    def checked(self, value: Expression, go_type: str) -> Expression:
        """A value that must be of a type (``validateType``)."""
        takes_it = takes(go_type)
        if takes_it is None:
            return value
        run = value.run
        mend = self.mender(value, go_type)

        def checked(frame: Frame, dot: object) -> object:
            found = run(frame, dot)
            return found if takes_it(found) else mend(frame, dot, found)

        return Expression(checked, value.last, value.origins, value.held, value.pure, value.rendered)

    def mender(
        self, value: Expression, go_type: str, after: Node | None = None
    ) -> Callable[[Frame, object, object], object]:
        """What makes of a value that a type does not take the one that it takes, or fails.

        ``after``: the node that was looked at last, if it is not the value's own.
        """
        scope = self.scope

        def mend(frame: Frame, dot: object, found: object) -> object:
            if found is None and not value.held(frame, dot):
                if takes_nil(go_type):
                    return zero(go_type)
                raise scope.fault(after or value.last, f"invalid value; expected {go_type}")
            got = ANY if found is None else type_name(found)
            raise scope.fault(after or value.last, f"wrong type for value; expected {go_type}; got {got}")

        return mend

    # Calls

    def call(
        self, node: Identifier, whole: Node, arguments: Sequence[Operand], previous: Expression | None
    ) -> Expression:
        """The call of a function by its name; ``whole``: the node that its failures are told of."""
        name = node.name
        function = self.scope.functions[name]
        if name in ("and", "or"):
            return self.short_circuit(function, node, arguments, previous)
        return self.calling(function, node, whole, arguments, previous)

    def calling(
        self,
        function: Function,
        node: Node,
        whole: Node,
        words: Sequence[Operand],
        previous: Expression | None,
    ) -> Expression:
        """The call of a function (``evalCall``)."""
        name = function.name
        try:
            kinds = types_of_arguments(function, len(words), piped=previous is not None)
        except WrongCount as error:
            return self.failing(previous, str(error), node)
        arguments = [self.argument(word, kind) for word, kind in zip(words, kinds, strict=False)]
        last = arguments[-1].last if arguments else node
        scope = self.scope

        def failed(error: Exception) -> ExecutionFault:
            message = error.message if isinstance(error, TemplateFailure) else str(error)
            return scope.fault(whole, f"error calling {name}: {message}", error)

        operands = arguments if previous is None else [*arguments, previous]
        piped = None
        if previous is not None:
            piped = Piped(previous.run, takes(kinds[-1]), self.mender(previous, kinds[-1], last))
        runs = [argument.run for argument in arguments]
        if name in IN_SPACE and isinstance(node, Identifier):
            run = in_space(IN_SPACE[name], gathering(runs, piped), operands[-1], failed)
            return Expression(run, last, pure=False, rendered=True)
        if name == "call" and isinstance(node, Identifier):
            run = refusing(scope, whole, str(words[0]) if words else None, gathering(runs, piped))
            return Expression(run, last, pure=False)
        if name == "len" and isinstance(node, Identifier) and operands[0].held is not by_itself:
            return Expression(length_of(operands[0], scope, whole), last, operands[0].origins, pure=False)
        cost = COSTS.get(name)
        if cost is None:
            run = calling(function.call, runs, piped, operands, failed)
        else:
            run = costly(function.call, gathering(runs, piped), operands, failed, cost)
        return Expression(
            run,
            last,
            origins_of_element(operands) if name in ("index", "get") else origins_of_all(operands),
            pure=False,
            rendered=any(operand.rendered for operand in operands),
        )

    def short_circuit(
        self, function: Function, node: Identifier, words: Sequence[Operand], previous: Expression | None
    ) -> Expression:
        """``and`` and ``or``, which evaluate no more than they need."""
        if not words and previous is None:
            return self.failing(None, f"wrong number of args for {function.name}: want at least 1 got 0", node)
        arguments = [self.argument(word, REFLECTED) for word in words]
        operands = arguments if previous is None else [*arguments, previous]
        run = short_circuit(
            [argument.run for argument in arguments], None if previous is None else previous.run, function.name == "or"
        )
        return Expression(
            run,
            arguments[-1].last if arguments else node,
            origins_of_all(operands),
            pure=False,
            rendered=any(operand.rendered for operand in operands),
        )
