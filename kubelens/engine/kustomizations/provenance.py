"""Where the text that a kustomization was built to was written: who wrote it last, and whose it was before."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence

from kubelens.engine.provenance import Provenance, Trace
from kubelens.render.kustomize.build import BuiltObject
from kubelens.render.origin import Piece, Text, joined
from kubelens.syntax.text import Span

SEPARATOR = "---\n"
_BEFORE = "changed from what stands here"
_NEAR = 200
"""How many characters before a stretch that nobody wrote may tell where it stands."""


class FilledText:
    """A text with its origins that is there already."""

    __slots__ = ("text",)

    def __init__(self, text: Text) -> None:
        self.text = text

    def pieces(self, start: int, end: int) -> list[Piece]:
        """The pieces between two offsets."""
        return list(self.text.pieces_of(start, min(end, len(self.text))))


class BuiltTexts:
    """The objects of a build as one text; the origins of one are worked out when something is found in it."""

    __slots__ = ("_objects", "_starts", "_texts")

    def __init__(self, objects: Sequence[BuiltObject]) -> None:
        self._objects = objects
        self._starts: list[int] = []
        self._texts: dict[int, Text] = {}

    @property
    def text(self) -> Text:
        """All of it."""
        return sourced_text(self._objects)

    def pieces(self, start: int, end: int) -> list[Piece]:
        """The pieces between two offsets; what stands between objects nobody wrote."""
        if not self._starts:
            at = 0
            for built in self._objects:
                self._starts.append(at)
                at += len(built.text) + len(SEPARATOR)
        found: list[Piece] = []
        for index in range(max(bisect_right(self._starts, start) - 1, 0), len(self._objects)):
            begin = self._starts[index]
            if begin >= end:
                break
            text = self._texts.get(index)
            if text is None:
                text = self._texts[index] = self._objects[index].sourced()
            found += text.pieces_of(max(start - begin, 0), min(end - begin, len(text)))
        return found


def sourced_text(objects: Sequence[BuiltObject]) -> Text:
    """All objects with ``---`` between them, each character with its origin."""
    parts: list[str] = []
    for index, built in enumerate(objects):
        parts += ([SEPARATOR] if index else []) + [built.sourced()]
    return joined(parts)


class BuiltProvenance(Provenance, frozen=True, eq=False):
    """The origins of a build, worked out when something is found in it."""

    built: FilledText | BuiltTexts = FilledText(Text("", ()))

    @property
    def content(self) -> Text:
        """The text, each character with its origin."""
        return self.built.text

    def traces(self, span: Span) -> tuple[Trace, ...]:
        """Where the first part of a stretch was written that anybody wrote: by the last one to change it first.

        Where nobody did, as of a variable that came to nothing, what stands before it tells the place.
        """
        before = reversed(self.built.pieces(max(span.start - _NEAR, 0), span.start))
        piece = next((one for one in (*self._pieces(span), *before) if any(o.file for o in one.origins)), None)
        if piece is None:
            return (Trace(self.fallback, Span(0, 0)),)
        return tuple(dict.fromkeys(self.trace(origin) for origin in piece.origins if origin.file))

    def is_unknown(self, span: Span) -> bool:
        """Whether a stretch stands in for text that nothing here decides."""
        return any(piece.unknown for piece in self._pieces(span))

    def written_at(self, span: Span) -> Trace | None:
        """The one stretch of a file that a scalar stands in, None where there is none."""
        pieces = self._pieces(span)
        if len(pieces) != 1 or pieces[0].unknown or not pieces[0].origins:
            return None
        return self.trace(pieces[0].origins[0]) if ".tgz/" not in pieces[0].origins[0].file else None

    def _pieces(self, span: Span) -> list[Piece]:
        return self.built.pieces(span.start, max(span.end, span.start + 1))


def provenance_of(built: FilledText | BuiltTexts, fallback: str, shown: Callable[[str], str]) -> BuiltProvenance:
    """The provenance of a build; ``fallback`` is the kustomization file."""
    return BuiltProvenance(Text("", ()), "", fallback, shown, _BEFORE, built=built)
