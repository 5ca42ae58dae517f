"""All rules of ``helm lint`` over one chart (Helm, ``lint.RunAll``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kubelens.render.chart.capabilities import Capabilities
from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.lint.chart_file import lint_chart_file
from kubelens.render.chart.lint.crds import lint_crds
from kubelens.render.chart.lint.dependencies import lint_dependencies
from kubelens.render.chart.lint.message import Message, Severity
from kubelens.render.chart.lint.templates import lint_templates
from kubelens.render.chart.lint.values_file import lint_values_file
from kubelens.render.chart.load import load
from kubelens.render.chart.tables import Table


def lint_chart(
    files: Mapping[str, bytes],
    given: Table,
    folder: str,
    *,
    namespace: str = "default",
    kube_version: str = "",
    helm: int = 4,
) -> Iterator[Message]:
    """What ``helm lint`` says of the chart in a folder's files; the folder is called ``folder``.

    Raises:
        ChartFault: it is no chart at all, or ``kube_version`` names no release.
    """
    if "Chart.yaml" not in files:
        where = f"{folder}/Chart.yaml"
        raise ChartFault(f"unable to check Chart.yaml file in chart: stat {where}: no such file or directory")
    capabilities = Capabilities.of(kube_version, helm=helm)
    yield from lint_chart_file(_text(files["Chart.yaml"]), helm)
    values = files.get("values.yaml")
    yield from lint_values_file(None if values is None else _text(values), files.get("values.schema.json"), given)
    trouble = _trouble(files, helm)
    if not any(name.startswith("templates/") for name in files):
        yield Message(Severity.WARNING, "templates/", "directory does not exist")
    elif trouble is not None:
        yield Message(Severity.ERROR, "templates/", trouble)
    else:
        yield from lint_templates(load(files, helm, detect=False), given, namespace, capabilities)
    if trouble is not None:
        yield Message(Severity.ERROR, "", f"unable to load chart\n\t{trouble}")
    else:
        yield from lint_dependencies(load(files, helm, detect=False), folder)
    if any(name.startswith("crds/") for name in files):
        if trouble is not None:
            yield Message(Severity.ERROR, "crds/", trouble)
        else:
            yield from lint_crds(load(files, helm, detect=False))


def _trouble(files: Mapping[str, bytes], helm: int) -> str | None:
    try:
        load(files, helm, detect=False)
    except ChartFault as fault:
        return str(fault)
    return None


def _text(data: bytes) -> str:
    return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
