"""Which subcharts take part, under which names, and what they hand up (Helm, ``pkg/chart/v2/util/dependencies.go``)."""

from __future__ import annotations

from typing import Final

from kubelens.render.chart.coalesce import Coalescing, table_at, value_at
from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.metadata import Dependency
from kubelens.render.chart.model import Chart, copied_metadata
from kubelens.render.chart.tables import Table, copied_table
from kubelens.render.chart.versions import is_compatible
from kubelens.render.go.printing import format_value
from kubelens.render.origin import Sourced

_MOST_CHARTS: Final = 1000


def missing_dependencies(chart: Chart) -> list[str]:
    """Names of the charts that Chart.yaml asks for and ``charts/`` does not hold."""
    there = {below.name for below in chart.dependencies}
    return [dependency.name for dependency in chart.metadata.required() if dependency.name not in there]


def process_dependencies(chart: Chart, given: Table, helm: int = 4) -> None:
    """Drop what conditions and tags disable, apply aliases, import values; changes the chart.

    Raises:
        ChartFault: ``chart dependencies processing failed: ...``.
    """
    try:
        _enable(chart, given, "", helm, _Copies())
        _import_values(chart, helm)
    except ChartFault as fault:
        message = f"chart dependencies processing failed: {fault}" if helm > 3 else str(fault)
        raise ChartFault(message, fault.file, fault.line, fault.origins) from None


class _Copies:
    """Counts the charts that dependencies make copies of: each alias is one, with all that lies below."""

    def __init__(self) -> None:
        self.left = _MOST_CHARTS

    def take(self, chart: Chart) -> None:
        """Count a chart and those below it; raises ``ChartFault``."""
        self.left -= 1
        if self.left < 0:
            raise ChartFault(f"more than {_MOST_CHARTS} charts, which is more than a render allows")
        for below in chart.dependencies:
            self.take(below)


def _enable(chart: Chart, given: Table, path: str, helm: int, copies: _Copies) -> None:
    if chart.metadata.dependencies is None:
        return
    required = chart.metadata.required()
    kept = [
        below
        for below in chart.dependencies
        if not any(one.name == below.name and is_compatible(one.version, below.metadata.version) for one in required)
    ]
    for dependency in required:
        found = _aliased(chart.dependencies, dependency, copies)
        if found is not None:
            kept.append(found)
        if dependency.alias:
            dependency.name = dependency.alias
    chart.dependencies = []
    chart.add(*kept)
    for dependency in required:
        dependency.enabled = True
    values = Coalescing(helm).values_of(chart, given)
    _apply_tags(required, values)
    _apply_conditions(required, values, path)
    disabled = {dependency.name for dependency in required if not dependency.enabled}
    kept = [below for below in chart.dependencies if below.name not in disabled]
    for below in kept:
        _enable(below, values, f"{path}{below.name}.", helm, copies)
    chart.metadata.dependencies = [one for one in required if one.name not in disabled]
    chart.dependencies = []
    chart.add(*kept)


def _aliased(charts: list[Chart], dependency: Dependency, copies: _Copies) -> Chart | None:
    """The chart that fills a dependency, a copy of its own under the alias."""
    for chart in charts:
        if chart.name != dependency.name or not is_compatible(dependency.version, chart.metadata.version):
            continue
        copies.take(chart)
        copy = chart.fresh()
        copy.metadata = copied_metadata(chart.metadata)
        if dependency.alias:
            copy.metadata.name = dependency.alias
        return copy
    return None


def _apply_tags(required: list[Dependency], values: Table) -> None:
    tags = table_at(values, "tags")
    if tags is None:
        return
    for dependency in required:
        told = [tags[tag] for tag in dependency.tags if isinstance(tags.get(tag), bool)]
        dependency.enabled = not told or any(told)


def _apply_conditions(required: list[Dependency], values: Table, path: str) -> None:
    for dependency in required:
        for condition in dependency.condition.strip().split(","):
            if not condition:
                continue
            there, value = value_at(values, path + condition)
            if there and isinstance(value, bool):
                dependency.enabled = value
                break


def _import_values(chart: Chart, helm: int) -> None:
    for below in chart.dependencies:
        _import_values(below, helm)
    if chart.metadata.dependencies is None:
        return
    merging = Coalescing(helm, merge=True)
    values = merging.values_of(chart, Sourced())
    imported: Table = Sourced()
    for dependency in chart.metadata.required():
        for wanted in dependency.import_values:
            if isinstance(wanted, dict):
                child, parent = format_value(wanted.get("child")), format_value(wanted.get("parent"))
            elif isinstance(wanted, str):
                child, parent = f"exports.{wanted}", "."
            else:
                continue
            table = table_at(values, f"{dependency.name}.{child}")
            if table is not None:
                merging.tables(imported, _under(parent, table))
    chart.values = merging.tables(copied_table(values), imported)


def _under(path: str, table: Table) -> Table:
    """A table at a dotted path of its own."""
    if path == ".":
        return table
    found = table
    for step in reversed(path.split(".")):
        outer: Table = Sourced()
        outer[step] = found
        found = outer
    return found
