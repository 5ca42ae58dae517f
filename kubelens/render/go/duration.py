"""Durations as Go writes and reads them."""

from __future__ import annotations

import re
from typing import Final

from kubelens.render.go.strconv import quote
from kubelens.render.go.types import MAX_INT64, Duration, wrapped
from kubelens.syntax.pattern import pattern

SECOND: Final = 1_000_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
_UNITS: Final = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,
    "μs": 1_000,
    "ms": 1_000_000,
    "s": SECOND,
    "m": MINUTE,
    "h": HOUR,
}
_PART: Final = pattern(r"([0-9]*)(\.[0-9]*)?([^.0-9]*)", re.ASCII)


class NotADuration(ValueError):
    """Text that is no duration; the message is Go's."""


def duration_text(nanoseconds: int) -> str:
    """The duration as ``1h2m3.5s`` (``time.Duration.String``)."""
    if nanoseconds == 0:
        return "0s"
    sign, rest = ("-", -nanoseconds) if nanoseconds < 0 else ("", nanoseconds)
    if rest < SECOND:
        unit, size = ("ns", 1) if rest < 1_000 else ("µs", 1_000) if rest < 1_000_000 else ("ms", 1_000_000)
        return f"{sign}{_with_fraction(rest, size)}{unit}"
    minutes, seconds = divmod(rest, MINUTE)
    text = f"{_with_fraction(seconds, SECOND)}s"
    if minutes:
        hours, minutes = divmod(minutes, 60)
        text = f"{hours}h{minutes}m{text}" if hours else f"{minutes}m{text}"
    return sign + text


def _with_fraction(value: int, size: int) -> str:
    whole, fraction = divmod(value, size)
    if not fraction:
        return str(whole)
    return f"{whole}.{str(fraction).rjust(len(str(size)) - 1, '0').rstrip('0')}"


def parse_duration(text: str) -> Duration:
    """The duration that ``time.ParseDuration`` reads; raises ``NotADuration``."""
    invalid = NotADuration(f"time: invalid duration {quote(text)}")
    rest = text[1:] if text[:1] in ("-", "+") else text
    if rest == "0":
        return Duration(0)
    if not rest:
        raise invalid
    total = 0
    while rest:
        match = _PART.match(rest)
        assert match is not None
        whole, fraction, unit = match[1], match[2] or "", match[3]
        if not whole and len(fraction) < 2:
            raise invalid
        if not unit:
            raise NotADuration(f"time: missing unit in duration {quote(text)}")
        if unit not in _UNITS:
            raise NotADuration(f"time: unknown unit {quote(unit)} in duration {quote(text)}")
        size = _UNITS[unit]
        digits = fraction[1:]
        total += int(whole or 0) * size
        if digits:
            total += int(int(digits) * (size / 10 ** len(digits)))
        if total > MAX_INT64 + 1:
            raise invalid
        rest = rest[match.end() :]
    if text.startswith("-"):
        return Duration(-total)
    if total > MAX_INT64:
        raise invalid
    return Duration(wrapped(total))
