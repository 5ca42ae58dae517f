"""What an output format is: a name and a function from located findings to text."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, Final

from msgspec import Struct, field

from kubelens.engine.named_objects import named_message
from kubelens.engine.run import Outcome
from kubelens.kube.resource import Resource
from kubelens.rules.api import Finding, Rule, Severity
from kubelens.syntax.place import Place
from kubelens.syntax.text import Position, Source, Span

SEVERITY_COLOURS: Final = ("", "36", "33", "31")
"""The terminal's colours, by severity."""


class Region(Struct, frozen=True):
    """A stretch of a file: ``uri`` is what reports show (a chart's own file for rendered output).

    ``start`` and ``end`` count lines and columns from 0, in code points; ``source`` is None for unread files.
    ``rendered``: they count in the text that Helm made, not in ``uri``, whose own lines nobody knows.
    """

    uri: str
    start: Position
    end: Position
    span: Span
    source: Source | None
    rendered: bool = False

    @property
    def head(self) -> str:
        """``file:line:column``, counted from 1; ``file (rendered line:column)`` where they are not the file's own."""
        place = f"{self.start.line + 1}:{self.start.column + 1}"
        return f"{self.uri} (rendered {place})" if self.rendered else f"{self.uri}:{place}"

    def told(self, message: str) -> str:
        """A message for a format that has no word for rendered lines: they are named in it."""
        return f"{message} (line {self.start.line + 1} as rendered)" if self.rendered else message


class LocatedRelated(Struct, frozen=True):
    """The other end of a finding, with its region."""

    region: Region
    message: str


class Located(Struct, frozen=True):
    """A finding with regions in place of symbolic places; ``resource`` is the object it is in, if any."""

    finding: Finding
    region: Region
    related: tuple[LocatedRelated, ...]
    editable: bool = True
    """Whether a fix can be made where it stands."""
    resource: Resource | None = None

    @property
    def message(self) -> str:
        """The message; the object's kind and name before it where it does not name the object itself."""
        return named_message(self.finding.told, self.resource)


class Style(Struct, frozen=True):
    """How text is shown: with colour or without, how wide, and whether what is longer is folded (on a terminal)."""

    colour: bool = False
    width: int = 120
    folded: bool = False


class Results(Struct, frozen=True, dict=True):
    """Everything an output format may show."""

    outcome: Outcome
    style: Style = Style()
    fixed: int = 0
    _regions: dict[tuple[str, int, int], Region] = field(default_factory=dict)

    @cached_property
    def findings(self) -> tuple[Located, ...]:
        """Findings in the order of the files and lines."""
        return tuple(self._located(finding) for finding in self.outcome.findings)

    @cached_property
    def rules(self) -> Mapping[str, Rule[Any]]:
        """Every known rule by name."""
        return self.outcome.rules.known

    def counts(self) -> dict[Severity, int]:
        """How many findings of each severity."""
        counts = Counter([finding.severity for finding in self.outcome.findings])
        return {severity: counts[severity] for severity in sorted(Severity, reverse=True)}

    def by_file(self) -> Iterator[tuple[str, list[Located]]]:
        """Findings by shown file, in order of first appearance."""
        groups: dict[str, list[Located]] = {}
        for located in self.findings:
            groups.setdefault(located.region.uri, []).append(located)
        yield from groups.items()

    def region(self, place: Place, span: Span | None = None) -> Region:
        """Where a place stands."""
        snapshot = self.outcome.snapshot
        source = snapshot.shown(place.uri)
        where = span if span is not None else snapshot.locate(place)
        known = self._regions.get((place.uri, where.start, where.end))
        if known is None:
            known = self._regions[place.uri, where.start, where.end] = self._region(place, where, source)
        return known

    def heads(self) -> list[str]:
        """``file:line:column`` of each finding, counted from 1."""
        snapshot = self.outcome.snapshot
        locate = snapshot.locate
        uri, starts, written = None, [0], False
        found: list[str] = []
        for finding in self.outcome.findings:
            at = finding.at
            if at.uri != uri:
                uri, loaded = at.uri, snapshot.files[at.uri].loaded
                written = loaded.source is not None and not loaded.origins
                starts = loaded.source.line_starts if loaded.source is not None else [0]
            if written:
                start = (finding.span or locate(at)).start
                line = bisect_right(starts, start)
                found.append(f"{uri}:{line}:{start - starts[line - 1] + 1}")
            else:
                found.append(self.region(at, finding.span).head)
        return found

    def _region(self, place: Place, where: Span, source: Source | None) -> Region:
        if source is None:
            return Region(place.uri, Position(0, 0), Position(0, 0), where, None)
        start = source.position(where.start)
        length = where.end - where.start
        inside = start.column + length <= source.line_end(start.line) - source.line_starts[start.line]
        end = Position(start.line, start.column + length) if inside else source.position(where.end)
        file = self.outcome.snapshot.files[place.uri]
        shown = place.uri
        for line, origin in file.loaded.origins:
            if line > start.line:
                break
            shown = origin
        return Region(shown, start, end, where, source, shown != place.uri)

    def _located(self, finding: Finding) -> Located:
        related = tuple([LocatedRelated(self.region(r.place, r.span), r.message) for r in finding.related])
        editable = self.outcome.snapshot.files[finding.at.uri].loaded.editable
        resource = self.outcome.snapshot.object_of(finding)
        return Located(finding, self.region(finding.at, finding.span), related, editable, resource)


class Reporter(Struct, frozen=True):
    """An output format: ``kubelens check --output NAME``. ``render`` gives the whole text, line end included."""

    name: str
    summary: str
    render: Callable[[Results], str]
