"""Where the text that a kustomization was built to was written: who wrote it last, and whose it was before."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kubelens.engine.provenance import Provenance, Trace
from kubelens.render.kustomize.build import BuiltObject
from kubelens.render.origin import Piece, Text, joined
from kubelens.syntax.text import Span

SEPARATOR = "---\n"
_BEFORE = "changed from what stands here"


class LazyText:
    """A text with its origins, made when it is first asked for."""

    __slots__ = ("_make", "_text")

    def __init__(self, make: Callable[[], Text]) -> None:
        self._make = make
        self._text: Text | None = None

    @property
    def text(self) -> Text:
        """The text."""
        if self._text is None:
            self._text = self._make()
        return self._text


def sourced_text(objects: Sequence[BuiltObject]) -> Text:
    """All objects with ``---`` between them, each character with its origin."""
    parts: list[str] = []
    for index, built in enumerate(objects):
        parts += ([SEPARATOR] if index else []) + [built.sourced()]
    return joined(parts)


class BuiltProvenance(Provenance, frozen=True, eq=False):
    """The origins of a build, worked out when something is found in it."""

    built: LazyText = LazyText(lambda: Text("", ()))

    @property
    def content(self) -> Text:
        """The text, each character with its origin."""
        return self.built.text

    def traces(self, span: Span) -> tuple[Trace, ...]:
        """Where the first part of a stretch was written that anybody wrote: by the last one to change it first."""
        piece = next((one for one in self._pieces(span) if one.origins), None)
        if piece is None:
            return (Trace(self.fallback, Span(0, 0)),)
        found = (self.trace(origin) for origin in piece.origins if origin.file)
        return tuple(dict.fromkeys(found)) or (Trace(self.fallback, Span(0, 0)),)

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
        text = self.content
        return list(text.pieces_of(span.start, min(max(span.end, span.start + 1), len(text))))


def provenance_of(built: LazyText, fallback: str, shown: Callable[[str], str]) -> BuiltProvenance:
    """The provenance of a build; ``fallback`` is the kustomization file."""
    return BuiltProvenance(Text("", ()), "", fallback, shown, _BEFORE, built=built)
