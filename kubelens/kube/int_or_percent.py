"""Values that are a count or a percentage: ``maxSurge: 1`` or ``maxSurge: 25%``."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from kubelens.kube.go_int import parse_int
from kubelens.syntax.pattern import pattern

_PERCENT: Final = pattern(r"([+-]?[0-9]+)%\Z")


class IntOrPercent(Struct, frozen=True):
    """An ``intstr.IntOrString`` read as a count or a percentage (never both)."""

    amount: int
    is_percent: bool

    def of(self, total: int, *, round_up: bool) -> int:
        """The count this stands for, of ``total`` (``intstr.GetScaledValueFromIntOrPercent``)."""
        if not self.is_percent:
            return self.amount
        product = self.amount * total
        return -(-product // 100) if round_up else product // 100

    def __str__(self) -> str:
        return f"{self.amount}%" if self.is_percent else str(self.amount)


def read_int_or_percent(value: object) -> IntOrPercent | None:
    """Read ``3`` or ``"25%"``; None where the value is neither."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return IntOrPercent(value, is_percent=False)
    if isinstance(value, str) and (match := _PERCENT.match(value)) and (amount := parse_int(match[1])) is not None:
        return IntOrPercent(amount, is_percent=True)
    return None
