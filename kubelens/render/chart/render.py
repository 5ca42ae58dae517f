"""A chart and values to documents, step by step as ``helm template`` goes about it (Helm, ``action.Install``)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from kubelens.render.chart.coalesce import Coalescing
from kubelens.render.chart.dependencies import missing_dependencies, process_dependencies
from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.manifests import Document, Manifests, sort_manifests
from kubelens.render.chart.model import Chart
from kubelens.render.chart.printed_before import PrintedAgain, PrintedBefore
from kubelens.render.chart.schema import check_values, schema_fault
from kubelens.render.chart.settings import Settings
from kubelens.render.chart.tables import Table
from kubelens.render.chart.templates import Templates
from kubelens.render.chart.versions import is_compatible
from kubelens.render.depth import room
from kubelens.render.go.strconv import quote
from kubelens.render.origin import Text, joined
from kubelens.render.template.engine import Engine
from kubelens.syntax.pattern import pattern

NOTES: Final = "NOTES.txt"
_RELEASE_NAME: Final = pattern(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*", re.ASCII)
_LONGEST_NAME: Final = 53


class Rendered(Struct, frozen=True, eq=False):
    """What a chart comes to. ``files``: what each template printed, by Helm's name for it."""

    chart: Chart
    values: Table
    files: Mapping[str, Text]
    manifests: Manifests
    notes: Text
    crds: tuple[Document, ...]
    paths: Mapping[str, str]
    """The file, from the root of what was loaded, by Helm's name for it."""


def render(
    chart: Chart,
    given: Table,
    settings: Settings,
    engine: Engine | None = None,
    before: PrintedBefore | None = None,
) -> Rendered:
    """Render a chart that was loaded for this alone: its values and dependencies are changed.

    ``engine``: that of ``engine_for`` such settings, which keeps the templates that it compiled from one render to the next.
    ``before``: what this chart printed with other values and these settings.

    Raises:
        ChartFault: Helm refuses to render it.
    """
    check_installable(chart, settings.helm)
    check_release_name(settings.release.name, settings.helm)
    with room():  # not around the schema: what reads that is written in C, and its stack is small
        process_dependencies(chart, given, settings.helm)
        values = Coalescing(settings.helm).values_of(chart, given)
    if complaints := check_values(chart, values):
        raise schema_fault(complaints)
    _check_kube_version(chart, settings)
    again = before.beside(chart, given) if before is not None else None
    files, paths = render_templates(chart, values, settings, engine, again)
    notes = _notes(chart, files, settings)
    files = {name: text for name, text in files.items() if not name.endswith(NOTES)}
    crds: list[Document] = []
    for name, file in chart.crds():
        crds.append(Document(Text.written(file.text, file.path, 0), name, "CustomResourceDefinition"))
        paths[name] = file.path
    try:
        manifests = sort_manifests(files, settings.helm)
    except ChartFault as fault:
        raise ChartFault(str(fault), paths.get(fault.file, fault.file), fault.line, fault.origins) from None
    return Rendered(chart, values, files, manifests, notes, tuple(crds), paths)


def check_installable(chart: Chart, helm: int = 4) -> None:
    """Refuse charts that are libraries, and those whose dependencies are not there.

    Raises:
        ChartFault: in the words of ``helm``.
    """
    if chart.metadata.is_library:
        raise ChartFault("library charts are not installable", f"{chart.path}Chart.yaml")
    if missing := missing_dependencies(chart):
        first, build = ("an", "'helm dependency build'") if helm > 3 else ("An", "`helm dependency build`")
        raise ChartFault(
            f"{first} error occurred while checking for chart dependencies. You may need to run {build} to fetch "
            f"missing dependencies: found in Chart.yaml, but missing in charts/ directory: {', '.join(missing)}",
            f"{chart.path}Chart.yaml",
        )


def check_release_name(name: str, helm: int = 4) -> None:
    """Refuse what is no name of a release.

    Raises:
        ChartFault: in the words of ``helm``.
    """
    if not name or len(name) > _LONGEST_NAME or _RELEASE_NAME.fullmatch(name) is None:
        prefix = "release name check failed: " if helm > 3 else ""
        raise ChartFault(
            f"{prefix}release name {quote(name)}: invalid release name, must match regex "
            f"^{_RELEASE_NAME.pattern}$ and the length must not be longer than {_LONGEST_NAME}"
        )


def _check_kube_version(chart: Chart, settings: Settings) -> None:
    wanted, version = chart.metadata.kube_version, settings.capabilities.kube_version
    if wanted and not is_compatible(wanted, version.plain):
        message = f"chart requires kubeVersion: {wanted} which is incompatible with Kubernetes {version.version}"
        raise ChartFault(message, f"{chart.path}Chart.yaml")


def render_templates(
    chart: Chart,
    values: Table,
    settings: Settings,
    engine: Engine | None = None,
    again: PrintedAgain | None = None,
) -> tuple[dict[str, Text], dict[str, str]]:
    """(what each template that is a file of its own prints, the file of each template), by Helm's names.

    Raises:
        ChartFault: a template cannot be read, fails, or takes more than a render may.
    """
    templates = Templates(chart, values, settings, engine, again)
    return {name: templates.render(name) for name in templates.printed}, templates.paths


def _notes(chart: Chart, files: Mapping[str, Text], settings: Settings) -> Text:
    """What is said after an installation."""
    own = f"{chart.name}/templates/{NOTES}"
    wanted = [name for name in files if name == own or (settings.all_notes and name.endswith(NOTES))]
    return joined([files[name] for name in sorted(wanted, key=lambda name: (name.count("/"), name))], "\n")
