"""What templates of a chart printed with some values, to be taken again with others where they read none that differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from kubelens.render.chart.coalesce import GLOBAL
from kubelens.render.chart.model import Chart
from kubelens.render.chart.tables import is_table
from kubelens.render.chart.watched_values import ALL
from kubelens.render.origin import Text

_MOST_KEPT: Final = 8
"""Of one template."""
Given = Mapping[str, frozenset[str]]
"""The keys of values that are given for each chart beside its own, by the chart's full path; ``ALL`` stands for any."""


class Printed(Struct, frozen=True, eq=False):
    """What a template printed. ``steps``: the work that it took; ``read``: the keys of values, by their chart's full path."""

    text: Text
    steps: int
    read: Mapping[str, frozenset[str]]
    given: Given


class PrintedBefore:
    """What was printed by a chart with the same files, for the same release and cluster."""

    def __init__(self) -> None:
        self._printed: dict[tuple[tuple[str, str], ...], dict[str, list[Printed]]] = {}

    def beside(self, chart: Chart, given: object) -> PrintedAgain:
        """For a render with these values, in which these charts take part (``process_dependencies``)."""
        charts = tuple((one.full_path, one.path) for one in _all(chart))
        return PrintedAgain(self._printed.setdefault(charts, {}), dict(_given(chart, given, False)))


class PrintedAgain:
    """What a render may take from those before it, and adds for those that follow."""

    def __init__(self, printed: dict[str, list[Printed]], given: Given) -> None:
        self._printed = printed
        self._given = given

    def take(self, name: str) -> Printed | None:
        """What a template printed when all that it read was as it is now."""
        for one in self._printed.get(name, ()):
            if all(self._is_same(path, read, one.given) for path, read in one.read.items()):
                return one
        return None

    def keep(self, name: str, text: Text, steps: int, read: Mapping[str, frozenset[str]]) -> None:
        """Add what a template printed; ``read``: the keys of each chart's values that it looked at."""
        known = self._printed.setdefault(name, [])
        if len(known) < _MOST_KEPT:
            known.append(Printed(text, steps, {path: keys for path, keys in read.items() if keys}, self._given))

    def _is_same(self, path: str, read: frozenset[str], before: Given) -> bool:
        for given in (self._given.get(path), before.get(path)):
            if given and (ALL in given or ALL in read or not given.isdisjoint(read)):
                return False
        return True


def _all(chart: Chart) -> Iterator[Chart]:
    yield chart
    for below in chart.dependencies:
        yield from _all(below)


def _given(chart: Chart, given: object, has_globals: bool) -> Iterator[tuple[str, frozenset[str]]]:
    """The keys that are given for a chart and those below it; a parent sees its subcharts' values among its own."""
    names = {below.name for below in chart.dependencies}
    keys = set(given) if is_table(given) else {ALL}
    if has_globals or GLOBAL in keys or ALL in keys:
        keys |= {GLOBAL, *names}
    yield chart.full_path, frozenset(keys)
    for below in chart.dependencies:
        inner = given.get(below.name, {}) if is_table(given) else None
        yield from _given(below, inner, GLOBAL in keys)
