"""What holds for any text: reading and evaluation end in a value or in an error of their own, and agree with cel-python."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kubelens.cel.check import expression_problem
from kubelens.cel.evaluate import CelError, Unmodelled, program
from kubelens.cel.operators import equal
from kubelens.cel.parse import CelSyntaxError, parse_expression
from kubelens.cel.types import type_problem

PIECES = st.sampled_from(
    "a b self 1 2u 1.5 'x' \"y\" true null ( ) [ ] { } . , : ? ?: ?. && || ! - + * / % == != < <= in has( .all(x, .map( "
    ".size() string( matches quantity( // \n ''' r' b' \\ ` 0x 1e .5 \ud800 é".split(" ")
)
NUMBERS = st.integers(-20, 20).map(str)
BOOLS = st.sampled_from(["true", "false"])


def _trees(leaves: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        both = st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "%"]), inner)
        return both.map(lambda parts: f"({parts[0]} {parts[1]} {parts[2]})")

    return st.recursive(leaves, grow, max_leaves=6)


ARITHMETIC = _trees(NUMBERS)
COMPARED = st.tuples(ARITHMETIC, st.sampled_from(["<", "<=", "==", "!=", ">", ">="]), ARITHMETIC).map(" ".join)
LOGIC = st.recursive(
    COMPARED | BOOLS,
    lambda inner: (
        st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})")
        | inner.map(lambda text: f"!({text})")
        | st.tuples(inner, inner, inner).map(lambda p: f"({p[0]} ? {p[1]} : {p[2]})")
    ),
    max_leaves=6,
)
QUANTIFIED = st.tuples(
    st.lists(st.integers(-5, 5)).map(str), st.sampled_from(["all", "exists", "exists_one"]), st.integers(-5, 5)
).map(lambda parts: f"{parts[0]}.{parts[1]}(x, 10 / (x - {parts[2]}) > 1)")


@example("b' \ud800 '")
@example("b'\ud800\\n\ud800'")
@example("'%x'.format(['\ud800'])")
@given(st.text(max_size=60) | st.lists(PIECES, max_size=12).map(" ".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    expression_problem(text, frozenset({"self"}), boolean=True)
    try:
        tree = parse_expression(text)
    except CelSyntaxError as error:
        assert 0 <= error.offset <= len(text)
        return
    type_problem(tree, {"self": "dyn"}, "")
    with contextlib.suppress(CelError, Unmodelled):
        program(text).evaluate({"self": {"a": 1}, "a": [1], "b": "x"})


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(CelSyntaxError, match="nested too deep"):
        parse_expression("(" * 5000 + "1" + ")" * 5000)
    long = " && ".join(["true"] * 300)
    assert program(long).evaluate({}) is True


def _peer(text: str) -> Any:
    """What cel-python says; an error is None."""
    import celpy

    environment = celpy.Environment()
    try:
        return environment.program(environment.compile(text)).evaluate({})
    except celpy.CELEvalError:
        return None


@settings(max_examples=60, deadline=None)
@given(ARITHMETIC | LOGIC | QUANTIFIED)
def test_values_are_those_of_cel_python(text: str) -> None:
    try:
        ours = program(text).evaluate({})
    except CelError:
        ours = None
    theirs = _peer(text)
    theirs = bool(theirs) if type(ours) is bool and theirs is not None else theirs
    assert (ours is None) == (theirs is None), text
    assert ours is None or equal(ours, type(ours)(theirs)), text
