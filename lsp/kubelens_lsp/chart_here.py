"""The chart that a file is part of, in each set that is made from it: its values, its templates, where values stand."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.charts.rendering import GIVEN
from kubelens.engine.told_once import short_names
from kubelens.render.chart.model import Chart
from kubelens.render.chart.tables import Table, is_table
from kubelens.render.origin import Origin, Sourced, SourcedList, Text
from kubelens.rules.subjects import ChartRun
from kubelens.syntax.text import Source
from kubelens_lsp.template_actions import ITEM, Path
from kubelens_lsp.view import View

_NO_VALUES: Final = ("Chart.yaml", "Chart.lock", "requirements.yaml", "values.schema.json")


class ChartHere(Struct, frozen=True, eq=False):
    """A chart in one set. ``chart``: the innermost that the file lies in; ``values``: what its templates see of them.

    ``above``: the names of the charts on the way to it; ``called``: the set's name, as short as it differs.
    ``given``: whether the set gives the file to its chart as values.
    """

    called: str
    run: ChartRun
    chart: Chart
    values: Table
    above: Path = ()
    given: bool = False

    def all_templates(self) -> Iterator[tuple[str, str]]:
        """(path, text) of the templates of the outermost chart and of all below it."""
        whole = _whole(self.run)
        return templates_of(whole) if whole is not None else iter(())


class Standing(Struct, frozen=True):
    """A value in a set: what it is, and where it was written; None where nothing there says it."""

    called: str
    value: object
    source: Source | None
    start: int = 0
    end: int = 0


def charts_here(view: View, key: str) -> list[ChartHere]:
    """The chart of a file in every set that is made from it; none for other files."""
    found: list[tuple[str, ChartRun, bool]] = []
    sets = _by_name(view)
    for name, run in view.told.charts.items():
        if run.chart is None:
            continue
        given = _is_given(sets.get(name), key)
        if given or (run.folder and key.startswith(run.folder)):
            found.append((name, run, given))
    called = short_names([name for name, _, _ in found])
    made: list[ChartHere] = []
    for short, (_, run, given) in zip(called, found, strict=True):
        whole = _whole(run)
        values = run.rendered.values if run.rendered is not None else run.chart.values if run.chart else Sourced()
        if whole is not None:
            inside = key.removeprefix(run.folder) if key.startswith(run.folder) else ""
            here = ChartHere(short.partition("+")[2] or short, run, whole, values, given=given)
            made.append(_innermost(here, inside))
    return made


def _whole(run: ChartRun) -> Chart | None:
    return run.rendered.chart if run.rendered is not None else run.chart


def _by_name(view: View) -> dict[str, ApplySet]:
    """The sets by each of their names; of several with one name the first."""
    return {name: one for one in reversed(view.told.sets) for name in (one.name, *one.also)}


def _is_given(one: ApplySet | None, key: str) -> bool:
    """Whether a file holds values that a set gives its chart."""
    return one is not None and any(text.uri == key for text in one.texts)


def _innermost(here: ChartHere, inside: str) -> ChartHere:
    for below in here.chart.dependencies:
        if below.path and inside.startswith(below.path):
            values = here.values.get(below.name)
            own = values if is_table(values) else below.values
            return _innermost(replace(here, chart=below, values=own, above=(*here.above, below.name)), inside)
    return here


def is_template(view: View, key: str) -> bool:
    """Whether a file is a template of a chart: also one that no set knows yet."""
    if "templates/" not in f"/{key}" or not key.endswith((".yaml", ".yml", ".tpl", ".txt", ".json")):
        return False
    return any(key.startswith(run.folder) for run in view.told.charts.values() if run.folder)


def is_values(heres: Iterable[ChartHere], key: str) -> bool:
    """Whether a file holds values of a chart; ``heres``: its charts, as :func:`charts_here` finds them."""
    if posixpath.basename(key) in _NO_VALUES or not key.endswith((".yaml", ".yml")):
        return False
    for here in heres:
        inside = key.removeprefix(here.run.folder)
        if not key.startswith(here.run.folder) or posixpath.basename(key).startswith("values"):
            return "/templates/" not in f"/{inside}" and "/crds/" not in f"/{inside}"
        if here.given and "/templates/" not in f"/{inside}":
            return key not in here.run.texts
    return False


def at_path(value: object, path: Iterable[str]) -> list[object]:
    """What stands at a path below a value: several where it leads through what lists or maps hold."""
    found = [value]
    for step in path:
        inner: list[object] = []
        for one in found:
            if step == ITEM:
                inner += list(one.values()) if is_table(one) else one if isinstance(one, list) else []
            elif is_table(one) and step in one:
                inner.append(one[step])
        found = inner[:200]
    return found


def standings(view: View, heres: Iterable[ChartHere], path: Path) -> Iterator[Standing]:
    """A value in every set that has it; ``path`` from the values of the innermost chart on."""
    for here in heres:
        holders = at_path(here.values, path[:-1])
        for holder in holders[:1] if ITEM not in path else holders:
            if path[-1:] == (ITEM,) or not path or not is_table(holder) or path[-1] not in holder:
                continue
            value = holder[path[-1]]
            origin = _origin(holder, path[-1], value)
            source = _source(view, here.run, origin) if origin is not None else None
            if source is None or origin is None:
                yield Standing(here.called, value, None)
            else:
                yield Standing(here.called, value, source, origin.start, origin.end)


def _origin(holder: Table, key: str, value: object) -> Origin | None:
    """Where a value was given: its key, in the file that has the last word."""
    if isinstance(holder, Sourced) and (origin := holder.key_origins.get(key)) is not None:
        return origin
    if isinstance(value, Text) and value.pieces and value.pieces[0].origins:
        return value.pieces[0].origins[0]
    if isinstance(holder, Sourced) and (origin := holder.origins.get(key)) is not None:
        return origin
    if isinstance(value, Sourced | SourcedList):
        return next(iter(value.origins.values()), None)
    return None


def _source(view: View, run: ChartRun, origin: Origin) -> Source | None:
    if not origin.file.startswith(GIVEN):
        return run.texts.get(f"{run.folder}{origin.file}")
    path = origin.file.removeprefix(GIVEN)
    return next((source for key, source in view.told.sources.items() if f"/{key}".endswith(f"/{path}")), None)


def said_of(told: Iterable[Standing]) -> str:
    """The comment above a value, of the first place that has one; ``""`` where none has."""
    comments = (_comment_above(one.source, one.start) for one in told if one.source is not None)
    return next(filter(None, comments), "")


def _comment_above(source: Source, start: int) -> str:
    """The comment on the lines right above an offset, as prose."""
    line = source.position(start).line
    said: list[str] = []
    while line > 0:
        line -= 1
        text = source.line_text(line).strip()
        if not text.startswith("#"):
            break
        said.insert(0, text.lstrip("#").removeprefix(" --").strip())
    return " ".join(filter(None, said))[:600]


def templates_of(chart: Chart) -> Iterator[tuple[str, str]]:
    """(path, text) of the templates of a chart and of all below it."""
    for file in chart.templates:
        yield file.path, file.text
    for below in chart.dependencies:
        yield from templates_of(below)
