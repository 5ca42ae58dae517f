"""Why a chart is not rendered, in one line."""

from __future__ import annotations

from kubelens.render.chart.dependencies import missing_dependencies
from kubelens.rules.subjects import ChartRun


def dependencies_lacked(run: ChartRun) -> list[str]:
    """The names of dependencies that keep a chart from being rendered, as charts/ does not hold them."""
    if run.fault is None or run.chart is None:
        return []
    return list(dict.fromkeys(map(str, missing_dependencies(run.chart))))


def why_not_rendered(run: ChartRun) -> str:
    """What charts/ lacks, else Helm's words; ``""`` where the chart is rendered."""
    if run.fault is None:
        return ""
    if lacked := dependencies_lacked(run):
        names = ", ".join(map(repr, lacked))
        return f"charts/ does not hold {names}; helm dependency build fetches what Chart.yaml asks for"
    return " ".join(str(run.fault).split()) or "cannot be rendered"
