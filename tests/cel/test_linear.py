"""Patterns without going back: the same answers as Python's, in time that does not explode."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubelens.cel.evaluate import Unmodelled, program
from kubelens.cel.go_regexp import go_finds, go_pattern, linear_pattern
from kubelens.cel.linear import Linear, goes_back_often
from kubelens.cel.parse import CelSyntaxError

ATOMS = st.sampled_from(["a", "b", "[ab]", "[^a]", ".", r"\d", r"\w", "-", "1"])
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{2,}"])).map(lambda p: f"(?:{p[0]}){p[1]}"),
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda p: f"({'|'.join(p)})"),
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(
    PATTERNS, st.sampled_from(["", "^"]), st.sampled_from(["", r"\Z"]), st.sampled_from(["", "(?i)"]),
    st.text(alphabet="abAB1-\n", max_size=8),
)  # fmt: skip
def test_it_finds_what_python_finds(body: str, begin: str, end: str, flag: str, text: str) -> None:
    pattern = f"{flag}{begin}(?:{body}){end}"
    assert Linear(pattern).found_in(text) == (re.search(pattern, text, re.ASCII) is not None)


@pytest.mark.parametrize(
    ("pattern", "often"),
    [
        ("^[a-z]+$", False),
        ("^(foo|bar)-[0-9]{1,3}$", False),
        ("^(a+)+$", True),
        ("^(a|a)*$", True),
        (r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$", True),
        (".*.*.*.*x", True),
    ],
)
def test_which_patterns_may_take_long(pattern: str, often: bool) -> None:
    assert goes_back_often(pattern) is often


@pytest.mark.parametrize(
    "pattern", ["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(a*)*b", "(.*)(.*)(.*)(.*)(.*)x", "^(([a-z])+.)+[A-Z]$"]
)
def test_nothing_takes_for_ever(pattern: str) -> None:
    text = "a" * 5000 + "!"
    started = time.monotonic()
    assert go_finds(pattern, text) is False
    assert time.monotonic() - started < 30
    with pytest.raises(Unmodelled):
        program(f"self.find('{pattern}') == ''").evaluate({"self": text})


@pytest.mark.parametrize(
    ("text", "found"), [("a.b-c.example", True), ("a" * 63 + ".b", True), ("-a" * 20, False), ("a" * 40 + "..b", False)]
)
def test_names_are_read_as_before(text: str, found: bool) -> None:
    pattern = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
    assert linear_pattern(pattern) is not None
    compiled = go_pattern(pattern)
    assert compiled is not None
    assert go_finds(pattern, text) is found is (compiled.search(text) is not None)


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
    started = time.monotonic()
    with pytest.raises((Unmodelled, CelSyntaxError)):
        program(expression).evaluate({"self": list(range(300))})
    assert time.monotonic() - started < 60
