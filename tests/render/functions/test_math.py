"""Numbers: what is taken for one, and how Go counts with it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelens.render.go.function import TemplateFailure
from kubelens.render.go.types import Duration, type_name
from kubelens.render.origin import unknown_in
from tests.render.functions.calling import call


@pytest.mark.parametrize(
    ("name", "arguments", "result", "go_type"),
    [
        ("int", ("012",), 10, "int"),
        ("int", ("0x1F",), 31, "int"),
        ("int", ("08",), 0, "int"),
        ("int", ("4.0",), 4, "int"),
        ("int", ("4.9",), 0, "int"),
        ("int", (4.9,), 4, "int"),
        ("int", (1e300,), -(2**63), "int"),
        ("int", ([],), 0, "int"),
        ("int64", (True,), 1, "int64"),
        ("atoi", ("08",), 8, "int"),
        ("atoi", ("9223372036854775808",), 2**63 - 1, "int"),
        ("atoi", ("x",), 0, "int"),
        ("toDecimal", ("0777",), 511, "int64"),
        ("float64", ("1.50",), 1.5, "float64"),
        ("float64", ("x",), 0.0, "float64"),
        ("add", (1.9, "2", None), 3, "int64"),
        ("add", (2**63 - 1, 1), -(2**63), "int64"),
        ("sub", (1, 3), -2, "int64"),
        ("mul", (2, 3, 4), 24, "int64"),
        ("div", (-7, 2), -3, "int64"),
        ("mod", (-7, 2), -1, "int64"),
        ("max", (1, 2.9, "3"), 3, "int64"),
        ("minf", (1.5, "0.5"), 0.5, "float64"),
        ("addf", (0.1, 0.2), 0.3, "float64"),
        ("divf", (1, 3), 0.3333333333333333, "float64"),
        ("mulf", (1.1, 1.1), 1.21, "float64"),
        ("subf", (1.1, 1), 0.1, "float64"),
        ("round", (2.5, 0), 3.0, "float64"),
        ("round", (-2.5, 0), -3.0, "float64"),
        ("round", (123.555555, 3, 0.9), 123.555, "float64"),
        ("round", (7.0, 100), 7.0, "float64"),
        ("round", (7.0, 400), math.nan, "float64"),
        ("round", (1234.5, -2), 1200.0, "float64"),
        ("int", (Duration(5),), 0, "int"),
        ("floor", (-1.5,), -2.0, "float64"),
        ("ceil", (1.2,), 2.0, "float64"),
    ],
)
def test_results(name: str, arguments: tuple[object, ...], result: float, go_type: str) -> None:
    made = call(name, *arguments)
    assert made == result or (result != result and made != made)
    assert type_name(made) == go_type


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("div", (1, 0), "runtime error: integer divide by zero"),
        ("mod", (1, "x"), "runtime error: integer divide by zero"),
        ("divf", (1, 0), "decimal division by 0"),
    ],
)
def test_failures(name: str, arguments: tuple[object, ...], message: str) -> None:
    with pytest.raises(TemplateFailure) as failure:
        call(name, *arguments)
    assert failure.value.message == message


INT64 = st.integers(-(2**63), 2**63 - 1)


@settings(deadline=None, max_examples=60)
@given(INT64, INT64)
def test_sums_come_round_at_64_bits(one: int, other: int) -> None:
    made = call("add", one, other)
    assert isinstance(made, int)
    assert -(2**63) <= made < 2**63
    assert (made - one - other) % 2**64 == 0


@settings(deadline=None, max_examples=60)
@given(INT64, INT64.filter(bool))
def test_quotient_and_rest_make_the_whole(value: int, divisor: int) -> None:
    quotient, rest = call("div", value, divisor), call("mod", value, divisor)
    assert isinstance(quotient, int) and isinstance(rest, int)
    assert (quotient * divisor + rest - value) % 2**64 == 0
    assert abs(rest) < abs(divisor)
    assert rest == 0 or (rest < 0) == (value < 0)


def test_a_number_made_of_random_ones_is_unknown() -> None:
    digit = call("mod", call("atoi", call("randNumeric", 4)), 16)
    assert unknown_in(digit)
    assert type_name(digit) == "int64"
    assert unknown_in(call("add", 1, call("randInt", 1, 9)))
    assert not unknown_in(call("mod", call("atoi", "7"), 16))
