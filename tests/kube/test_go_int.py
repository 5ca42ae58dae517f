"""Whole numbers as Go reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubelens.kube.go_int import parse_int

RANGE = (-(2**63), 2**63 - 1)


@given(st.integers(min_value=-(2**70), max_value=2**70))
def test_numbers_of_64_bits_are_read_and_others_are_none(number: int) -> None:
    assert parse_int(str(number)) == (number if RANGE[0] <= number <= RANGE[1] else None)


@pytest.mark.parametrize(
    "text", ["", "+", "-", " 1", "1 ", "1_0", "0x1", "1.0", "٣", "²", "--1", "9" * 5000, "1" + "0" * 19]
)
def test_what_go_refuses(text: str) -> None:
    assert parse_int(text) is None


@pytest.mark.parametrize(("text", "number"), [("+5", 5), ("-0", 0), ("007", 7), ("0" * 5000 + "1", 1)])
def test_signs_and_leading_zeros(text: str, number: int) -> None:
    assert parse_int(text) == number
