"""Offsets and the three kinds of columns, there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kubelens_lsp.convert import UTF8, UTF16, UTF32, key_of, to_offset, to_position, to_range, units, uri_of
from lsprotocol import types

from kubelens.syntax.text import Source, Span

TEXTS = st.text(alphabet=st.one_of(st.sampled_from("ab: \n\r\té😀\u2028"), st.characters(exclude_categories=["Cs"])))
ENCODINGS = st.sampled_from([UTF8, UTF16, UTF32])


def reachable(source: Source) -> list[int]:
    """Offsets a client can name: not between the CR and the LF of one line break."""
    return [i for i in range(len(source.text) + 1) if source.text[i - 1 : i + 1] != "\r\n" or i == 0]


@given(TEXTS, ENCODINGS, st.data())
def test_there_and_back(text: str, encoding: str, data: st.DataObject) -> None:
    source = Source("a.yaml", text)
    offset = data.draw(st.sampled_from(reachable(source)))
    assert to_offset(source, to_position(source, offset, encoding), encoding) == offset


@given(TEXTS, ENCODINGS, st.data())
def test_later_offsets_are_later_positions(text: str, encoding: str, data: st.DataObject) -> None:
    source = Source("a.yaml", text)
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    found = to_range(source, Span(start, end), encoding)
    assert (found.start.line, found.start.character) <= (found.end.line, found.end.character)


@given(TEXTS, ENCODINGS, st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1))
def test_every_position_is_somewhere(text: str, encoding: str, line: int, character: int) -> None:
    offset = to_offset(Source("a.yaml", text), types.Position(line, character), encoding)
    assert 0 <= offset <= len(text)


@given(TEXTS)
def test_units_are_the_codecs(text: str) -> None:
    assert units(text, UTF8) == len(text.encode())
    assert units(text, UTF16) == len(text.encode("utf-16-le")) // 2
    assert units(text, UTF32) == len(text)


def test_the_three_counts_differ() -> None:
    source = Source("a.yaml", "é😀: x")
    assert [to_position(source, 2, e).character for e in (UTF8, UTF16, UTF32)] == [6, 3, 2]


@pytest.mark.parametrize("uri", ["file:///a/b%20c.yaml", "file:///caf%C3%A9/x.yaml"])
def test_addresses_there_and_back(uri: str) -> None:
    assert uri_of(key_of(uri)) == uri
