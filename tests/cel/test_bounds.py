"""Expressions that a stranger wrote end in bounded steps and memory, and a number of any length is read or refused."""

from __future__ import annotations

import pytest

from kubelens.cel.check import expression_problem
from kubelens.cel.evaluate import program
from kubelens.cel.parse import CelTooLarge, parse_expression
from kubelens.cel.types import type_problem
from kubelens.cel.values import CelError, Unmodelled

NINES = "9" * 5000
ZEROS = "0" * 5000
TREE = "['a']" + ".map(x, [x, x])" * 40
MAPS = "[{'a': 'a'}]" + ".map(x, {'a': x, 'b': x})" * 40


@pytest.mark.parametrize(
    "text",
    [
        "self" + ".x" * 5000,
        "self" + ".?x" * 5000,
        "self" + "[0]" * 5000,
        "self" + ".size()" * 5000,
        "has(self" + ".x" * 5000 + ")",
        "(" * 50 + "self" + (".x" * 300 + "+1" * 300 + ")") * 50,
    ],
)
def test_a_tree_too_deep_is_refused_where_it_gets_so(text: str) -> None:
    with pytest.raises(CelTooLarge, match="nested too deep") as refused:
        parse_expression(text)
    assert 0 <= refused.value.offset <= len(text)
    assert expression_problem(text, frozenset({"self"}), boolean=True) == ""


def test_what_is_taken_is_not_too_deep_for_what_goes_over_it() -> None:
    text = "self" + ".x" * 325 + " == 1"
    assert expression_problem(text, frozenset({"self"}), boolean=True) == ""
    assert type_problem(parse_expression(text), {"self": "dyn"}, "bool") == ""


@pytest.mark.parametrize(
    "text",
    [
        "['a']" + ".map(x, x + x)" * 60,
        "[b'a']" + ".map(x, x + x)" * 60,
        "[['a']]" + ".map(x, x + x)" * 60,
        "['a']" + ".map(x, [x, x].join('b'))" * 60,
        "['a']" + ".map(x, '%s%s'.format([x, x]))" * 60,
        "['\"']" + ".map(x, strings.quote(x))" * 60,
        f"{TREE} == {TREE}",
        f"{MAPS} == {MAPS}",
        f"'%s'.format([{TREE}])",
        f"{TREE}.flatten(50)",
        "lists.range(100000).distinct()",
        "sets.contains(lists.range(100000), lists.range(100000))",
    ],
)
def test_values_that_grow_beyond_what_a_server_pays_for_are_not_made(text: str) -> None:
    with pytest.raises(Unmodelled):
        program(text).evaluate({})


@pytest.mark.parametrize(
    "text",
    [
        f"duration('{NINES}s')",
        "duration('١s')",
        f"int('{NINES}')",
        f"int('-{NINES}')",
        f"uint('{NINES}')",
        f"semver('{NINES}.1.1')",
        f"semver('1.1.1-{NINES}') < semver('1.1.1')",
        f"cidr('10.0.0.0/{NINES}')",
    ],
)
def test_numbers_that_fit_no_64_bits_are_errors(text: str) -> None:
    with pytest.raises(CelError):
        program(text).evaluate({})
    type_problem(parse_expression(text), {}, "")


@pytest.mark.parametrize(
    "text",
    [
        f"duration('{ZEROS}1s') == duration('1s')",
        f"duration('1.{ZEROS}s') == duration('1s')",
        "duration('1.5s') == duration('1500ms')",
        f"int('{ZEROS}12') == 12",
        f"int('-{ZEROS}12') == -12",
        "int('-9223372036854775808') + 1 < 0",
        "uint('18446744073709551615') == 18446744073709551615u",
        "timestamp('2020-01-01T00:00:00Z').getHours('+99:30') == 3",
        "timestamp('2020-01-01T00:00:00Z').getMinutes('-00:30') == 30",
        "semver('1.2.3-4') < semver('1.2.3-5')",
        "[1, [2, [3]]].flatten() == [1, 2, [3]]",
        "[1, [2, [3]]].flatten(2) == [1, 2, 3]",
        "'%s'.format([[1, {'b': 2, 'a': [3]}]]) == '[1, {a: [3], b: 2}]'",
        "[[1, 1], [1, 1]].distinct() == [[1, 1]]",
    ],
)
def test_what_fits_is_read_as_ever(text: str) -> None:
    assert program(text).evaluate({}) is True
