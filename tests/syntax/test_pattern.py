"""Patterns that are compiled on use behave as compiled ones."""

from __future__ import annotations

import re

import pytest

from kubelens.syntax.pattern import pattern


def test_a_pattern_answers_as_a_compiled_one() -> None:
    word = pattern(r"([a-z]+)-(\d+)", re.IGNORECASE)
    found = word.fullmatch("Node-12")
    assert found is not None and found.groups() == ("Node", "12")
    assert word.sub(r"\2-\1", "a-1 b-2") == "1-a 2-b"
    assert word.groups == 2 and word.flags & re.IGNORECASE
    assert pattern(rb"\s+").split(b"a b") == [b"a", b"b"]


def test_it_is_compiled_on_first_use_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    compile_it = re.compile

    def counting(text: str, flags: int = 0) -> re.Pattern[str]:
        compiled.append(text)
        return compile_it(text, flags)

    monkeypatch.setattr("kubelens.syntax.pattern.re.compile", counting)
    word = pattern("[a-z]+")
    assert not compiled
    assert word.match("a") and word.match("b") and word.search("1c")
    assert compiled == ["[a-z]+"]
