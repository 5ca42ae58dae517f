"""What sprig takes for a number where anything may stand (spf13/cast, ``ToInt64``, ``ToFloat64``)."""

from __future__ import annotations

import math

from kubelens.render.go.strconv import NotANumber, parse_float, parse_int
from kubelens.render.go.types import MAX_INT64, MIN_INT64, Duration


def int_of(value: object) -> int:
    """The value as an integer: a fraction is cut, text is read by its prefix; a duration, and anything else, is 0."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, Duration):
        return 0
    if isinstance(value, int):
        return int(value) if value <= MAX_INT64 else int(value) - 2**64
    if isinstance(value, float):
        return _truncated(value)
    if isinstance(value, str):
        try:
            return parse_int(_without_zero_fraction(value), 0)
        except NotANumber:
            return 0
    return 0


def _truncated(value: float) -> int:
    """What an amd64 processor makes of a float: what does not fit is the smallest integer."""
    if math.isfinite(value) and MIN_INT64 <= value < 2.0**63:
        return int(value)
    return MIN_INT64


def _without_zero_fraction(text: str) -> str:
    whole, point, fraction = text.rpartition(".")
    return whole if point and fraction and not fraction.strip("0") else text


def float_of(value: object) -> float:
    """The value as a float; text that is no number, and anything else, is 0."""
    if isinstance(value, Duration):
        return 0.0
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str):
        try:
            return parse_float(value)
        except NotANumber:
            return 0.0
    return 0.0
