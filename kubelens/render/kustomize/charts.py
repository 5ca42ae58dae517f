"""Charts that a kustomization takes in (``helmCharts``, ``HelmChartInflationGenerator``)."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final

from kubelens.render.kustomize.context import Context, Missing
from kubelens.render.kustomize.decoding import decode
from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.json_node import node_of
from kubelens.render.kustomize.loading import Loader
from kubelens.render.kustomize.node import Node
from kubelens.render.kustomize.plugins import sourced
from kubelens.render.kustomize.reading import ObjectFile
from kubelens.render.kustomize.resource import Resource
from kubelens.render.kustomize.settings import HelmChart, HelmGlobals
from kubelens.render.kustomize.settings_text import settings_text
from kubelens.render.kustomize.strategic_merge import merge
from kubelens.render.origin import Origin, Piece, Sourced, Text

if TYPE_CHECKING:
    from kubelens.render.chart.render import Rendered

_HOME: Final = "charts"
_GIVEN: Final = "\0"
"""Before the names of files that do not lie in the chart."""
_MERGES: Final = ("merge", "override", "replace")


def chart_objects(
    context: Context, loader: Loader, chart: HelmChart, shared: HelmGlobals | None, namespace: str
) -> list[Resource]:
    """The objects that a chart makes; none of a chart that is not here, which is then missing.

    ``namespace``: the one that the kustomizations around it say.

    Raises:
        BuildFault: kustomize or Helm refuses it.
    """
    try:
        check_chart(context, chart)
    except BuildFault as fault:
        raise _troubled(chart, shared, fault) from None
    return _made_from(context, loader, chart, shared, namespace)


def check_chart(context: Context, chart: HelmChart) -> None:
    """What the generator refuses of its configuration (``HelmChartInflationGeneratorPlugin.Config``).

    Raises:
        BuildFault: it does.
    """
    place = _place(chart)
    if not context.helm:
        raise BuildFault("must specify --enable-helm", place)
    if not chart.name:
        raise BuildFault("chart name cannot be empty", place)
    if chart.values_merge and chart.values_merge not in _MERGES:
        raise BuildFault(f"valuesMerge must be one of [{' '.join(_MERGES)}]").at(chart.values_merge)


def _place(chart: HelmChart) -> Origin | None:
    return chart.origins.get("name") or chart.origins.get("")


def _made_from(
    context: Context, loader: Loader, chart: HelmChart, shared: HelmGlobals | None, namespace: str
) -> list[Resource]:
    place = _place(chart)
    home = str(shared.chart_home) if shared is not None and shared.chart_home else _HOME
    folder = posixpath.normpath(posixpath.join(loader.root, home, _versioned(chart), str(chart.name)))
    if folder.startswith("..") or posixpath.isabs(home) or not loader.files.reader.is_folder(folder):
        if not chart.repo:
            raise BuildFault("no repo specified for pull, no chart found at ''", place)
        what = f"chart '{chart.name}' of {chart.repo} is not in the repository"
        context.missing.append(Missing(what, place, is_chart=True))
        return []
    text = _printed(loader, chart, folder, str(chart.namespace) or namespace or "default", place)
    resources = [Resource(node, context.world) for node in ObjectFile(folder, text).objects()]
    for resource in resources:
        resource.from_chart = True
    return resources


def is_chart_generator(resource: Resource) -> bool:
    """Whether an object below ``generators`` configures the built-in generator of charts."""
    gvk = resource.gvk
    return (gvk.group, gvk.version, gvk.kind) == ("", "builtin", "HelmChartInflationGenerator")


def generated_objects(context: Context, loader: Loader, resource: Resource) -> list[Resource]:
    """The objects of the chart that a ``HelmChartInflationGenerator`` names; see :func:`chart_objects`."""
    value = sourced(resource.tree)
    chart = decode(HelmChart, value, strict=False)
    try:
        check_chart(context, chart)
    except BuildFault as fault:
        words = (
            f"loading generator plugins: failed to load generator: plugin {resource.original_id} fails configuration"
        )
        raise fault.within(words) from None
    return _made_from(context, loader, chart, decode(HelmGlobals, value, strict=False), "")


def _versioned(chart: HelmChart) -> str:
    """The folder into which a chart of a repository is pulled."""
    return f"{chart.name}-{chart.version}" if chart.version and chart.repo else ""


def _printed(loader: Loader, chart: HelmChart, folder: str, namespace: str, place: Origin | None) -> Text:
    """What ``helm template`` prints, with origins from the root on."""
    from kubelens.render.chart.capabilities import Capabilities  # noqa: PLC0415 - few kustomizations have charts
    from kubelens.render.chart.fault import ChartFault  # noqa: PLC0415
    from kubelens.render.chart.load import load  # noqa: PLC0415
    from kubelens.render.chart.manifests import printed  # noqa: PLC0415
    from kubelens.render.chart.objects import Release  # noqa: PLC0415
    from kubelens.render.chart.render import render  # noqa: PLC0415
    from kubelens.render.chart.settings import Settings as ChartSettings  # noqa: PLC0415

    names = loader.files.below(folder)
    files = {name[len(folder) + 1 :]: _bytes(loader.files.text(name)) for name in names}
    release = Release(str(chart.release_name) or "release-name", namespace)
    capabilities = Capabilities.of(str(chart.kube_version), list(map(str, chart.api_versions or ())))
    try:
        found: Rendered = render(
            load(files), _values(loader, chart, folder), ChartSettings(release=release, capabilities=capabilities)
        )
    except ChartFault as fault:
        origin = fault.origins[0] if fault.origins else place
        raise BuildFault(f"chart '{chart.name}': {fault}", origin) from None
    text = printed(
        found.manifests,
        hooks=not chart.skip_hooks,
        tests=not chart.skip_tests,
        crds=found.crds if chart.include_crds else (),
    )
    return Text(str(text), tuple(_placed(piece, folder) for piece in text.pieces))


def _placed(piece: Piece, folder: str) -> Piece:
    origins = tuple(
        Origin(o.file[1:] if o.file.startswith(_GIVEN) else f"{folder}/{o.file}", o.start, o.end) for o in piece.origins
    )
    return Piece(piece.length, origins, piece.exact, piece.unknown)


def _bytes(text: str | None) -> bytes:
    return (text or "").encode("utf-8", "surrogateescape")


def _values(loader: Loader, chart: HelmChart, folder: str) -> Sourced:
    """The values given: those of the file and those written in place, one over the other; then further files."""
    from kubelens.render.chart.values import load_values, merge_maps  # noqa: PLC0415

    own = f"{folder}/values.yaml"
    if chart.values_file:
        text, file = loader.load(chart.values_file), _GIVEN + loader.path(chart.values_file)
    else:
        text, file = loader.files.text(own) or "", _GIVEN + own
    if chart.values_inline:
        found = _merged(ObjectFile(file, str(text)), chart)
    else:
        found = load_values(str(text), file)
    for name in chart.additional_values_files or ():
        found = merge_maps(found, load_values(str(loader.load(name)), _GIVEN + loader.path(name)))
    return found


def _merged(file: ObjectFile, chart: HelmChart) -> Sourced:
    """A strategic merge without a schema: maps are merged, all else is replaced."""
    from kubelens.render.kustomize.node import MAPPING, wrap  # noqa: PLC0415
    from kubelens.render.kustomize.patch_schema import PatchSchema  # noqa: PLC0415

    inline = node_of(_given(chart.values_inline))
    if chart.values_merge == "replace":
        merged: Node | None = inline
    else:
        values = wrap(file.documents[0], file.parsed, None) if file.documents else Node(MAPPING)
        first, second = (values, inline) if chart.values_merge == "merge" else (inline, values)
        merged = merge(first, second, PatchSchema({}, {}, {}))
    found = sourced(merged) if merged is not None else None
    return found if isinstance(found, Sourced) else Sourced()


def _given(value: object) -> object:
    """Values written in the kustomization, whose places lie outside the chart."""
    if isinstance(value, Text):
        return Text(
            str(value),
            tuple(
                Piece(p.length, tuple(Origin(_GIVEN + o.file, o.start, o.end) for o in p.origins), p.exact, p.unknown)
                for p in value.pieces
            ),
        )
    if isinstance(value, Sourced):
        made = Sourced({name: _given(item) for name, item in value.items()})
        made.origins = {n: Origin(_GIVEN + o.file, o.start, o.end) for n, o in value.origins.items()}
        made.key_origins = {n: Origin(_GIVEN + o.file, o.start, o.end) for n, o in value.key_origins.items()}
        return made
    if isinstance(value, list):
        return [_given(item) for item in value]
    return value


def _troubled(chart: HelmChart, shared: HelmGlobals | None, fault: BuildFault) -> BuildFault:
    config = settings_text(chart) if shared is None else settings_text(shared, chart)
    words = f"trouble configuring builtin HelmChartInflationGenerator with config: `\n{config}`"
    return fault.within(words)
