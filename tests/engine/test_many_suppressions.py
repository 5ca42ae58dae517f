"""Thousands of requests in one file cost what they are long, and each covers what stands below it."""

from __future__ import annotations

import pytest

from kubelens.engine.suppression import comment_suppressions
from kubelens.syntax.parse import parse_source
from kubelens.syntax.text import Source

OBJECT = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"


def test_each_line_below_comments_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    line_text = Source.line_text
    monkeypatch.setattr(Source, "line_text", lambda source, line: (looked.append(line), line_text(source, line))[1])
    source = Source(
        "a.yaml", OBJECT + "# kubelens: ignore[x]\n\n" * 300 + "data: {a: b}\n" + "# kubelens: ignore[y]\n" * 300
    )
    found = list(comment_suppressions(source, tuple(parse_source(source)[0])))
    assert len(found) == 600
    assert len(looked) <= 2 * len(source.line_starts)
    assert {source.text[one.covers.start : one.covers.end] for one in found} == {"data: {a: b}", ""}


def test_comments_at_the_end_of_a_line_cover_that_line_and_others_the_next() -> None:
    text = (
        OBJECT
        + "data:\n  # kubelens: ignore[x]\n\n  # of old\n  a: b # kubelens: ignore[y]\n  # kubelens: ignore[z]\n  c: d\n"
    )
    source = Source("a.yaml", text)
    found = {one.rules: one.covers for one in comment_suppressions(source, tuple(parse_source(source)[0]))}
    covered = {rules[0]: text[span.start : span.end].strip()[:4] for rules, span in found.items()}
    assert covered == {"x": "a: b", "y": "a: b", "z": "c: d"}
