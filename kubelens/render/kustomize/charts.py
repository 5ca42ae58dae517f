"""Charts that a kustomization takes in (``helmCharts``, ``HelmChartInflationGenerator``)."""

from __future__ import annotations

from kubelens.render.kustomize.context import Context, Missing
from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.resource import Resource
from kubelens.render.kustomize.settings import HelmChart
from kubelens.render.kustomize.settings_text import settings_text


def chart_objects(context: Context, chart: HelmChart) -> list[Resource]:
    """The objects that a chart makes; none of a chart that is not here, which is then missing."""
    place = chart.origins.get("name") or chart.origins.get("")
    if not context.helm:
        shown = settings_text(chart)
        raise BuildFault(
            f"trouble configuring builtin HelmChartInflationGenerator with config: `\n{shown}`: "
            "must specify --enable-helm",
            place,
        )
    context.missing.append(Missing(f"chart '{chart.name}' of {chart.repo or 'this folder'}", place))
    return []
