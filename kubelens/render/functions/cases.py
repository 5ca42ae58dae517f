"""Text in other letter cases (xstrings, ``convert.go``; goutils, ``wordutils.go``)."""

from __future__ import annotations

from enum import Enum, auto
from typing import Final

from kubelens.render.functions.family import Family
from kubelens.render.go.unicode import (
    SPACES,
    is_letter,
    is_lower,
    is_number,
    is_punctuation,
    is_title,
    is_upper,
    lower_rune,
    title_rune,
    upper_rune,
)
from kubelens.render.go.utf8 import repaired, to_bytes
from kubelens.render.limits import within_sight

CASES = Family()


class Word(Enum):
    """What a run of characters is made of."""

    NONE = auto()
    NUMBER = auto()
    UPPER = auto()
    LETTERS = auto()
    CONNECTOR = auto()
    PUNCTUATION = auto()
    OTHER = auto()


_SEPARATE: Final = frozenset({Word.CONNECTOR, Word.PUNCTUATION})


@CASES.function("snakecase", takes=("string",))
def snakecase(text: str) -> str:
    """``HTTPServer2xx`` as ``http_server_2xx``."""
    return _connected(text, "_")


@CASES.function("kebabcase", takes=("string",))
def kebabcase(text: str) -> str:
    """``HTTPServer2xx`` as ``http-server-2xx``."""
    return _connected(text, "-")


def _connected(text: str, connector: str) -> str:
    """Words in lower case with the connector between them (xstrings, ``camelCaseToLowerCase``).

    A number belongs to the word before it, unless small letters follow it: then it begins a word.
    """
    within_sight(text)
    words = [*_words(repaired(text)), (Word.NONE, "")]
    out: list[str] = []
    at = 0
    while at < len(words) - 2:
        kind, word = words[at]
        at += 1
        out.append(_lowered(kind, word, connector))
        if kind is Word.NUMBER:
            at = _with_letters(words, at, out)
            if words[at][0] not in _SEPARATE and words[at][0] is not Word.NONE:
                out.append(connector)
        elif kind not in _SEPARATE:
            at = _after_letters(words, at, out, connector)
    if at < len(words):
        out.append(_lowered(*words[at], connector))
    return "".join(out)


def _with_letters(words: list[tuple[Word, str]], at: int, out: list[str]) -> int:
    """Takes the small letters and digits that go on where a number ends."""
    while words[at][0] in (Word.LETTERS, Word.NUMBER):
        out.append(words[at][1])
        at += 1
    return at


def _after_letters(words: list[tuple[Word, str]], at: int, out: list[str], connector: str) -> int:
    """What stands between a word and the next one, and the number that belongs to either."""
    if words[at][0] is not Word.NUMBER:
        if words[at][0] not in _SEPARATE:
            out.append(connector)
        return at
    if words[at + 1][0] is Word.NONE:
        return at
    number = words[at][1]
    at += 1
    if words[at][0] is not Word.LETTERS:
        out.append(number)
        if words[at][0] not in _SEPARATE:
            out.append(connector)
        return at
    out.extend((connector, number))
    at = _with_letters(words, at, out)
    if words[at][0] not in _SEPARATE and words[at][0] is not Word.NONE:
        out.append(connector)
    return at


def _lowered(kind: Word, word: str, connector: str) -> str:
    if kind is Word.CONNECTOR:
        return connector * len(word)
    if kind is Word.UPPER:
        return "".join(lower_rune(character) if is_upper(character) else character for character in word)
    return word


def _words(text: str) -> list[tuple[Word, str]]:
    found = []
    at = 0
    while at < len(text):
        kind, end = _word_at(text, at)
        found.append((kind, text[at:end]))
        at = end
    return found


