"""What rules can be about beside objects: whole texts, and requests to ignore."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from kubelens.syntax.place import Place
from kubelens.syntax.text import Problem, Source, Span

if TYPE_CHECKING:
    from kubelens.predict.cluster.played import Played
    from kubelens.render.chart.fault import ChartFault
    from kubelens.render.chart.model import Chart
    from kubelens.render.chart.render import Rendered


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


class ScenarioRun(Struct, frozen=True, eq=False):
    """A scenario file, its question, and where each of its promises stands; without a question ``fault`` says why."""

    uri: str
    question: Played | None = None
    spans: tuple[Span, ...] = ()
    fault: str = ""
    head: Span = Span(0, 0)
    """Where the scenario's name stands."""

    @property
    def place(self) -> Place:
        """The file; give a finding its ``span`` beside it."""
        return Place(self.uri, 0)


class ChartRun(Struct, frozen=True, eq=False):
    """A chart and what became of it when it was rendered with its own values.

    ``folder`` stands before the names of its files (``charts/shop/``, empty for the working folder); ``files`` are those
    that Helm reads, by these names; ``texts`` the ones of them that are text, by uri. ``chart`` is None where it cannot
    be loaded, ``rendered`` where it cannot be rendered; ``fault`` says why.
    """

    folder: str
    files: Mapping[str, bytes]
    texts: Mapping[str, Source]
    chart: Chart | None = None
    rendered: Rendered | None = None
    fault: ChartFault | None = None
    unread: tuple[tuple[str, str], ...] = ()
    """Files that were not read, each with the reason."""
    given: Mapping[str, object] = {}
    """The values that it is rendered with beside the chart's own."""
    tried: bool = False
    """Whether nobody says that these values are given: a file of them lies beside a chart that is rendered without them."""
    given_elsewhere: tuple[Mapping[str, object], ...] = ()
    """Those of the files of values beside the chart, each of which makes a set of its own."""
    named: Callable[[str], str] = str
    """What reports call the files that given values come from, by the files of their origins."""

    @property
    def fails_by_undecided(self) -> bool:
        """Whether what it fails by names a given text that stands in for another, such as one that only a cluster's Secret holds."""
        if self.fault is None:
            return False
        from kubelens.render.origin import undecided_in  # noqa: PLC0415 - only where a chart is there

        return any(one in self.fault.message for one in undecided_in(self.given))

    @property
    def failed(self) -> bool:
        """Whether nothing of the chart could be looked at; a library is no chart to be rendered."""
        library = self.chart is not None and self.chart.metadata.is_library
        return self.rendered is None and not library

    def is_same(self, other: ChartRun | None) -> bool:
        """Whether it is the same render, told of the same values, though put together anew."""
        if self is other or other is None:
            return self is other
        mine = (self.files, self.rendered, self.fault, self.given, *self.given_elsewhere)
        theirs = (other.files, other.rendered, other.fault, other.given, *other.given_elsewhere)
        return len(mine) == len(theirs) and all(one is another for one, another in zip(mine, theirs, strict=True))

    def place(self, file: str = "Chart.yaml") -> Place:
        """A file of the chart; give a finding its ``span`` beside it."""
        return Place(f"{self.folder}{file}", 0)

    def source(self, file: str) -> Source | None:
        """The text of a file."""
        return self.texts.get(f"{self.folder}{file}")

    def line(self, file: str, number: int) -> Span:
        """A line of a file, counted from 1, without the blanks around it."""
        source = self.source(file)
        return (source.line_span(number) if source is not None else None) or Span(0, 0)
