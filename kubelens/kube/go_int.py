"""Whole numbers in texts of manifests, as Go reads them: of 64 bits, whatever a stranger writes."""

from __future__ import annotations

_DIGITS_OF_INT64 = 19


def parse_int(text: str) -> int | None:
    """A decimal number with or without a sign (strconv, ``ParseInt(text, 10, 64)``); None where Go gives an error."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not (digits.isascii() and digits.isdigit()):
        return None
    digits = digits.lstrip("0") or "0"
    if len(digits) > _DIGITS_OF_INT64:
        return None
    number = -int(digits) if text[0] == "-" else int(digits)
    return number if -(2**63) <= number < 2**63 else None
