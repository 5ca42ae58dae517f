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
    """The text of some objects with its origins, made when it is first asked for."""

    __slots__ = ("_objects", "_text")

    def __init__(self, objects: Sequence[BuiltObject]) -> None:
        self._objects = objects
        self._text: Text | None = None

    @property
    def text(self) -> Text:
        """All objects with ``---`` between them."""
        if self._text is None:
            parts: list[str] = []
            for index, built in enumerate(self._objects):
                parts += ([SEPARATOR] if index else []) + [built.sourced()]
            self._text = joined(parts)
        return self._text


class BuiltProvenance(Provenance, frozen=True, eq=False):
    """The origins of a build, worked out when something is found in it."""

    built: LazyText = LazyText(())
    shown: Callable[[str], str] = str
    """A path from the root as reports show it."""

    def traces(self, span: Span) -> tuple[Trace, ...]:
        """Where the first part of a stretch was written that anybody wrote: by the last one to change it first."""
        piece = next((one for one in self._pieces(span) if one.origins), None)
        if piece is None:
            return (Trace(self.fallback, Span(0, 0)),)
        found = (Trace(self.shown(o.file), Span(o.start, o.end)) for o in piece.origins if o.file)
        return tuple(dict.fromkeys(found)) or (Trace(self.fallback, Span(0, 0)),)

    def is_unknown(self, span: Span) -> bool:
        """Whether a stretch stands in for text that nothing here decides."""
        return any(piece.unknown for piece in self._pieces(span))

    def _pieces(self, span: Span) -> list[Piece]:
        text = self.built.text
        return list(text.pieces_of(span.start, min(max(span.end, span.start + 1), len(text))))


def provenance_of(objects: Sequence[BuiltObject], fallback: str, shown: Callable[[str], str]) -> BuiltProvenance:
    """The provenance of a build; ``fallback`` is the kustomization file."""
    return BuiltProvenance(Text("", ()), "", fallback, _BEFORE, built=LazyText(objects), shown=shown)
