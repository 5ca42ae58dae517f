"""Sets whose charts' values hang on others that nobody gives here.

A chart that nobody names is judged with its own values, which whoever installs it gives others over. Where one of its
templates is an Application of Argo CD (an app of apps for several environments), what this passes on to further charts
are such values too: a file of an environment, a version, an account are then known to who installs the first. And a chart that an
ApplicationSet installs, with what a generator gives that is not known here, is installed by nobody with its own values alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from kubelens.engine.sets.planned import ChartPart, PlannedSet


def with_open_values(planned: Sequence[PlannedSet]) -> frozenset[str]:
    """The names of those that are said in a chart that nobody names, or in one that such a set installs."""
    by_generators = {folder for one in planned if one.lacks and not one.parts for folder in one.beneath}
    given = {one.name for one in planned if one.guessed and not by_generators.isdisjoint(_charts(one))}
    open_ones = {one.name for one in planned if one.guessed and _charts(one)}
    first = frozenset(open_ones)
    while True:
        closed = {folder for one in planned if one.name not in open_ones for folder in _charts(one)}
        folders = {folder for one in planned if one.name in open_ones for folder in _charts(one)} - closed
        below = tuple(f"{folder}/" if folder else "" for folder in folders)
        more = {one.name for one in planned if one.said_in.startswith(below)} - open_ones if below else set[str]()
        if not more:
            return frozenset(open_ones - first | given)
        open_ones |= more


def _charts(one: PlannedSet) -> list[str]:
    return [part.folder for part in one.parts if isinstance(part, ChartPart)]
