"""Calls of functions as closures: arguments first, then what was piped, then the call (text/template, ``evalCall``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, cast

import msgspec

from kubelens.render.go.function import TemplateFailure
from kubelens.render.go.types import type_name
from kubelens.render.origin import Origin, Text
from kubelens.render.template.builtins.indexing import length
from kubelens.render.template.costs import Cost
from kubelens.render.template.expression import SCALARS, Expression, nowhere
from kubelens.render.template.faults import ExecutionFault
from kubelens.render.template.frame import Frame, Value
from kubelens.render.template.nodes import Node
from kubelens.render.template.scope import Scope
from kubelens.render.template.space import Space

Failed = Callable[[Exception], ExecutionFault]
"""Makes of what a function raised the failure of its call."""
Mend = Callable[[Frame, object, object], object]
"""Makes of a value of the wrong type the right one, or fails."""
Gather = Callable[[Frame, object], list[object]]
"""Evaluates all arguments."""
Finish = Callable[[Frame, object, object, Sequence[object]], object]
"""Makes of what a function gave, and its arguments, the value of the call."""
InSpace = Callable[[Space, str, object, tuple[Origin, ...]], Text]

_MOST_PIECES: Final = 50_000
"""A text of more pieces comes as a whole from all their places."""
_LARGE: Final = 1024
"""Results from this length on are counted as work."""


class Piped(msgspec.Struct, frozen=True, eq=False):
    """The value of the command before, as the last argument: what gives it, and what holds it against its type."""

    run: Value
    takes: Callable[[object], bool] | None
    mend: Mend

    def fit(self, frame: Frame, dot: object, value: object) -> object:
        """The value as the parameter takes it."""
        return value if self.takes is None or self.takes(value) else self.mend(frame, dot, value)


def gathering(runs: Sequence[Value], piped: Piped | None) -> Gather:
    """What evaluates all arguments."""

    def gather(frame: Frame, dot: object) -> list[object]:
        return [run(frame, dot) for run in runs]

    if piped is None:
        return gather

    def gather_piped(frame: Frame, dot: object) -> list[object]:
        last = piped.run(frame, dot)
        return [*[run(frame, dot) for run in runs], piped.fit(frame, dot, last)]

    return gather_piped


def calling(
    call: Callable[..., object],
    runs: Sequence[Value],
    piped: Piped | None,
    operands: Sequence[Expression],
    failed: Failed,
) -> Value:
    """The call of a function: ``runs`` and ``piped`` give its arguments, ``operands`` knows where these were written."""
    finish = _finishing(operands)

    if piped is None and len(runs) == 1:
        first = runs[0]

        def one(frame: Frame, dot: object) -> object:
            given = first(frame, dot)
            try:
                result = call(given)
            except TemplateFailure as error:
                raise failed(error) from error
            if type(result) in _READY:
                return result
            return finish(frame, dot, result, (given,))

        return one

    if piped is None and len(runs) == 2:
        first, second = runs

        def two(frame: Frame, dot: object) -> object:
            given = first(frame, dot)
            other = second(frame, dot)
            try:
                result = call(given, other)
            except TemplateFailure as error:
                raise failed(error) from error
            if type(result) in _READY:
                return result
            return finish(frame, dot, result, (given, other))

        return two

    if piped is not None and not runs:
        before, fit = piped.run, piped.fit

        def one_piped(frame: Frame, dot: object) -> object:
            given = fit(frame, dot, before(frame, dot))
            try:
                result = call(given)
            except TemplateFailure as error:
                raise failed(error) from error
            if type(result) in _READY:
                return result
            return finish(frame, dot, result, (given,))

        return one_piped

    if piped is not None and len(runs) == 1:
        before, fit, first = piped.run, piped.fit, runs[0]

        def two_piped(frame: Frame, dot: object) -> object:
            last = before(frame, dot)
            given = first(frame, dot)
            last = fit(frame, dot, last)
            try:
                result = call(given, last)
            except TemplateFailure as error:
                raise failed(error) from error
            if type(result) in _READY:
                return result
            return finish(frame, dot, result, (given, last))

        return two_piped

    gather = gathering(runs, piped)

    def many(frame: Frame, dot: object) -> object:
        given = gather(frame, dot)
        try:
            result = call(*given)
        except TemplateFailure as error:
            raise failed(error) from error
        if type(result) in _READY:
            return result
        return finish(frame, dot, result, given)

    return many


def costly(
    call: Callable[..., object], gather: Gather, operands: Sequence[Expression], failed: Failed, cost: Cost
) -> Value:
    """The call of a function that takes the longer the more it is given."""
    finish = _finishing(operands)

    def run(frame: Frame, dot: object) -> object:
        given = gather(frame, dot)
        frame.space.usage.step(cost.of(given))
        try:
            result = call(*given)
        except TemplateFailure as error:
            raise failed(error) from error
        return result if type(result) in _READY else finish(frame, dot, result, given)

    return run


_PIECES: Final = 4
"""Pieces of a text that cost a step where all their origins are gone through."""
_READY: Final = frozenset({bool, int, float, type(None)})
"""The classes of results that need no further care."""


def _finishing(operands: Sequence[Expression]) -> Finish:
    """What gives a text that forgot where it comes from the origins of all arguments, and counts large results."""
    sources = [(index, operand.origins) for index, operand in enumerate(operands) if operand.origins is not nowhere]

    def finish(frame: Frame, dot: object, result: object, given: Sequence[object]) -> object:
        if isinstance(result, str | list) and len(result) > _LARGE:
            frame.space.charge(result)
        if type(result) is Text and len(result.pieces) > _MOST_PIECES:
            return Text.derived(result, [result])
        if type(result) is str or (type(result) is Text and result and not result.pieces):
            inputs = list(given)
            frame.space.usage.step(sum(len(one.pieces) for one in inputs if type(one) is Text) // _PIECES)
            for index, origins in sources:
                if type(given[index]) in SCALARS:
                    inputs.extend(origins(frame, dot))
            return Text.derived(result, inputs)
        return result

    return finish


def in_space(
    method: InSpace,
    gather: Gather,
    data: Expression,
    failed: Failed,
) -> Value:
    """The call of ``include`` or ``tpl``: of a template, with what it takes as dot."""

    def run(frame: Frame, dot: object) -> object:
        text, value = gather(frame, dot)
        origins = data.origins(frame, dot) if type(value) in SCALARS else ()
        try:
            return method(frame.space, cast("str", text), value, origins)
        except (TemplateFailure, ExecutionFault) as error:
            raise failed(error) from error

    return run


IN_SPACE: Final[dict[str, InSpace]] = {"include": Space.include, "tpl": Space.tpl}
"""The functions that need the templates they are called among."""


def short_circuit(runs: Sequence[Value], piped: Value | None, stop: bool) -> Value:
    """``and`` and ``or``: the first value whose truth is ``stop``, or the last one."""
    if piped is not None:
        before = piped

        def with_last(frame: Frame, dot: object) -> object:
            last = before(frame, dot)
            for run in runs:
                value = run(frame, dot)
                if bool(value) is stop:
                    return value
            return last

        return with_last

    def without(frame: Frame, dot: object) -> object:
        value: object = None
        for run in runs:
            value = run(frame, dot)
            if bool(value) is stop:
                return value
        return value

    return without


def length_of(value: Expression, scope: Scope, whole: Node) -> Value:
    """``len``, which fails otherwise for a nil that something holds than for no value."""
    run, held = value.run, value.held

    def walk(frame: Frame, dot: object) -> object:
        found = run(frame, dot)
        try:
            return length(found)
        except TemplateFailure as error:
            nil = found is None and held(frame, dot)
            cause = TemplateFailure("len of nil pointer") if nil else error
            raise scope.fault(whole, f"error calling len: {cause.message}", cause) from error

    return walk


def refusing(scope: Scope, whole: Node, callee: str | None, gather: Gather) -> Value:
    """``call``: no value of a chart is a function. ``callee``: how it is written, None for what was piped."""

    def run(frame: Frame, dot: object) -> object:
        value = gather(frame, dot)[0]
        name = callee
        if name is None:
            name = value if isinstance(value, str) else f"<{type_name(value)} Value>"
        why = "call of nil" if value is None else f"non-function {name} of type {type_name(value)}"
        raise scope.fault(whole, f"error calling call: {why}", TemplateFailure(why))

    return run
