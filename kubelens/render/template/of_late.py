"""What was read from texts of late, by the texts: as many as memory has room for."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final, Generic, TypeVar

V = TypeVar("V")
_MOST_CHARACTERS: Final = 4_000_000
"""Of all texts together."""


class OfLate(Generic[V]):
    """Values by the texts they were read from, those that were asked for longest ago forgotten."""

    def __init__(self, most_texts: int) -> None:
        self._most_texts = most_texts
        self._known: OrderedDict[tuple[str, int], V] = OrderedDict()
        self._characters = 0

    def get(self, text: str, way: int = 0) -> V | None:
        """What was read from a text; ``way``: of the several ways to read it."""
        found = self._known.get((text, way))
        if found is not None:
            self._known.move_to_end((text, way))
        return found

    def keep(self, text: str, found: V, way: int = 0) -> None:
        """Keep what was read from a text that is not known yet; that of a very long one is not kept."""
        if len(text) > _MOST_CHARACTERS // 2:
            return
        self._known[text, way] = found
        self._characters += len(text)
        while len(self._known) > self._most_texts or self._characters > _MOST_CHARACTERS:
            (forgotten, _), _ = self._known.popitem(last=False)
            self._characters -= len(forgotten)
