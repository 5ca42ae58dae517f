"""JSON as Go reads it (encoding/json, ``Unmarshal``), and what it says of text that is none.

Its words changed when the package came to stand on encoding/json/v2: ``classic`` are those from before.
"""

from __future__ import annotations

import re
from typing import Final

from kubelens.render.go.strconv import quote
from kubelens.render.go.utf8 import repaired
from kubelens.syntax.pattern import pattern

_SPACE: Final = pattern(r"[ \t\r\n]*")
_PLAIN: Final = pattern(r'[^"\\\x00-\x1f]*')
_NUMBER: Final = pattern(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", re.ASCII)
_ESCAPES: Final = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_HEXADECIMAL: Final = frozenset("0123456789abcdefABCDEF")
_LITERALS: Final[dict[str, object]] = {"true": True, "false": False, "null": None}
_DEEPEST: Final = 10_000
_TRUSTED: Final = 150
"""Containers inside one another that are read here; deeper ones are refused like those that Go refuses."""


class NotReadable(ValueError):
    """Text that is no JSON; the message is Go's."""


def read_json(text: str, *, classic: bool = False) -> object:
    """The value: numbers are floats, of equal keys the last one counts. Raises ``NotReadable``."""
    reader = _Reader(text, classic)
    value = reader.value(0)
    reader.space()
    if reader.at < len(text):
        raise reader.unexpected("after top-level value")
    if reader.overflow:
        raise NotReadable(f"json: cannot unmarshal number {reader.overflow} into Go value of type float64")
    return value


def kind_of_json(value: object) -> str:
    """What encoding/json calls a value in its errors."""
    if isinstance(value, dict):
        return "object"
    if isinstance(value, list):
        return "array"
    if isinstance(value, str):
        return "string"
    return "bool" if isinstance(value, bool) else "number"


class _Reader:
    def __init__(self, text: str, classic: bool) -> None:
        self.text = text
        self.classic = classic
        self.at = 0
        self.overflow = ""

    def space(self) -> None:
        found = _SPACE.match(self.text, self.at)
        assert found is not None
        self.at = found.end()

    def unexpected(self, where: str, at: int | None = None) -> NotReadable:
        at = self.at if at is None else at
        if at >= len(self.text):
            return NotReadable("unexpected end of JSON input")
        return NotReadable(f"invalid character {self._shown(self.text[at])} {where}")

    def value(self, depth: int) -> object:
        self.space()
        character = self.text[self.at : self.at + 1]
        if character == '"':
            return self.string()
        if character == "{":
            return self._object(depth + 1)
        if character == "[":
            return self._array(depth + 1)
        if character == "-" or (character.isascii() and character.isdigit()):
            return self._number()
        for word, value in _LITERALS.items():
            if word[0] == character:
                return self._literal(word, value)
        raise self.unexpected("looking for beginning of value")

    def _literal(self, word: str, value: object) -> object:
        for offset in range(1, len(word)):
            if self.text[self.at + offset : self.at + offset + 1] != word[offset]:
                raise self.unexpected(f"in literal {word} (expecting '{word[offset]}')", self.at + offset)
        self.at += len(word)
        return value

    def _number(self) -> float:
        found = _NUMBER.match(self.text, self.at)
        if found is None:
            raise self.unexpected("in numeric literal", self.at + 1)
        digits, end = found[0], found.end()
        after = self.text[end : end + 1]
        if after == "." and not set(digits) & set(".eE"):
            raise self.unexpected(self._in_number("after decimal point in "), end + 1)
        if after in ("e", "E") and not set(digits) & set("eE"):
            signed = self.text[end + 1 : end + 2] in ("+", "-")
            raise self.unexpected(self._in_number("in exponent of "), end + 1 + signed)
        self.at = end
        number = float(digits)
        if number in (float("inf"), float("-inf")):
            self.overflow = self.overflow or digits
        return number

    def _in_number(self, classic: str) -> str:
        return (classic if self.classic else "in ") + "numeric literal"

    def _shown(self, character: str) -> str:
        """The character, of which the older words show the first byte only (``quoteChar``)."""
        if character == "'":
            return "'\\''"
        if character == '"':
            return "'\"'"
        if "\udc80" <= character <= "\udcff":
            return f"'\\x{ord(character) - 0xDC00:02x}'"
        byte = chr(character.encode()[0]) if self.classic else character
        return f"'{quote(byte)[1:-1]}'"

    def _object(self, depth: int) -> dict[str, object]:
        self._deeper(depth)
        made: dict[str, object] = {}
        self.at += 1
        self.space()
        if self.text.startswith("}", self.at):
            self.at += 1
            return made
        while True:
            self.space()
            if not self.text.startswith('"', self.at):
                raise self.unexpected("looking for beginning of object key string")
            key = self.string()
            self.space()
            if not self.text.startswith(":", self.at):
                raise self.unexpected("after object key")
            self.at += 1
            made[key] = self.value(depth)
            self.space()
            if not self._goes_on("}", "after object key:value pair"):
                return made

    def _array(self, depth: int) -> list[object]:
        self._deeper(depth)
        made: list[object] = []
        self.at += 1
        self.space()
        if self.text.startswith("]", self.at):
            self.at += 1
            return made
        while True:
            made.append(self.value(depth))
            self.space()
            if not self._goes_on("]", "after array element"):
                return made

    def _goes_on(self, end: str, where: str) -> bool:
        character = self.text[self.at : self.at + 1]
        if character not in (",", end):
            raise self.unexpected(where)
        self.at += 1
        return character == ","

    def _deeper(self, depth: int) -> None:
        if depth > min(_DEEPEST, _TRUSTED):
            raise NotReadable("exceeded max depth")

    def string(self) -> str:
        parts: list[str] = []
        self.at += 1
        while True:
            found = _PLAIN.match(self.text, self.at)
            assert found is not None
            parts.append(found[0])
            self.at = found.end()
            character = self.text[self.at : self.at + 1]
            if character == '"':
                self.at += 1
                return repaired("".join(parts))
            if character != "\\":
                raise self.unexpected("in string literal" if self.classic else "in string")
            parts.append(self._escape())

    def _escape(self) -> str:
        letter = self.text[self.at + 1 : self.at + 2]
        if letter == "u":
            return self._unicode()
        if letter not in _ESCAPES or not letter:
            if self.classic or not letter:
                raise self.unexpected("in string escape code", self.at + 1)
            raise self._bad_escape(self.at + 2)
        self.at += 2
        return _ESCAPES[letter]

    def _bad_escape(self, end: int) -> NotReadable:
        sequence = self.text[self.at : end]
        plain = sequence.isprintable() and not set(sequence) & set("` ")
        return NotReadable(f"invalid escape sequence {f'`{sequence}`' if plain else quote(sequence)} in string")

    def _unicode(self) -> str:
        for offset in range(2, 6):
            if self.text[self.at + offset : self.at + offset + 1] not in _HEXADECIMAL:
                if self.classic or self.at + offset >= len(self.text):
                    raise self.unexpected("in \\u hexadecimal character escape", self.at + offset)
                raise self._bad_escape(self.at + 6)
        code = int(self.text[self.at + 2 : self.at + 6], 16)
        self.at += 6
        if not 0xD800 <= code <= 0xDFFF:
            return chr(code)
        rest = self.text[self.at : self.at + 6]
        if code < 0xDC00 and rest.startswith("\\u") and len(rest) == 6 and set(rest[2:]) <= _HEXADECIMAL:
            low = int(rest[2:], 16)
            if 0xDC00 <= low <= 0xDFFF:
                self.at += 6
                return chr(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00))
        return "\ufffd"
