"""How much one call may make: a chart that asks for more fails, where Helm would take the machine's memory."""

from __future__ import annotations

from typing import Final

from kubelens.render.go.function import TemplateFailure

LARGEST: Final = 20_000_000
"""Characters that one call may make."""
MOST_ITEMS: Final = 1_000_000
"""Items that one call may make."""
MOST_VALUES: Final = 100_000
"""Values that one call may print, copy or compare: maps that hold one another twice over are as many as they look."""
MOST_READ: Final = 2_000_000
"""Characters that a function may look at one by one."""


_BETWEEN_VALUES: Final = (",", "\n", "[", "{", "- ", "? ", ": ")
_VALUES_A_STEP: Final = 8
"""Values that are copied or compared in the time of one statement of a template."""


class TooMuch(TemplateFailure):
    """A call whose result would be larger than a render may hold, or take too long."""


def within(characters: int) -> None:
    """Raises ``TooMuch`` where so many characters are more than one call may make."""
    if characters > LARGEST:
        raise TooMuch(f"its result of {characters} characters is more than the {LARGEST} that a render allows")


def within_items(count: int) -> None:
    """Raises ``TooMuch`` where so many items are more than one call may make."""
    if count > MOST_ITEMS:
        raise TooMuch(f"its result of {count} items is more than the {MOST_ITEMS} that a render allows")


def within_sight(text: str) -> None:
    """Raises ``TooMuch`` where a text is longer than what a function may look at one by one."""
    if len(text) > MOST_READ:
        raise TooMuch(f"its text of {len(text)} characters is longer than the {MOST_READ} that a render allows")


def work_of(*values: object) -> int:
    """The work of going through all that the values hold, counted as far as one call may go."""
    pending = list(values)
    count = 0
    while pending and count <= MOST_VALUES:
        value = pending.pop()
        count += 1
        if isinstance(value, dict):
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)
    return count // _VALUES_A_STEP


def work_of_printing(value: object) -> int:
    """The work of printing all that a value holds."""
    return work_of(value) * 8


def work_of_reading(text: str) -> int:
    """The work of reading a text as values: the more, the more of them may stand in it."""
    return len(text) // 10 + sum(text.count(mark) for mark in _BETWEEN_VALUES)


class Budget:
    """Counts the values that one call has to do with."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MOST_VALUES

    def spend(self) -> None:
        """Counts one more; raises ``TooMuch``."""
        self.left -= 1
        if self.left < 0:
            raise TooMuch(f"it has to do with more than the {MOST_VALUES} values that a render allows")
