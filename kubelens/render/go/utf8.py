"""Text as the bytes that Go counts and cuts. A byte that is no UTF-8 is a lone surrogate (``surrogateescape``)."""

from __future__ import annotations

from typing import Final

from kubelens.render.origin import Text
from kubelens.syntax.pattern import pattern

_BROKEN: Final = pattern("[\udc80-\udcff]")
"""A byte that is no UTF-8."""


def to_bytes(text: str) -> bytes:
    """The bytes of the text."""
    return text.encode("utf-8", "surrogateescape")


def from_bytes(data: bytes) -> str:
    """The text of the bytes, whatever they are."""
    return data.decode("utf-8", "surrogateescape")


def byte_length(text: str) -> int:
    """What Go's ``len`` gives."""
    return len(text) if text.isascii() else len(to_bytes(text))


def byte_cut(text: str, start: int, end: int) -> str:
    """The bytes from ``start`` to ``end`` as text, which may cut a character in two; origins are kept."""
    if text.isascii():
        return text.cut(start, end) if type(text) is Text else text[start:end]
    data = to_bytes(text)
    made = from_bytes(data[start:end])
    if type(text) is not Text:
        return made
    first = len(from_bytes(data[:start]))
    if text[first : first + len(made)] == made:
        return text.cut(first, first + len(made))
    return Text.derived(made, (text,))


def repaired(text: str) -> str:
    """The text with U+FFFD for each byte that is no UTF-8, as Go reads it rune by rune."""
    if text.isascii():
        return text
    return _BROKEN.sub("\ufffd", text)
