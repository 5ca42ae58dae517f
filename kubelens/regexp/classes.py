"""Sets of characters as patterns write them: ``[a-z]``, ``[[:alpha:]]``, ``\\d``, ``\\pL``, ``\\x{10FFFF}``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kubelens.regexp import unicode
from kubelens.regexp.charset import LAST, Ranges, folded, negated, of, union
from kubelens.regexp.errors import RegexpError

_PERL: Final[Mapping[str, Ranges]] = {
    "d": of("0-9"), "s": of("\t-\n\f-\r "), "w": of("0-9A-Z_a-z"),
    "D": negated(of("0-9")), "S": negated(of("\t-\n\f-\r ")), "W": negated(of("0-9A-Z_a-z")),
}  # fmt: skip
_POSIX: Final[Mapping[str, Ranges]] = {
    "alnum": of("0-9A-Za-z"), "alpha": of("A-Za-z"), "ascii": of("\0-\x7f"), "blank": of("\t "),
    "cntrl": of("\0-\x1f\x7f"), "digit": of("0-9"), "graph": of("!-~"), "lower": of("a-z"), "print": of(" -~"),
    "punct": of("!-/:-@[-`{-~"), "space": of("\t-\r "), "upper": of("A-Z"), "word": of("0-9A-Z_a-z"),
    "xdigit": of("0-9A-Fa-f"),
}  # fmt: skip
_CONTROLS: Final = {"a": 7, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_HEXADECIMAL: Final = frozenset("0123456789abcdefABCDEF")
_OCTAL: Final = frozenset("01234567")


def bracketed(text: str, start: int, *, fold: bool) -> tuple[Ranges, int]:
    """The set that a ``[`` begins, and where the text goes on; raises ``RegexpError``."""
    position = start + 1
    negative = text.startswith("^", position)
    position += negative
    found: list[tuple[int, int]] = []
    first = position
    while position == first or not text.startswith("]", position):
        named = _posix(text, position, fold=fold) or escaped_class(text, position, fold=fold)
        if named is not None:
            members, position = named
            found += members
            continue
        begin = position
        low, position = _member(text, position, start)
        high = low
        if text.startswith("-", position) and position + 1 < len(text) and text[position + 1] != "]":
            high, position = _member(text, position + 1, start)
            if high < low:
                raise RegexpError("invalid character class range", text[begin:position])
        run: Ranges = ((low, high),)
        found += folded(run) if fold else run
    ranges = union(found)
    return negated(ranges) if negative else ranges, position + 1


def escaped_class(text: str, start: int, *, fold: bool) -> tuple[Ranges, int] | None:
    """The set of a ``\\d`` or ``\\p{Greek}``, and where the text goes on; None for anything else."""
    if not text.startswith("\\", start):
        return None
    letter = text[start + 1 : start + 2]
    if letter in ("p", "P"):
        return _unicode(text, start, fold=fold)
    if letter not in _PERL:
        return None
    if not fold:
        return _PERL[letter], start + 2
    ranges = folded(_PERL[letter.lower()])
    return (negated(ranges) if letter.isupper() else ranges), start + 2


def _posix(text: str, start: int, *, fold: bool) -> tuple[Ranges, int] | None:
    if not text.startswith("[:", start) or (end := text.find(":]", start + 2)) < 0:
        return None
    name = text[start + 2 : end]
    if name.removeprefix("^") not in _POSIX:
        raise RegexpError("invalid character class range", text[start : end + 2])
    ranges = _POSIX[name.removeprefix("^")]
    if fold:
        ranges = folded(ranges)
    return (negated(ranges) if name.startswith("^") else ranges), end + 2


def _unicode(text: str, start: int, *, fold: bool) -> tuple[Ranges, int]:
    if text.startswith("{", start + 2):
        end = text.find("}", start) + 1
        if not end:
            raise RegexpError("invalid character class range", text[start:])
        name = text[start + 3 : end - 1]
    else:
        end = start + 3
        name = text[start + 2 : end]
    runs = unicode.table(name.removeprefix("^"))
    if runs is None:
        raise RegexpError("invalid character class range", text[start:end])
    ranges = folded(union(runs)) if fold else union(runs)
    return (negated(ranges) if (text[start + 1] == "P") != name.startswith("^") else ranges), end


def _member(text: str, position: int, start: int) -> tuple[int, int]:
    if position >= len(text):
        raise RegexpError("missing closing ]", text[start:])
    if text[position] == "\\":
        return escaped_character(text, position)
    return ord(text[position]), position + 1


def escaped_character(text: str, start: int) -> tuple[int, int]:
    """The code point of an escape such as ``\\n``, ``\\.``, ``\\101`` or ``\\x7F``, and where the text goes on."""
    if start + 1 >= len(text):
        raise RegexpError("trailing backslash at end of expression", "")
    letter, position = text[start + 1], start + 2
    if letter in _CONTROLS:
        return _CONTROLS[letter], position
    if letter in _OCTAL and (letter == "0" or text[position : position + 1] in _OCTAL):
        while position < start + 4 and text[position : position + 1] in _OCTAL:
            position += 1
        return int(text[start + 1 : position], 8), position
    if letter == "x":
        return _hexadecimal(text, start)
    if letter.isascii() and not letter.isalnum():
        return ord(letter), position
    raise RegexpError("invalid escape sequence", text[start:position])


def _hexadecimal(text: str, start: int) -> tuple[int, int]:
    position = start + 2
    if not text.startswith("{", position):
        digits = text[position : position + 2]
        if len(digits) == 2 and _HEXADECIMAL.issuperset(digits):
            return int(digits, 16), position + 2
        raise RegexpError("invalid escape sequence", text[start : position + len(digits)])
    code = 0
    for end in range(position + 1, len(text)):
        digit = text[end]
        if digit == "}" and end > position + 1:
            return code, end + 1
        if digit in _HEXADECIMAL:
            code = code * 16 + int(digit, 16)
        if digit not in _HEXADECIMAL or code > LAST:
            raise RegexpError("invalid escape sequence", text[start : end + 1])
    raise RegexpError("invalid escape sequence", text[start:])