def _word_at(text: str, start: int) -> tuple[Word, int]:
    first = text[start]
    end = start + 1
    if _is_connector(first):
        while end < len(text) and _is_connector(text[end]):
            end += 1
        return Word.CONNECTOR, end
    if is_punctuation(first):
        while end < len(text) and is_punctuation(text[end]):
            end += 1
        return Word.PUNCTUATION, end
    if is_upper(first):
        return Word.UPPER, _capitals_end(text, end)
    if _is_alphabetic(first):
        return Word.LETTERS, _letters_end(text, end)
    if is_number(first):
        while end < len(text) and is_number(text[end]):
            end += 1
        return Word.NUMBER, end
    while end < len(text) and not (
        _is_connector(text[end]) or _is_alphabetic(text[end]) or is_number(text[end]) or is_punctuation(text[end])
    ):
        end += 1
    return Word.OTHER, end


def _capitals_end(text: str, end: int) -> int:
    """Where a word ends that begins with a capital: ``HTTPStatus`` is ``HTTP`` and ``Status``."""
    if end < len(text) and is_upper(text[end]):
        while end < len(text) and is_upper(text[end]):
            end += 1
        return end - 1 if end < len(text) and _is_alphabetic(text[end]) else end
    return _letters_end(text, end)


def _letters_end(text: str, end: int) -> int:
    while end < len(text) and _is_alphabetic(text[end]) and not is_upper(text[end]):
        end += 1
    return end


def _is_connector(character: str) -> bool:
    return character in "-_" or character in SPACES


def _is_alphabetic(character: str) -> bool:
    """A letter of a script that has words; the scripts of East Asia have none here."""
    if character <= "\x7f":
        return character.isalpha()
    code = ord(character)
    east_asian = 0x3034 <= code <= 0x30FF or 0x3400 <= code <= 0x4DFF or 0x4E00 <= code <= 0x9FFF
    return is_letter(character) and not east_asian and not 0x20000 <= code <= 0x2FA1F


@CASES.function("camelcase", takes=("string",))
def camelcase(text: str) -> str:
    """``http_server`` as ``HttpServer`` (xstrings, ``ToPascalCase``): connectors at the ends and double ones stay."""
    within_sight(text)
    text = repaired(text)
    start = 0
    while start < len(text) and _is_connector(text[start]):
        start += 1
    out = list(text[:start])
    if start == len(text):
        return "".join(out) + text[-1:]
    before = upper_rune(text[start])
    in_capitals = is_upper(text[start])
    for character in text[start + 1 :]:
        now = character
        if _is_connector(before):
            if _is_connector(now):
                out.append(before)
                continue
            in_capitals = is_upper(now)
            now = upper_rune(now)
        else:
            if in_capitals and is_upper(now):
                now = lower_rune(now)
            else:
                in_capitals = False
            out.append(before)
        before = now
    out.append(before)
    return "".join(out)


@CASES.function("untitle", takes=("string",))
def untitle(text: str) -> str:
    """The first letter of each word in lower case (goutils, ``Uncapitalize``)."""
    within_sight(text)
    out = []
    first = True
    for character in repaired(text):
        if character in SPACES:
            first = True
            out.append(character)
        else:
            out.append(lower_rune(character) if first else character)
            first = False
    return "".join(out)


@CASES.function("swapcase", takes=("string",))
def swapcase(text: str) -> str:
    """Upper case for lower case and the other way round, title case where a word begins (goutils, ``SwapCase``)."""
    within_sight(text)
    out = []
    begins = True
    for character in repaired(text):
        if is_upper(character) or is_title(character):
            out.append(lower_rune(character))
            begins = False
        elif is_lower(character):
            out.append(title_rune(character) if begins else upper_rune(character))
            begins = False
        else:
            out.append(character)
            begins = character in SPACES
    return "".join(out)


@CASES.function("initials", takes=("string",))
def initials(text: str) -> str:
    """The first byte of each word, taken for a character (goutils, ``Initials``)."""
    within_sight(text)
    out = []
    gap = True
    for byte in to_bytes(text):
        space = chr(byte) in SPACES
        if gap and not space:
            out.append(chr(byte))
        gap = space
    return "".join(out)
