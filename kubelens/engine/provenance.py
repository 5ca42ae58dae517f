"""Where rendered text was written: from stretches of it back to the files that somebody can change.

Rules judge rendered documents as if they were files. What they find is brought to templates and values here, at the
very end, so that no rule knows of rendering.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.render.origin import Origin, Piece, Text
from kubelens.rules.api import Applicability, Finding, Fix, RawEdit, Related, RenameKey, SetValue
from kubelens.syntax.place import Place
from kubelens.syntax.text import Edit, Source, Span

if TYPE_CHECKING:
    from kubelens.engine.workspace import Snapshot

_MOST_RELATED: Final = 3


_ARCHIVE: Final = ".tgz/"


class Trace(Struct, frozen=True):
    """A stretch of a file that somebody wrote; ``inside`` says where in an archive it stands that this file asks for."""

    uri: str
    span: Span
    inside: str = ""


class Archives(Struct, frozen=True, eq=False):
    """The archives of a chart: which stretch of ``uri`` asks for each, and the texts they hold, both by path.

    ``folder`` is the chart's, as it stands before these paths.
    """

    uri: str
    spans: Mapping[str, Span]
    texts: Mapping[str, str]
    folder: str = ""

    def trace(self, path: str, start: int) -> Trace:
        """Where the archive is asked for that a file lies in."""
        archive, _, inner = path.partition(_ARCHIVE)
        archive += ".tgz"
        text = self.texts.get(path)
        line = "" if text is None else f":{text.count(chr(10), 0, start) + 1}"
        return Trace(
            self.uri, self.spans.get(archive, Span(0, 0)), f"{archive.removeprefix(self.folder)}, {inner}{line}"
        )


class Provenance(Struct, frozen=True, eq=False):
    """The rendered text of a chart with its origins, and how the files they name are called in reports.

    ``shown`` gives the name of a file by its path from the root; ``folder`` is the chart's, ``""`` or with ``/`` behind it;
    ``fallback`` is the file that stands for text whose origin is in an archive or unknown.
    """

    text: Text
    folder: str
    fallback: str
    shown: Callable[[str], str] = str
    beside: str = "filled in from here"
    """What is said of the places behind the first."""
    archives: Archives | None = None
    own: str = ""
    """The path of the template that was printed; others are called by it."""

    @property
    def content(self) -> Text:
        """The text, each character with its origin."""
        return self.text

    def traces(self, span: Span) -> tuple[Trace, ...]:
        """Where the characters of a stretch were written: templates first, then what filled them in."""
        end = min(max(span.end, span.start + 1), len(self.text))
        templates: list[Origin] = []
        values: list[Origin] = []
        for origin in self.text.origins_of(span.start, end):
            is_template = "templates/" in origin.file.removeprefix(self.folder)
            (templates if is_template else values).append(origin)
        called = [origin for origin in templates if origin.file != self.own]
        calls = [origin for origin in templates if origin.file == self.own] or self._call(span.start)
        found = [self.trace(_widened(some)) for some in (calls, called) if some]
        found += [self.trace(origin) for origin in values]
        return tuple(dict.fromkeys(found)) or (Trace(self.fallback, Span(0, 0)),)

    def _call(self, offset: int) -> list[Origin]:
        """What the template that was printed says on the line before an offset: it calls what printed the rest."""
        start = self.text.rfind("\n", 0, offset) + 1
        before = [o for piece in self.text.pieces_of(start, offset) if piece.exact for o in piece.origins]
        return [one for one in before if one.file == self.own][-1:]

    def is_unknown(self, span: Span) -> bool:
        """Whether a stretch stands in for text that nothing here decides, such as a random password."""
        return any(piece.unknown for piece in self.text.pieces_of(span.start, max(span.end, span.start + 1)))

    def written_at(self, span: Span) -> Trace | None:
        """The one stretch of a file whose characters stand here unchanged, None where there is none."""
        return _written_at(list(self.text.pieces_of(span.start, span.end)), self.trace)

    def trace(self, found: Origin) -> Trace:
        """An origin as reports name it."""
        if _ARCHIVE in found.file:
            if self.archives is None:
                return Trace(self.fallback, Span(0, 0))
            return self.archives.trace(found.file, found.start)
        return Trace(self.shown(found.file), Span(found.start, found.end))


def _written_at(pieces: list[Piece], trace: Callable[[Origin], Trace]) -> Trace | None:
    """The stretch of a file that pieces repeat character by character, one behind the other."""
    if not pieces or not all(piece.exact and not piece.unknown for piece in pieces):
        return None
    first, *others = (piece.origins[0] for piece in pieces)
    end = first.end
    for origin in others:
        if origin.file != first.file or origin.start != end:
            return None
        end = origin.end
    return trace(Origin(first.file, first.start, end)) if _ARCHIVE not in first.file else None


def _widened(origins: list[Origin]) -> Origin:
    """The first origin and those behind it in the same file: what was written for one stretch of output."""
    first = origins[0]
    end = first.end
    for origin in origins[1:]:
        if origin.file == first.file and first.start <= origin.start <= end:
            end = max(end, origin.end)
    return Origin(first.file, first.start, end)


def brought_home(
    findings: Iterable[Finding],
    made: Mapping[str, Provenance],
    sources: Mapping[str, Source],
    snapshot: Snapshot,
) -> Iterator[Finding]:
    """Findings where somebody can repair them; those about rendered text stand at its origin, each once.

    ``made``: the provenance of rendered texts by their uri; ``sources``: the texts that origins may lie in;
    ``snapshot``: where they were found. What stands in for unknown text is not judged. ``about`` keeps the object: the
    place no longer tells it.
    """
    locate = snapshot.locate
    seen: set[tuple[str, str, str, Span]] = set()
    for finding in findings:
        related = tuple(_home(one, made, sources, locate) for one in finding.related)
        provenance = made.get(finding.at.uri)
        if provenance is None:
            yield replace(finding, related=related) if related else finding
            continue
        span = finding.span or locate(finding.at)
        if provenance.is_unknown(span):
            continue
        first, *others = provenance.traces(span)
        first = _one_line(first, sources)
        inside = [f"it stands in {first.inside}"] if first.inside else []
        key = (finding.rule, finding.message, first.uri, first.span)
        if key in seen:
            continue
        seen.add(key)
        filled = [
            Related(Place(t.uri, 0), provenance.beside, t.span) for t in others[:_MOST_RELATED] if t.uri in sources
        ]
        fix = finding.fix
        yield replace(
            finding,
            at=Place(first.uri, 0),
            span=first.span,
            related=(*filled, *related),
            notes=(*finding.notes, *inside),
            fix=None if fix is None else _fix_at_home(fix, made, sources, snapshot),
            about=finding.at,
        )


def home_of(snapshot: Snapshot, place: Place) -> Trace:
    """Where somebody wrote what stands at a place: the place itself, but for what was rendered."""
    span = snapshot.locate(place)
    file = snapshot.files.get(place.uri)
    made = file.loaded.made if file is not None else None
    return made.traces(span)[0] if made is not None else Trace(place.uri, span)


def _fix_at_home(fix: Fix, made: Mapping[str, Provenance], sources: Mapping[str, Source], snapshot: Snapshot) -> Fix:
    """A fix that changes what somebody wrote: single values that stand in one place as they are printed.

    What else would be changed is left to people: such a fix has no changes.
    """
    nothing = Fix(fix.title, (), Applicability.UNSAFE)
    changes: list[RawEdit] = []
    if not all(isinstance(change, SetValue | RenameKey) for change in fix.changes):
        return nothing
    from kubelens.engine.fixing import edits_of  # noqa: PLC0415 - only where something rendered can be repaired

    for uri, edit in edits_of(snapshot, fix, rendered=True) or ():
        provenance, printed = made.get(uri), snapshot.source(uri)
        trace = provenance.written_at(edit.span) if provenance is not None and edit.span.start < edit.span.end else None
        source = sources.get(trace.uri) if trace is not None else None
        if trace is None or source is None or printed is None:
            return nothing
        if source.text[trace.span.start : trace.span.end] != printed.text[edit.span.start : edit.span.end]:
            return nothing
        changes.append(RawEdit(trace.uri, Edit(trace.span, edit.text)))
    return Fix(fix.title, tuple(changes), fix.applicability) if changes else nothing


def _home(
    related: Related, made: Mapping[str, Provenance], sources: Mapping[str, Source], locate: Callable[[Place], Span]
) -> Related:
    provenance = made.get(related.place.uri)
    if provenance is None:
        return related
    first = _one_line(provenance.traces(related.span or locate(related.place))[0], sources)
    return Related(Place(first.uri, 0), related.message, first.span)


def _one_line(trace: Trace, sources: Mapping[str, Source]) -> Trace:
    """A stretch cut to the line it begins on, blanks before it left out."""
    source = sources.get(trace.uri)
    if source is None:
        return trace
    start, end = trace.span.start, min(trace.span.end, len(source.text))
    while start < end and source.text[start].isspace():
        start += 1
    stop = source.text.find("\n", start, end)
    return Trace(trace.uri, Span(start, end if stop < 0 else stop), trace.inside)
