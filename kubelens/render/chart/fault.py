"""A chart that Helm refuses, in Helm's words, with the place where that is known."""

from __future__ import annotations

from typing import Final

from kubelens.render.origin import Origin

ASKED: Final = "execution error at "
"""How the words of ``required`` and ``fail`` begin."""
OF_SCHEMA: Final = "values don't meet the specifications"
"""How what a values.schema.json is against begins."""
_OF_VALUES: Final = (
    ASKED,
    "nil pointer evaluating ",
    "wrong type for value; ",
    "invalid value; ",
    "incompatible types for comparison",
)


class ChartFault(Exception):
    """A chart cannot be loaded or rendered; ``str`` of it is what ``helm`` prints behind ``Error:``.

    ``file`` and ``line`` (from 1, 0 where none is known) say where; ``origins`` are the values that are wrong.
    """

    def __init__(self, message: str, file: str = "", line: int = 0, origins: tuple[Origin, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.file = file
        self.line = line
        self.origins = origins

    @property
    def asks(self) -> bool:
        """Whether the chart itself asks for other values: ``required``, ``fail``."""
        return ASKED in self.message

    @property
    def by_schema(self) -> bool:
        """Whether a values.schema.json is against the values."""
        return self.message.startswith(OF_SCHEMA)

    @property
    def of_values(self) -> bool:
        """Whether a template failed in a way in which it need not with other values."""
        return any(words in self.message for words in _OF_VALUES)
