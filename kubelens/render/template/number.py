"""The constants of a template: a number in every kind that can hold it (text/template/parse, ``newNumber``)."""

from __future__ import annotations

from typing import Final

from kubelens.render.go.quoted import InvalidQuoting, unquote_character
from kubelens.render.go.strconv import quote
from kubelens.render.go.types import MAX_INT64, MAX_UINT64, MIN_INT64
from kubelens.render.template.nodes import Number
from kubelens.syntax.pattern import pattern

_INTEGER: Final = pattern(
    r"([+-]?)(?:0[xX](?P<hex>_?[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*)|0[bB](?P<binary>_?[01]+(?:_[01]+)*)"
    r"|0[oO]?(?P<octal>_?[0-7]+(?:_[0-7]+)*)|(?P<decimal>0|[1-9][0-9]*(?:_[0-9]+)*))\Z"
)
_BASES: Final = {"hex": 16, "binary": 2, "octal": 8, "decimal": 10}
_FLOAT: Final = pattern(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z")
_HEXADECIMAL_FLOAT: Final = pattern(r"[+-]?0[xX]_?(?:[0-9a-fA-F_]+\.?[0-9a-fA-F_]*|\.[0-9a-fA-F_]+)[pP][+-]?[0-9]+\Z")
_STRAY_UNDERSCORE: Final = pattern(r"(?<![0-9a-fA-FxX])_|_(?![0-9a-fA-F])")
_COMPLEX: Final = pattern(r"(?P<real>.+?)(?P<imaginary>(?<![eEpP])[+-][^+-]*(?:[eEpP][+-][^+-]*)?)i\Z")
_FRACTION_MARKS: Final = frozenset(".eEpP")


class NoNumber(ValueError):
    """A constant that is none: the message is the parser's."""


def number(start: int, text: str, kind: str) -> Number:
    """The constant that a token of a ``kind`` (``number``, ``character``, ``complex``) stands for; raises ``NoNumber``."""
    if kind == "character":
        return _character(start, text)
    if kind == "complex":
        match = _COMPLEX.match(text)
        real = _float(match["real"]) if match else None
        imaginary = _float(match["imaginary"]) if match else None
        if real is None or imaginary is None:
            raise NoNumber("syntax error scanning complex number")
        return _of_complex(start, text, complex(real, imaginary))
    if text.endswith("i"):
        imaginary = _float(text[:-1])
        if imaginary is not None:
            return _of_complex(start, text, complex(0, imaginary))
    return _real(start, text)


def _character(start: int, text: str) -> Number:
    try:
        code, rest = unquote_character(text)
    except InvalidQuoting as error:
        raise NoNumber(str(error)) from error
    if rest != "'":
        raise NoNumber(f"malformed character constant: {text}")
    return Number(start, text, code, code, float(code))


def _of_complex(start: int, text: str, value: complex) -> Number:
    if value.imag != 0:
        return Number(start, text, complex=value)
    return Number(start, text, _whole(value.real, signed=True), _whole(value.real, signed=False), value.real, value)


def _real(start: int, text: str) -> Number:
    value = _integer(text)
    if value is not None:
        integer = value if MIN_INT64 <= value <= MAX_INT64 else None
        unsigned = value if 0 <= value <= MAX_UINT64 and text[:1] not in "+-" else None
        if integer == 0:
            unsigned = 0
        if integer is not None or unsigned is not None:
            return Number(start, text, integer, unsigned, float(value))
    floating = _float(text)
    if floating is None:
        raise NoNumber(f"illegal number syntax: {quote(text)}")
    if not _FRACTION_MARKS.intersection(text):
        raise NoNumber(f"integer overflow: {quote(text)}")
    return Number(start, text, _whole(floating, signed=True), _whole(floating, signed=False), floating)


def _whole(value: float, *, signed: bool) -> int | None:
    lowest, highest = (MIN_INT64, MAX_INT64) if signed else (0, MAX_UINT64)
    if not lowest <= value <= highest or int(value) != value:
        return None
    return min(int(value), highest)


def _integer(text: str) -> int | None:
    match = _INTEGER.match(text)
    if match is None:
        return None
    for name, base in _BASES.items():
        digits = match[name]
        if digits is not None:
            bare = digits.replace("_", "")
            value = int(bare, base) if len(bare) < 100 else 1 << 100
            return -value if match[1] == "-" else value
    return None


def _float(text: str) -> float | None:
    """A number with or without a fraction; None for what is none, and for what no float64 can hold."""
    hexadecimal = text.lstrip("+-")[:2].lower() == "0x"
    if hexadecimal:
        if _STRAY_UNDERSCORE.search(text):
            return None
        text = text.replace("_", "")
    if not (_HEXADECIMAL_FLOAT if hexadecimal else _FLOAT).match(text):
        return None
    try:
        value = float.fromhex(text) if hexadecimal else float(text)
    except OverflowError:
        return None
    return None if value in (float("inf"), float("-inf")) else value
