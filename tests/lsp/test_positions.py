"""Edits and positions in every unit a client may count in, with line ends and characters of every kind."""

from __future__ import annotations

import random

import pytest
from kubelens_lsp.convert import UTF8, UTF16, UTF32, changed_text, key_of, to_offset, to_position, to_range, uri_of
from lsprotocol import types

from kubelens.syntax.text import Source, Span

TEXT = "a: é😀\r\nb: \u2028x\x85y\x0cz\n\rc: 𝒳\r\n\n"
"""A line of YAML ends at CR LF, LF or CR; the separators between x, y and z are characters like others here."""


@pytest.mark.parametrize("encoding", [UTF8, UTF16, UTF32])
def test_every_offset_comes_back(encoding: str) -> None:
    source = Source("a", TEXT)
    for offset in range(len(TEXT) + 1):
        if TEXT[offset - 1 : offset + 1] != "\r\n":
            assert to_offset(source, to_position(source, offset, encoding), encoding) == offset


@pytest.mark.parametrize("encoding", [UTF8, UTF16, UTF32])
def test_edits_lead_to_the_text_the_client_has(encoding: str) -> None:
    chance = random.Random(encoding)  # noqa: S311 - no secret
    text = TEXT
    for _ in range(500):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.choice((0, 1, 3)))
        if any(text[at - 1 : at + 1] == "\r\n" for at in (start, end)):
            continue
        source = Source("a", text)
        piece = chance.choice(("", "é", "😀", "\u2028", "\x85", "\x0c", "\n", "k: v\r\n"))
        change = types.TextDocumentContentChangePartial(to_range(source, Span(start, end), encoding), piece)
        text = text[:start] + piece + text[end:]
        assert changed_text(source, change, encoding) == text


@pytest.mark.parametrize(
    "uri", ["untitled:Untitled-1", "file:///tmp/a.yaml", "file:///tmp/sp%20ace/%C3%A9%23%25.yaml", "git:/a.yaml?x"]
)
def test_addresses_come_back(uri: str) -> None:
    assert uri_of(key_of(uri)) == uri
