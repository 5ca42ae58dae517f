"""Expressions that would cost too much are given up."""

from __future__ import annotations

import pytest

from kubelens.cel.evaluate import Unmodelled, program
from kubelens.cel.parse import CelSyntaxError


@pytest.mark.parametrize(
    "expression",
    [
        "self.all(a, self.all(b, self.all(c, self.all(d, a + b + c + d >= 0))))",
        "lists.range(1000000000000).size() > 0",
        "'a'.replace('a', " + "'aaaaaaaaaa'.replace('a', " * 12 + "'aaaaaaaaaa'" + ")" * 13 + ".size() > 1",
        "1 + " * 20_000 + "1 == 3",
        "true && " * 5_000 + "true",
        "(" * 5_000 + "true" + ")" * 5_000,
        "[0].map(x, " * 150 + "1" + ")" * 150 + " == 1",
    ],
)
def test_expressions_that_would_cost_too_much_are_given_up(expression: str) -> None:
    with pytest.raises((Unmodelled, CelSyntaxError)):
        program(expression).evaluate({"self": list(range(300))})
