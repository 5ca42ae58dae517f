"""Between the engine's offsets and the protocol's positions, in the units the client asked for."""

from __future__ import annotations

import re
from typing import Final

from lsprotocol import types
from pygls import uris

from kubelens.syntax.text import Position, Source, Span

UTF8, UTF16, UTF32 = "utf-8", "utf-16", "utf-32"
_NO_FILE: Final = re.compile(r"(?!file:)[A-Za-z][A-Za-z0-9+.-]+:")


def key_of(uri: str) -> str:
    """What the engine calls a file: its path without the leading slash; a buffer that is no file by its address."""
    if _NO_FILE.match(uri):
        return uri
    path = uris.to_fs_path(uri) or uri
    return path.replace("\\", "/").lstrip("/")


def uri_of(key: str) -> str:
    """The address of a file or buffer the engine knows by ``key``."""
    if _NO_FILE.match(key):
        return key
    return uris.from_fs_path("/" + key) or key


def units(text: str, encoding: str) -> int:
    """How long a text is in a client's units."""
    if encoding == UTF32:
        return len(text)
    if encoding == UTF8:
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text) + sum(1 for c in text if ord(c) > 0xFFFF)


def to_position(source: Source, offset: int, encoding: str) -> types.Position:
    """An offset as the client counts."""
    position = source.position(offset)
    if encoding == UTF32:
        return types.Position(position.line, position.column)
    return types.Position(position.line, units(source.line_text(position.line)[: position.column], encoding))


def to_range(source: Source, span: Span, encoding: str) -> types.Range:
    """A span as the client counts."""
    return types.Range(to_position(source, span.start, encoding), to_position(source, span.end, encoding))


def to_offset(source: Source, position: types.Position, encoding: str) -> int:
    """A client's position as an offset; positions outside the text give its nearest place."""
    line = max(0, min(position.line, len(source.line_starts) - 1))
    if line != position.line:
        return len(source.text) if position.line > line else 0
    text = source.line_text(line)
    if encoding == UTF32:
        return source.offset(Position(line, position.character))
    count = 0
    for column, character in enumerate(text):
        if count >= position.character:
            return source.line_starts[line] + column
        count += units(character, encoding)
    return source.line_starts[line] + len(text)


def changed_text(source: Source, change: types.TextDocumentContentChangeEvent, encoding: str) -> str:
    """The text after one change of a client; a range that begins after its end is taken the other way round."""
    if not isinstance(change, types.TextDocumentContentChangePartial):
        return change.text
    start, end = sorted(to_offset(source, at, encoding) for at in (change.range.start, change.range.end))
    return source.text[:start] + change.text + source.text[end:]
