"""What a tool refuses to build, with all files at hand: whoever applies the set by it gets the same error."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from kubelens.syntax.text import Source, Span

_OURS: Final = (
    "kubelens goes no further",  # context.Context.take
    "which is more than a render allows",  # chart.dependencies, chart.archive
    "which is more than a chart may",  # chart.templates
    "archives hold more than",
    "decompressed chart",
    "excessive aliasing",  # kustomize counts otherwise
    "nothing is fetched",  # chart.schema
    "refers to itself without end",
    "too large together",
)
"""What stands in messages about bounds of kubelens, or of what it does not do, wherever they are quoted."""


class Refusal(Struct, frozen=True):
    """Who refuses to build a set, and why, in that tool's words; where, lines and columns from 1 (0: the file as a whole).

    ``of_values``: a chart with other values would not end in it.
    """

    by: str
    what: str
    uri: str = ""
    line: int = 0
    column: int = 0
    of_values: bool = False


def refusal_at(by: str, what: str, source: Source | None, span: Span | None, *, of_values: bool = False) -> Refusal:
    """A refusal at a stretch of a text; without one, at the file as a whole."""
    said = " ".join(what.split())
    if source is None:
        return Refusal(by, said, of_values=of_values)
    if span is None:
        return Refusal(by, said, source.uri, of_values=of_values)
    position = source.position(min(span.start, len(source.text)))
    return Refusal(by, said, source.uri, position.line + 1, position.column + 1, of_values)


def is_ours(message: str) -> bool:
    """Whether a build ends for a reason of kubelens alone: the tool may go on."""
    return any(words in message for words in _OURS)
