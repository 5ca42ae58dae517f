"""A chart that Helm refuses, in Helm's words, with the place where that is known."""

from __future__ import annotations

from kubelens.render.origin import Origin


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
