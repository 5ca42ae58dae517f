"""Text with positions: sources, spans, lines, and reading bytes.

Offsets count code points. A line ends at LF, CR LF or CR, as in the language server protocol; U+2028 and
friends do not end a line here although they end one for Kubernetes' YAML reader.
"""

from __future__ import annotations

import codecs
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import Final

from msgspec import Struct

from kubelens.syntax.pattern import pattern

_LINE_END: Final = pattern(r"\r\n|\n|\r")
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Position(Struct, frozen=True, order=True, gc=False):
    """A place in a text: line and column, both from 0, columns in code points."""

    line: int
    column: int


class Span(Struct, frozen=True, order=True, array_like=True, gc=False):
    """A stretch of a text: offsets in code points, ``end`` not included."""

    start: int
    end: int


class Edit(Struct, frozen=True, gc=False):
    """Replace what a span covers by other text."""

    span: Span
    text: str


class Problem(Struct, frozen=True, gc=False):
    """Something about a text that could not be read, and where."""

    span: Span
    message: str
    kind: str = "syntax"
    began: int | None = None
    """Where what cannot be read began, such as a quote that is not closed, where the reader says so."""


class Source(Struct, frozen=True, dict=True):
    """One text and what it is called; ``version`` is the editor's counter, 0 for files on disk."""

    uri: str
    text: str
    version: int = 0
    bom: bool = False

    @cached_property
    def digest(self) -> str:
        """A hash of the text."""
        from hashlib import blake2b  # noqa: PLC0415 - most runs compare no digests

        return blake2b(self.text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    @cached_property
    def line_starts(self) -> list[int]:
        """The offset at which each line begins."""
        if "\r" in self.text:
            return [0, *(m.end() for m in _LINE_END.finditer(self.text))]
        lengths = [len(line) + 1 for line in self.text.split("\n")]
        lengths.pop()
        return list(accumulate(lengths, initial=0))

    def position(self, offset: int) -> Position:
        """The line and column of an offset; offsets past the end give the end."""
        if not 0 <= offset <= len(self.text):
            offset = min(max(offset, 0), len(self.text))
        starts = self.line_starts
        line = bisect_right(starts, offset) - 1
        return Position(line, offset - starts[line])

    def offset(self, position: Position) -> int:
        """The offset of a position; past the end of a line gives the line's end."""
        starts = self.line_starts
        if position.line >= len(starts):
            return len(self.text)
        return min(starts[position.line] + position.column, self.line_end(position.line))

    def line_end(self, line: int) -> int:
        """The offset at which a line's content ends, its line break left out."""
        starts = self.line_starts
        end = starts[line + 1] if line + 1 < len(starts) else len(self.text)
        while end > starts[line] and self.text[end - 1] in "\r\n":
            end -= 1
        return end

    def line_text(self, line: int) -> str:
        """A line's content, without its line break."""
        return self.text[self.line_starts[line] : self.line_end(line)] if line < len(self.line_starts) else ""

    def line_span(self, number: int) -> Span | None:
        """A line, counted from 1, without the blanks around it; None where there is no such line."""
        if not 1 <= number <= len(self.line_starts):
            return None
        line = self.line_text(number - 1)
        start = self.line_starts[number - 1] + len(line) - len(line.lstrip())
        return Span(start, start + len(line.strip()))


class UnreadableText(ValueError):
    """Bytes that hold no text. ``shown``: them with U+FFFD for what is none, ``offset``: where that is; "" for binary ones."""

    def __init__(self, message: str, shown: str = "", offset: int = 0) -> None:
        super().__init__(message)
        self.shown = shown
        self.offset = offset


def decode_bytes(data: bytes) -> tuple[str, bool]:
    """The text in bytes and whether a byte order mark went before it.

    Raises:
        UnreadableText: binary content, or bytes in no Unicode encoding.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decode(data[len(mark) :], encoding), True
    if b"\x00" in data[:8192]:
        if data[1:2] == b"\x00" and data[3:4] == b"\x00":
            return _decode(data, "utf-16-le"), False
        if data[:1] == b"\x00" and data[2:3] == b"\x00":
            return _decode(data, "utf-16-be"), False
        raise UnreadableText("is a binary file")
    return _decode(data, "utf-8"), False


def encode_like(text: str, data: bytes) -> bytes:
    """A text in the encoding of bytes that were read, with the byte order mark they have."""
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return mark + text.encode(encoding)
    if b"\x00" in data[:8192]:
        return text.encode("utf-16-be" if data[:1] == b"\x00" else "utf-16-le")
    return text.encode("utf-8")


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding)
        message = f"is not {encoding.upper()} text: {error.reason} at byte {error.start}"
        raise UnreadableText(message, data.decode(encoding, "replace"), len(before)) from None
