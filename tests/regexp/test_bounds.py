"""No pattern takes for ever, whatever it is and whatever the text."""

from __future__ import annotations

import pytest

from kubelens import regexp
from kubelens.cel.evaluate import Unmodelled, program

EVIL = ["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(a*)*b", "(.*)(.*)(.*)(.*)(.*)x", "^(([a-z])+.)+[A-Z]$", "(a|b|ab)*c$"]


@pytest.mark.parametrize("pattern", EVIL)
def test_backtracking_for_ever_is_no_way(pattern: str) -> None:
    compiled = regexp.compile(pattern)
    assert not compiled.matches("a" * 5000 + "!")
    assert compiled.search("a" * 5000 + "!") is None
    assert program("self.find(pattern) == ''").evaluate({"self": "a" * 5000 + "!", "pattern": pattern}) is True


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a|aa)+$", "((a)|b)*"])
def test_groups_of_long_texts(pattern: str) -> None:
    match = regexp.compile(pattern).search("a" * 3000)
    assert match is not None
    assert match.span() == (0, 3000)
    assert match.span(1) == ((0, 3000) if pattern == "^(a+)+$" else (2998 + (pattern[1] == "("), 3000))


def test_what_would_take_too_much_is_told() -> None:
    large = regexp.compile("(" + "[ab][cd]?" * 120 + "){1000}x")
    with pytest.raises(regexp.TooMuch):
        large.matches("a" * 100)
    with pytest.raises(Unmodelled):
        program("self.matches(pattern)").evaluate({"self": "a" * 100, "pattern": large.pattern})


def test_deeply_nested_groups_are_read_and_run() -> None:
    deep = regexp.compile("(" * 990 + "a" + ")" * 990)
    match = deep.search("ba")
    assert match is not None
    assert match.span(990) == (1, 2)


def test_names_of_hosts_are_quick() -> None:
    pattern = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
    compiled = regexp.compile(pattern)
    for text, fits in [("a.b-c.example", True), ("a" * 63 + ".b", True), ("-a" * 20, False), ("a" * 40 + "..b", False)]:
        assert compiled.matches(text) is fits
