"""Resource quantities, exact: ``100m``, ``1.5Gi``, ``1e3``.

Follows apimachinery ``pkg/api/resource`` (``ParseQuantity``, ``Quantity.CanonicalizeBytes``): values are
kept in nano units, rounded away from zero beyond that, and capped at 2**63 - 1.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

from msgspec import Struct

from kubelens.syntax.pattern import pattern

QuantityFormat = Literal["BinarySI", "DecimalSI", "DecimalExponent"]

NANO: Final = 10**9
_CAP: Final = (2**63 - 1) * NANO
_SHAPE: Final = pattern(r"([+-]?)([0-9]*)(?:\.([0-9]*))?([a-zA-Z]*)([+-]?[0-9]*)\Z")
_DECIMAL: Final = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY: Final = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL_BY_EXPONENT: Final = {exponent: suffix for suffix, exponent in _DECIMAL.items()}
_BINARY_SUFFIXES: Final = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")


class Quantity(Struct, frozen=True, order=True):
    """An amount in nano units (``amount * 10**9``), with the notation it was written in."""

    nanos: int
    format: QuantityFormat = "DecimalSI"

    @property
    def value(self) -> int:
        """Whole units, rounded away from zero (``Quantity.Value``)."""
        return _up(self.nanos, NANO)

    def __add__(self, other: Quantity) -> Quantity:
        return Quantity(self.nanos + other.nanos, self.format if self.nanos else other.format)

    def __sub__(self, other: Quantity) -> Quantity:
        return Quantity(self.nanos - other.nanos, self.format if self.nanos else other.format)

    def __mul__(self, factor: int) -> Quantity:
        return Quantity(self.nanos * factor, self.format)

    def __str__(self) -> str:
        """The canonical spelling the API server stores (``CanonicalizeBytes``)."""
        notation = self.format
        if notation == "BinarySI" and -1024 * NANO < self.nanos < 1024 * NANO:
            notation = "DecimalSI"
        if self.nanos == 0:
            return "0"
        if notation == "BinarySI":
            whole, power = _up(self.nanos, NANO), 0
            while power < len(_BINARY_SUFFIXES) - 1 and whole % 1024 == 0:
                whole //= 1024
                power += 1
            return f"{whole}{_BINARY_SUFFIXES[power]}"
        mantissa, exponent = self.nanos, -9
        while exponent < 18 and mantissa % 1000 == 0:
            mantissa //= 1000
            exponent += 3
        if notation == "DecimalExponent":
            return f"{mantissa}e{exponent}" if exponent else str(mantissa)
        return f"{mantissa}{_DECIMAL_BY_EXPONENT[exponent]}"


def _up(nanos: int, unit: int) -> int:
    return -((-nanos) // unit) if nanos >= 0 else -((nanos * -1 + unit - 1) // unit)


@lru_cache(maxsize=4096)
def parse_quantity(text: str) -> Quantity:
    """Read a quantity as the API server does.

    Raises:
        ValueError: the text is no quantity (``1K``, ``1g``, ``1e``, empty, spaces).
    """
    shape = _SHAPE.match(text)
    if shape is None:
        raise ValueError(f"{text!r} is not a quantity")
    sign, whole, fraction, suffix, tail = shape.groups()
    if not whole and not fraction:
        raise ValueError(f"{text!r} is not a quantity: it has no digits")
    notation: QuantityFormat
    if tail:
        if suffix not in ("e", "E") or tail in ("+", "-"):
            raise ValueError(f"{text!r} is not a quantity: unknown suffix {suffix + tail!r}")
        notation, scale = "DecimalExponent", _power_of_ten(int(tail))
    elif suffix in _DECIMAL:
        notation, scale = "DecimalSI", _power_of_ten(_DECIMAL[suffix])
    elif suffix in _BINARY:
        notation, scale = "BinarySI", (1 << _BINARY[suffix], 1)
    else:
        raise ValueError(f"{text!r} is not a quantity: unknown suffix {suffix!r}")
    digits = int((whole or "") + (fraction or ""))
    numerator, denominator = digits * scale[0] * NANO, 10 ** len(fraction or "") * scale[1]
    nanos = min(-(-numerator // denominator), _CAP)
    return Quantity(-nanos if sign == "-" else nanos, notation)


def _power_of_ten(exponent: int) -> tuple[int, int]:
    """As numerator and denominator."""
    bounded = max(-400, min(400, exponent))
    return (10**bounded, 1) if bounded >= 0 else (1, 10**-bounded)


def read_quantity(value: object) -> Quantity | None:
    """The quantity a manifest's value stands for: text, or a bare number; None where it is neither.

    Accepts what ``Quantity.UnmarshalJSON`` accepts, numbers included.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        value = repr(value) if isinstance(value, float) else str(value)
    if not isinstance(value, str):
        return None
    try:
        return parse_quantity(value)
    except ValueError:
        return None
