"""What rules can be about beside objects: whole texts, and requests to ignore."""

from __future__ import annotations

from msgspec import Struct

from kubelens.syntax.place import Place
from kubelens.syntax.text import Problem, Source, Span


class Text(Struct, frozen=True, eq=False):
    """A file's text with the problems found while reading it; ``source`` is None where it was unreadable."""

    uri: str
    source: Source | None
    problems: tuple[Problem, ...]
    status: str
    reason: str = ""

    @property
    def place(self) -> Place:
        """The file itself; give a finding its ``span`` beside it."""
        return Place(self.uri, 0)


class UnusedSuppression(Struct, frozen=True):
    """A request to ignore that is wrong (``problem``), names unknown rules, or silenced nothing."""

    place: Place
    span: Span
    problem: str
    unknown: tuple[str, ...]
    unused: tuple[str, ...]
    known: tuple[str, ...]
