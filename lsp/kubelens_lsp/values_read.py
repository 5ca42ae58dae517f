"""From a value of a chart to the templates that read it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from typing import Final

from kubelens.render.chart.model import Chart
from kubelens.syntax.place import Place
from kubelens.syntax.text import Span
from kubelens_lsp.chart_here import ChartHere
from kubelens_lsp.symbols import path_at
from kubelens_lsp.template_actions import ITEM, Path, operands
from kubelens_lsp.view import View

_GLOBAL: Final = "global"


def path_of_value(view: View, heres: Sequence[ChartHere], key: str, offset: int) -> tuple[Path, Span] | None:
    """The path of the key or value under an offset of a values file, and where it stands."""
    file = view.snapshot.files.get(key)
    found = path_at(file, offset) if file is not None else None
    if found is None or not heres:
        return None
    place, _, is_key = found
    path = tuple(ITEM if isinstance(step, int) else step for step in place.path)
    while path and path[-1] == ITEM:
        path, place = path[:-1], Place(place.uri, place.document, place.path[:-1])
    if not path:
        return None
    return path, view.snapshot.locate(place.key() if is_key else place)


def readers(here: ChartHere, path: Path) -> Iterator[tuple[str, int, int]]:
    """(file, start, end) of every place that reads a value, or one below it, by its name; ``file`` from the chart's folder."""
    yield from _in_chart(here.chart, path)


def _in_chart(chart: Chart, path: Path) -> Iterator[tuple[str, int, int]]:
    wanted = ("Values", *path)
    for file in chart.templates:
        if path[-1] not in file.text:
            continue
        for one in operands(file.text):
            if one.path[: len(wanted)] == wanted and len(one.steps) > len(one.path) - len(wanted):
                start, end = one.steps[len(one.steps) - 1 - (len(one.path) - len(wanted))]
                yield file.path, start, end
    for below in chart.dependencies:
        if path[0] == below.name and len(path) > 1:
            yield from _in_chart(below, path[1:])
        elif path[0] == _GLOBAL:
            yield from _in_chart(below, path)


def source_name(here: ChartHere, path: str) -> str:
    """What the session calls a file of a chart."""
    return posixpath.join(here.run.folder, path)
