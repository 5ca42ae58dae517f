"""How much one call may make: a chart that asks for more fails, where Helm would take the machine's memory."""

from __future__ import annotations

from typing import Final

from kubelens.render.go.function import TemplateFailure

LARGEST: Final = 20_000_000
"""Characters, or items, that one call may make."""


class TooMuch(TemplateFailure):
    """A call whose result would be larger than a render may hold."""


def within(size: int) -> None:
    """Raises ``TooMuch`` where ``size`` characters or items are more than one call may make."""
    if size > LARGEST:
        raise TooMuch(f"its result of {size} characters or items is more than the {LARGEST} that a render allows")
