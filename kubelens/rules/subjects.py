"""What rules can be about beside objects: whole texts, and requests to ignore."""

from __future__ import annotations

from dataclasses import dataclass

from kubelens.syntax.place import Place
from kubelens.syntax.text import Problem, Source, Span


@dataclass(frozen=True, eq=False)
class Text:
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


@dataclass(frozen=True)
class UnusedSuppression:
    """A request to ignore that is wrong (``problem``), names unknown rules, or silenced nothing."""

    place: Place
    span: Span
    problem: str
    unknown: tuple[str, ...]
    unused: tuple[str, ...]
    known: tuple[str, ...]
