"""What the flags, the width and the precision of a printf verb do to numbers and text (fmt, ``format.go``)."""

from __future__ import annotations

import math
from typing import Final

from kubelens.render.go.strconv import can_backquote, format_float, quote, quote_rune
from kubelens.render.limits import Budget
from kubelens.syntax.pattern import pattern

_EXPONENT: Final = pattern("[eEpP][-+]")
_BASES: Final = {"b": 2, "d": 10, "o": 8, "O": 8, "x": 16, "X": 16, "v": 10}


class Layout:
    """The flags of one verb: ``%+v`` and ``%#v`` mean something else than ``+`` and ``#`` elsewhere."""

    __slots__ = ("budget", "minus", "plus", "plus_v", "precision", "sharp", "sharp_v", "space", "width", "zero")

    def __init__(self) -> None:
        self.budget = Budget()
        self.width: int | None = None
        self.precision: int | None = None
        self.minus = self.plus = self.sharp = self.space = self.zero = False
        self.plus_v = self.sharp_v = False

    @property
    def plain(self) -> bool:
        """Whether nothing was asked for but the verb."""
        return not (
            self.minus or self.plus or self.sharp or self.space or self.zero or self.sharp_v or self.plus_v
        ) and (self.width is None and self.precision is None)

    def pad(self, text: str) -> str:
        """The text, filled up to the width."""
        if self.width is None or len(text) >= self.width:
            return text
        if self.minus:
            return text.ljust(self.width)
        return text.rjust(self.width, "0" if self.zero else " ")

    def boolean(self, value: bool) -> str:
        """``true`` or ``false``."""
        return self.pad("true" if value else "false")

    def string(self, text: str, verb: str) -> str | None:
        """Text under ``v s x X q``; None for a verb that text does not have."""
        if verb == "s" or (verb == "v" and not self.sharp_v):
            return self.pad(self._shortened(text))
        if verb in "qv":
            text = self._shortened(text)
            if self.sharp and can_backquote(text):
                return self.pad(f"`{text}`")
            return self.pad(quote(text, ascii_only=self.plus))
        if verb in "xX":
            return self.hexadecimal(text.encode("utf-8", "surrogateescape"), verb)
        return None

    def _shortened(self, text: str) -> str:
        return text if self.precision is None else text[: self.precision]

    def hexadecimal(self, data: bytes, verb: str) -> str:
        """Bytes as pairs of digits."""
        if self.precision is not None:
            data = data[: self.precision]
        prefix = "0x" if self.sharp else ""
        if not data:
            return self.pad("")
        text = prefix + data.hex() if not self.space else " ".join(prefix + f"{byte:02x}" for byte in data)
        return self.pad(text.upper() if verb == "X" else text)

    def integer(self, value: int, verb: str, *, unsigned: bool = False) -> str | None:
        """An integer under ``v b c d o O q U x X``; None for a verb that integers do not have."""
        if verb == "c":
            return self.pad(_character(value))
        if verb == "q":
            return self.pad(quote_rune(value, ascii_only=self.plus))
        if verb == "U":
            return self._unicode(value)
        if verb == "v" and self.sharp_v and unsigned:
            return f"0x{value:x}"
        base = _BASES.get(verb)
        if base is None:
            return None
        return self._digits(value, base, verb)

    def _digits(self, value: int, base: int, verb: str) -> str:
        least = 0
        if self.precision is not None:
            least = self.precision
            if least == 0 and value == 0:
                return " " * (self.width or 0)
        elif self.zero and not self.minus and self.width is not None:
            least = self.width - (1 if value < 0 or self.plus or self.space else 0)
        digits = format(abs(value), {2: "b", 8: "o", 10: "d", 16: "x"}[base]).rjust(least, "0")
        if self.sharp:
            if base == 8 and not digits.startswith("0"):
                digits = "0" + digits
            digits = {2: "0b", 16: "0x"}.get(base, "") + digits
        if verb == "O":
            digits = "0o" + digits
        if verb == "X":
            digits = digits.upper()
        sign = "-" if value < 0 else "+" if self.plus else " " if self.space else ""
        return self._filled(sign + digits)

    def _filled(self, text: str) -> str:
        """Blanks, never zeros, up to the width."""
        if self.width is None:
            return text
        return text.ljust(self.width) if self.minus else text.rjust(self.width)

    def _unicode(self, value: int) -> str:
        digits = f"{value & (2**64 - 1):X}".rjust(max(self.precision or 0, 4), "0")
        text = f"U+{digits}"
        if self.sharp and 0 <= value <= 0x10FFFF and chr(value).isprintable():
            text += f" '{chr(value)}'"
        return self._filled(text)

    def floating(self, value: float, verb: str) -> str | None:
        """A float under ``v b e E f F g G x X``; None for a verb that floats do not have."""
        shortest = {"v": "g", "b": "b", "g": "g", "G": "G", "x": "x", "X": "X"}.get(verb)
        if shortest is not None:
            text = self._number(value, shortest, -1)
        elif verb in "eEfF":
            text = self._number(value, verb.replace("F", "f"), 6)
        else:
            return None
        if not (self.plus or text[0] != "+"):
            text = (" " if self.space else "") + text[1:]
        if self.zero and not self.minus and self.width is not None and math.isfinite(value):
            sign = text[0] if text[0] in "+- " else ""
            return sign + text[len(sign) :].rjust(self.width - len(sign), "0")
        return self._filled(text)

    def _number(self, value: float, verb: str, precision: int) -> str:
        """The number, always with its sign."""
        if self.precision is not None:
            precision = self.precision
        text = format_float(value, verb, precision)
        text = text if text[0] in "+-" else "+" + text
        return _pointed(text, verb, precision) if self.sharp and verb != "b" and math.isfinite(value) else text

    def complex(self, value: complex, verb: str) -> str | None:
        """A complex number: its parts under the verb, between parentheses."""
        real = self.floating(value.real, verb)
        plus, self.plus = self.plus, True
        imaginary = self.floating(value.imag, verb)
        self.plus = plus
        return None if real is None or imaginary is None else f"({real}{imaginary}i)"


def _pointed(text: str, verb: str, precision: int) -> str:
    """A signed number with a point, and with zeros up to six digits, or its precision, if the verb is ``g`` or ``x``."""
    exponent = _EXPONENT.search(text, 3 if verb in "xX" else 1)
    end = len(text) if exponent is None else exponent.start()
    number, tail = text[:end], text[end:]
    missing = 0
    if verb in "gGx":
        digits = number[1:].replace(".", "").lstrip("0")
        missing = (6 if precision < 0 else precision) - len(digits) - (number[1:] == "0")
    point = "" if "." in number else "."
    return f"{number}{point}{'0' * missing}{tail}"


def _character(code: int) -> str:
    return chr(code) if 0 <= code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\ufffd"
