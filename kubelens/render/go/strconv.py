"""Numbers and quoted text as Go's strconv writes and reads them."""

from __future__ import annotations

import math
import re
from typing import Final

from kubelens.render.go.types import MAX_INT64, MIN_INT64
from kubelens.syntax.pattern import pattern

_ESCAPES: Final = {
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
    "\\": "\\\\",
}
_LEAST_SHORTEST_EXPONENT: Final = 6
"""The exponent from which on ``g`` writes one, if no precision is asked for."""


class NotANumber(ValueError):
    """Text that is no number of the kind asked for: ``invalid syntax`` or ``value out of range``."""

    def __init__(self, function: str, text: str, reason: str) -> None:
        super().__init__(f"strconv.{function}: parsing {quote(text)}: {reason}")


def quote(text: str, *, ascii_only: bool = False) -> str:
    """Text between double quotes with Go's escapes (``strconv.Quote``, ``QuoteToASCII``)."""
    if '"' not in text and "\\" not in text and text.isprintable() and (not ascii_only or text.isascii()):
        return f'"{text}"'
    return '"' + "".join(_escaped(character, '"', ascii_only) for character in text) + '"'


def quote_rune(code: int, *, ascii_only: bool = False) -> str:
    """A character between single quotes (``strconv.QuoteRune``); what is no character is U+FFFD."""
    valid = 0 <= code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
    return "'" + _escaped(chr(code) if valid else "\ufffd", "'", ascii_only) + "'"


def can_backquote(text: str) -> bool:
    """Whether the text may stand between backquotes on one line (``strconv.CanBackquote``)."""
    return not any(
        (character < " " and character != "\t") or character in "`\x7f\ufeff" or "\udc80" <= character <= "\udcff"
        for character in text
    )


def _escaped(character: str, mark: str, ascii_only: bool) -> str:
    if character == mark:
        return "\\" + character
    known = _ESCAPES.get(character)
    if known is not None:
        return known
    if character.isprintable() and (not ascii_only or character < "\x7f"):
        return character
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x20 or code == 0x7F:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def shortest_digits(value: float) -> tuple[str, int]:
    """The fewest digits that mean a finite, positive ``value``, and where the point stands among them.

    ``("125", 1)`` is 1.25, ``("125", -1)`` is 0.0125, ``("1", 3)`` is 100.
    """
    if value == 0:
        return "0", 1
    mantissa, _, exponent = repr(value).partition("e")
    whole, _, fraction = mantissa.partition(".")
    point = len(whole) + int(exponent or 0)
    digits = (whole + fraction).lstrip("0")
    point -= len(whole + fraction) - len(digits)
    return digits.rstrip("0"), point


def format_float(value: float, verb: str = "g", precision: int = -1) -> str:
    """The number as ``strconv.FormatFloat`` writes it: ``verb`` is one of ``b e E f g G x X``.

    ``precision`` -1 is the fewest digits that read back as the same number.
    """
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    if verb == "b":
        return _binary(value)
    if verb in "xX":
        text = _hexadecimal(value, precision)
        return text.upper() if verb == "X" else text
    sign = "-" if math.copysign(1, value) < 0 else ""
    text = sign + _decimal(abs(value), verb.lower(), precision)
    return text.upper() if verb in "EG" else text


def _decimal(value: float, verb: str, precision: int) -> str:
    if precision >= 0:
        if verb == "g":
            return f"{value:.{max(precision, 1)}g}"
        return f"{value:.{precision}{verb}}"
    digits, point = shortest_digits(value)
    if verb == "g":
        verb = "e" if point - 1 < -4 or point - 1 >= _LEAST_SHORTEST_EXPONENT else "f"
    if verb == "e":
        fraction = f".{digits[1:]}" if len(digits) > 1 else ""
        exponent = point - 1 if value else 0
        return f"{digits[0]}{fraction}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"
    if point <= 0:
        return "0." + "0" * -point + digits
    if point >= len(digits):
        return digits + "0" * (point - len(digits))
    return f"{digits[:point]}.{digits[point:]}"


def _binary(value: float) -> str:
    sign = "-" if math.copysign(1, value) < 0 else ""
    mantissa, exponent = _mantissa(abs(value))
    return f"{sign}{mantissa}p{exponent:+d}"


