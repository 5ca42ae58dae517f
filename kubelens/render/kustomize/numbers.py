"""Numbers as encoding/json and go-yaml print them."""

from __future__ import annotations

from kubelens.render.go.strconv import format_float

_MIN_INT64 = -(2**63)
_MAX_UINT64 = 2**64 - 1


def json_number(value: int | float) -> str:
    """As encoding/json writes it: without exponent between 1e-6 and 1e21."""
    if isinstance(value, int):
        return str(value)
    size = abs(value)
    if size and (size < 1e-6 or size >= 1e21):
        text = format_float(value, "e")
        return text[:-2] + text[-1] if text[-4:-1] == "e-0" else text
    return format_float(value, "f")


def yaml_number(value: int | float) -> str:
    """As go-yaml prints what it read from JSON: whole numbers of 64 bits in full, others by ``%g``."""
    if value == (whole := int(value)) and abs(value) < 1e21 and _MIN_INT64 <= whole <= _MAX_UINT64:
        return str(whole)
    return format_float(float(value), "g")
