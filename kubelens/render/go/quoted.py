"""Quoted text and characters as Go's strconv reads them."""

from __future__ import annotations

from typing import Final

from kubelens.syntax.pattern import pattern

_SIMPLE: Final = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\\": "\\",
    "'": "'",
    '"': '"',
}
_ESCAPE: Final = pattern(
    r"\\(?:([abfnrtv\\'\"])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))",
)


class InvalidQuoting(ValueError):
    """Text that is not quoted as Go quotes: ``strconv.ErrSyntax``."""

    def __init__(self) -> None:
        super().__init__("invalid syntax")


def unquote(text: str) -> str:
    """What a string between double quotes or backquotes stands for (``strconv.Unquote``); raises ``InvalidQuoting``."""
    mark, body = text[:1], text[1:-1]
    if len(text) < 2 or mark not in ('"', "`") or text[-1] != mark:
        raise InvalidQuoting
    if mark == "`":
        if "`" in body:
            raise InvalidQuoting
        return body.replace("\r", "")
    if "\n" in body:
        raise InvalidQuoting
    if "\\" not in body:
        if mark in body:
            raise InvalidQuoting
        return body
    return _unescaped(body, mark)


def _unescaped(body: str, mark: str) -> str:
    raw = bytearray()
    at = 0
    while at < len(body):
        if body[at] == mark:
            raise InvalidQuoting
        if body[at] != "\\":
            raw += body[at].encode("utf-8", "surrogateescape")
            at += 1
            continue
        written, at = _escape(body, at, mark)
        raw += written
    return raw.decode("utf-8", "surrogateescape")


def _escape(body: str, at: int, mark: str) -> tuple[bytes, int]:
    """What the escape at ``at`` stands for, as bytes, and where it ends."""
    match = _ESCAPE.match(body, at)
    if match is None:
        raise InvalidQuoting
    simple, byte, short, long, octal = match.groups()
    if simple:
        if simple in "'\"" and simple != mark:
            raise InvalidQuoting
        return _SIMPLE[simple].encode(), match.end()
    if byte:
        return bytes([int(byte, 16)]), match.end()
    if octal:
        value = int(octal, 8)
        if value > 255:
            raise InvalidQuoting
        return bytes([value]), match.end()
    code = int(short or long, 16)
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise InvalidQuoting
    return chr(code).encode(), match.end()


def unquote_character(text: str) -> tuple[int, str]:
    """The code of the first character after the opening ``'``, and what follows it (``strconv.UnquoteChar``).

    Raises ``InvalidQuoting``.
    """
    body = text[1:]
    if not body or body[0] == "'":
        raise InvalidQuoting
    if body[0] != "\\":
        code = ord(body[0])
        return 0xFFFD if 0xDC80 <= code <= 0xDCFF else code, body[1:]
    match = _ESCAPE.match(body)
    if match is None:
        raise InvalidQuoting
    byte, octal = match.group(2), match.group(5)
    if byte or octal:
        value = int(byte, 16) if byte else int(octal, 8)
        if value > 255:
            raise InvalidQuoting
        return value, body[match.end() :]
    written, end = _escape(body, 0, "'")
    return ord(written.decode()), body[end:]
