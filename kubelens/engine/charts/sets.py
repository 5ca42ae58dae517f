"""The charts among the texts of a run, as sets of objects of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.charts.discovery import chart_folders
from kubelens.engine.charts.reading import ChartFiles, read_chart
from kubelens.engine.loader import Loaded
from kubelens.engine.partials import KUSTOMIZATIONS
from kubelens.syntax.parse import parse_source

Charts = Sequence[tuple[str, ChartFiles]]
"""(folder, as it stands before the names of its files; its files) of each chart of a run."""


def find_charts(loaded: Iterable[Loaded]) -> Charts:
    """The charts that some texts lie in, with their files."""
    return [(folder, read_chart(folder)) for folder in chart_folders(one.uri for one in loaded if one.made is None)]


def render_charts(
    charts: Charts, crds: Iterable[Loaded], *, release: str, namespace: str, helm: int = 4
) -> list[ApplySet]:
    """Each chart rendered for a Kubernetes release, as a release of Helm does it; ``crds``: what its cluster has."""
    if not charts:
        return []
    from kubelens.engine.charts.rendering import render_chart  # noqa: PLC0415 - only where a chart is there
    from kubelens.render.chart.crd_versions import declared_versions  # noqa: PLC0415

    sources = [one.source for one in crds if one.source is not None]
    versions = declared_versions(document for source in sources for document in parse_source(source)[0])
    return [
        render_chart(folder, read, release=release, namespace=namespace, api_versions=versions, helm=helm)
        for folder, read in charts
    ]


def apart(loaded: Sequence[Loaded], sets: Iterable[ApplySet]) -> list[Loaded]:
    """The texts that belong to none of the sets, and kustomizations: what lies beside them is told by that."""
    taken = {one.uri for each in sets for one in each.texts if one.uri.rpartition("/")[2] not in KUSTOMIZATIONS}
    return [one for one in loaded if one.uri not in taken]


def charts_by_name(charts: Charts) -> dict[str, ChartFiles]:
    """The files of charts by the charts' names; what cannot be loaded has none."""
    from kubelens.render.chart.fault import ChartFault  # noqa: PLC0415 - only where a chart is there
    from kubelens.render.chart.load import load  # noqa: PLC0415

    found: dict[str, ChartFiles] = {}
    for _, read in charts:
        try:
            found[load(read.files).name] = read
        except ChartFault:
            continue
    return found
