"""Fields of a controller's spec with their defaults, and edits of the pace, as all controllers read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kubelens.predict.controllers.ticks.pace import ChangePace, Pace

Label = Callable[[Mapping[str, Any]], str]


def part(value: Mapping[str, Any], *steps: str) -> Mapping[str, Any]:
    """A map below a map, empty where it is missing or no map."""
    for step in steps:
        found = value.get(step)
        value = found if isinstance(found, dict) else {}
    return value


def count(value: Mapping[str, Any], name: str, default: int) -> int:
    """A number of at least 0."""
    found = value.get(name)
    return max(0, found) if isinstance(found, int) and not isinstance(found, bool) else default


def items(value: Mapping[str, Any], name: str) -> list[Any]:
    """A list, empty where it is missing or none."""
    found = value.get(name)
    return found if isinstance(found, list) else []


def word(value: Mapping[str, Any], name: str, default: str) -> str:
    """A text that is not empty."""
    found = value.get(name)
    return found if isinstance(found, str) and found else default


def changed_pace(pace: Pace, change: ChangePace) -> Pace:
    """The pace with new entries."""
    from kubelens.predict.controllers.ticks.pace import Pace  # noqa: PLC0415 - only where something is played through

    return Pace(
        {**pace.ready_after, **change.ready_after},
        {**pace.terminate_after, **change.terminate_after},
        pace.tick_seconds,
    )
