"""Text keeps where its characters were written through cuts and joins, and never makes it up."""

from __future__ import annotations

import copy

from hypothesis import given, settings
from hypothesis import strategies as st

from kubelens.render.origin import Origin, Sourced, Text, joined, origins_in, unknown_in

FILE = "values.yaml"


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=20), st.integers(0, 50), st.data())
def test_a_cut_of_written_text_is_where_it_was_written(text: str, start: int, data: st.DataObject) -> None:
    a = data.draw(st.integers(0, len(text)))
    b = data.draw(st.integers(a, len(text)))
    part = Text.written(text, FILE, start).cut(a, b)
    assert part == text[a:b]
    assert sum(piece.length for piece in part.pieces) == len(part)
    assert part.origins_of(0, len(part)) == ((Origin(FILE, start + a, start + b),) if a < b else ())


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(max_size=5), max_size=6), st.text(max_size=2))
def test_a_join_is_cut_into_what_was_joined(parts: list[str], separator: str) -> None:
    texts = [Text.written(part, str(index), 0) for index, part in enumerate(parts)]
    whole = joined(texts, separator)
    assert whole == separator.join(parts)
    at = 0
    for text in texts:
        assert whole.origins_of(at, at + len(text)) == text.origins_of(0, len(text))
        at += len(text) + len(separator)


def test_the_separator_has_its_own_origins() -> None:
    comma = Text.written(",", "t.yaml", 7)
    whole = joined(["a", Text.written("b", FILE, 3)], comma)
    assert whole.origins_at(0) == ()
    assert whole.origins_at(1) == (Origin("t.yaml", 7, 8),)
    assert whole.origins_at(2) == (Origin(FILE, 3, 4),)


def test_what_is_computed_comes_from_all_inputs() -> None:
    origin = Origin(FILE, 5, 6)
    number = Sourced({"port": 80, "name": Text.written("web", FILE, 9)}, {"port": origin})
    made = Text.derived("x", (number, "plain"))
    assert set(made.origins_at(0)) == {origin, Origin(FILE, 9, 12)}
    assert set(origins_in([number])) == {origin, Origin(FILE, 9, 12)}
    assert not made.unknown


def test_a_stand_in_stays_unknown() -> None:
    secret = Text.stand_in("Xyz")
    assert unknown_in({"a": [secret]})
    assert Text.derived("WHl6", (secret,)).unknown
    assert joined(["key: ", secret]).unknown
    assert not joined(["key: ", secret]).cut(0, 5).unknown


def test_a_list_that_holds_itself_is_looked_at_once() -> None:
    knot: list[object] = [Text.written("a", FILE, 0)]
    knot.append(knot)
    assert origins_in(knot) == (Origin(FILE, 0, 1),)


def test_a_copy_has_the_same_origins() -> None:
    text = Text.written("abc", FILE, 2)
    assert copy.deepcopy({"a": text})["a"].pieces == text.pieces