def _mantissa(value: float) -> tuple[int, int]:
    """The 53 bits of a positive number, and the power of two they count."""
    if value == 0:
        return 0, -1074
    fraction, exponent = math.frexp(value)
    shift = max(exponent - 53, -1074)
    return int(math.ldexp(fraction, exponent - shift)), shift


def _hexadecimal(value: float, precision: int) -> str:
    sign = "-" if math.copysign(1, value) < 0 else ""
    value = abs(value)
    if value == 0:
        fraction = "." + "0" * precision if precision > 0 else ""
        return f"{sign}0x0{fraction}p+00"
    mantissa, exponent = _mantissa(value)
    lift = 53 - mantissa.bit_length()
    mantissa, exponent = mantissa << lift, exponent - lift + 52
    if 0 <= precision < 13:
        drop = 4 * (13 - precision)
        rest, half = mantissa & ((1 << drop) - 1), 1 << (drop - 1)
        mantissa >>= drop
        if rest > half or (rest == half and mantissa & 1):
            mantissa += 1
        mantissa <<= drop
        if mantissa >> 53:
            mantissa, exponent = mantissa >> 1, exponent + 1
    digits = f"{mantissa & ((1 << 52) - 1):013x}"
    digits = digits.rstrip("0") if precision < 0 else digits[:precision].ljust(precision, "0")
    point = "." if digits else ""
    return f"{sign}0x1{point}{digits}p{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


_DIGITS: Final = {2: "01", 8: "01234567", 10: "0123456789", 16: "0123456789abcdefABCDEF"}
_BASES: Final = {"x": 16, "b": 2, "o": 8}
_UNDERSCORES: Final = pattern(r"[-+]?(?:0[bBoOxX]_?|0_)?[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*\Z", re.ASCII)


def parse_int(text: str, base: int = 10) -> int:
    """The integer that ``strconv.ParseInt(text, base, 64)`` reads; base 0 is told by the prefix.

    Raises ``NotANumber``.
    """
    body = text[1:] if text[:1] in ("-", "+") else text
    value = _unsigned("ParseInt", text, body, base)
    if text.startswith("-"):
        value = -value
    if not MIN_INT64 <= value <= MAX_INT64:
        raise NotANumber("ParseInt", text, "value out of range")
    return value


def _unsigned(function: str, whole: str, text: str, base: int) -> int:
    digits = text
    if base == 0:
        base = 10
        if text[:1] == "0":
            prefixed = len(text) >= 3 and text[1].lower() in _BASES
            base = _BASES[text[1].lower()] if prefixed else 8
            digits = text[2:] if prefixed else text[1:] or "0"
        if "_" in digits and _UNDERSCORES.match(whole):
            digits = digits.replace("_", "")
    allowed = _DIGITS[base]
    if not digits or any(character not in allowed for character in digits):
        raise NotANumber(function, whole, "invalid syntax")
    return int(digits, base) if len(digits) < 100 else 1 << 100


_FLOAT: Final = pattern(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z", re.ASCII)
_HEX_FLOAT: Final = pattern(r"[-+]?0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)[pP][-+]?[0-9]+\Z", re.ASCII)
_UNDERSCORED_FLOAT: Final = pattern(
    r"[-+]?(?:[0-9](?:_?[0-9])*(?:\.(?:[0-9](?:_?[0-9])*)?)?|\.[0-9](?:_?[0-9])*)(?:[eE][-+]?[0-9](?:_?[0-9])*)?\Z",
    re.ASCII,
)
_NOT_FINITE: Final = {
    **{sign + word: float(sign + "inf") for sign in ("", "+", "-") for word in ("inf", "infinity")},
    "nan": math.nan,
}


def parse_float(text: str) -> float:
    """The number that ``strconv.ParseFloat(text, 64)`` reads; raises ``NotANumber``.

    Infinities and NaN are numbers, underscores may stand between digits, hexadecimal numbers need their exponent.
    """
    if "_" in text and not text.startswith("0x") and _UNDERSCORED_FLOAT.match(text):
        value = float(text.replace("_", ""))
    elif _FLOAT.match(text):
        value = float(text)
    elif _HEX_FLOAT.match(text):
        try:
            value = float.fromhex(text)
        except OverflowError:
            value = math.inf
    else:
        known = _NOT_FINITE.get(text.lower())
        if known is None:
            raise NotANumber("ParseFloat", text, "invalid syntax")
        return known
    if math.isinf(value):
        raise NotANumber("ParseFloat", text, "value out of range")
    return value
