"""A chart's folder as a set of objects: rendered with its own values, each document traced to where it was written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.charts.discovery import CHART_FILE
from kubelens.engine.charts.reading import ChartFiles
from kubelens.engine.loader import Loaded
from kubelens.engine.parsed import Parsed
from kubelens.engine.provenance import Archives, Provenance
from kubelens.kube.schema import schemas
from kubelens.render.chart.capabilities import Capabilities, KubeVersion
from kubelens.render.chart.crd_versions import declared_versions
from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.load import load
from kubelens.render.chart.manifests import Document
from kubelens.render.chart.model import Chart, File
from kubelens.render.chart.objects import Release
from kubelens.render.chart.render import Rendered, render
from kubelens.render.chart.settings import Settings
from kubelens.render.origin import Sourced, Text, joined
from kubelens.render.template.space import Limits
from kubelens.rules.subjects import ChartRun
from kubelens.syntax.parse import parse_source
from kubelens.syntax.split import split_documents
from kubelens.syntax.text import Source, Span, UnreadableText, decode_bytes
from kubelens.syntax.tree import Document as SyntaxDocument

_RENDERED: Final = " (rendered)"
_READ_BY_HELM: Final = re.compile(
    r"(?:charts/[^/]+/)*(?:templates/.+|crds/.+|Chart\.yaml|values\.yaml|values\.schema\.json|requirements\.yaml)"
)
_LIMITS: Final = Limits(steps=1_000_000)
_TEMPLATE: Final = re.compile(r"(?:charts/[^/]+/)*templates/.+")
_CRD: Final = re.compile(r"(?:charts/[^/]+/)*crds/.+")


def render_chart(
    folder: str, read: ChartFiles, *, release: str, namespace: str, api_versions: Sequence[str] = (), helm: int = 4
) -> ApplySet:
    """The set of objects of the chart in a folder; where it cannot be rendered, a set of its files that says why.

    ``release``: the Kubernetes release, as ``1.36``. ``api_versions``: those of custom resources that are known.
    ``helm``: the major version whose behaviour is asked for.
    """
    texts = _texts(folder, read.files)
    sources = {uri: one.source for uri, one in texts.items() if one.source is not None}
    chart: Chart | None = None
    rendered: Rendered | None = None
    fault: ChartFault | None = None
    try:
        chart = load(read.files, helm)
        settings = Settings(
            Release(namespace=namespace),
            _capabilities(release, [*api_versions, *_own_versions(chart, folder, texts)], helm),
            helm,
            limits=_LIMITS,
        )
        rendered = render(chart.fresh(), Sourced(), settings)
    except ChartFault as error:
        fault = error
    run = ChartRun(folder, read.files, sources, chart, rendered, fault, read.trouble)
    name = folder.rstrip("/") or "."
    if rendered is None:
        return ApplySet(name, list(texts.values()), False, run)
    installed = {f"{folder}{rendered.paths[crd.source]}" for crd in rendered.crds}
    kept = [one for uri, one in texts.items() if uri in installed or not _CRD.fullmatch(uri.removeprefix(folder))]
    return ApplySet(name, [*kept, *_documents(folder, rendered)], True, run)


def _texts(folder: str, files: Mapping[str, bytes]) -> dict[str, Loaded]:
    """The texts that Helm reads, as they lie there."""
    found: dict[str, Loaded] = {}
    for name, data in files.items():
        if _READ_BY_HELM.fullmatch(name) is None:
            continue
        try:
            text, bom = decode_bytes(data)
        except UnreadableText:
            continue
        uri = f"{folder}{name}"
        is_template = _TEMPLATE.fullmatch(name) is not None
        chart = (folder.rstrip("/") or ".") if is_template else ""
        found[uri] = Loaded(uri, Source(uri, text, bom=bom), chart=chart, rendered=is_template)
    return found


def _documents(folder: str, rendered: Rendered) -> list[Loaded]:
    """What each template printed, as one text with the provenance of its characters; CRDs out of archives too."""
    by_source: dict[str, list[Document]] = {}
    for document in (*rendered.manifests.objects, *rendered.manifests.hooks):
        by_source.setdefault(document.source, []).append(document)
    for document in rendered.crds:
        if ".tgz/" in rendered.paths[document.source]:
            by_source.setdefault(document.source, []).append(document)
    archives = _archives(folder, rendered)
    found: list[Loaded] = []
    for name in sorted(by_source):
        first, *others = by_source[name]
        text = first.text
        if others:
            text = joined([part for one in by_source[name] for part in ("---\n", one.text, _line_end(one.text))])
        path = rendered.paths[name]
        uri = f"{folder}{path}{_RENDERED}"
        source = Source(uri, str(text))
        fallback = f"{folder}{CHART_FILE}" if ".tgz/" in path else f"{folder}{path}"
        provenance = Provenance(text, folder, fallback, archives=archives)
        parsed = _read_already(source, first) if not others else None
        found.append(Loaded(uri, source, made=provenance, parsed=parsed))
    return found


def _archives(folder: str, rendered: Rendered) -> Archives | None:
    """Where Chart.yaml asks for the archives in ``charts/``, and what these hold."""
    texts = {file.path: file.text for file in _all_templates(rendered.chart) if ".tgz/" in file.path}
    if not texts:
        return None
    spans: dict[str, Span] = {}
    for archive in {path.partition(".tgz/")[0] + ".tgz" for path in texts}:
        stem = archive.rpartition("/")[2]
        for asked in rendered.chart.metadata.required():
            name = asked.name
            origins = name.origins_of(0, len(name)) if isinstance(name, Text) else ()
            if stem.startswith(f"{name}-") and origins and origins[0].file == CHART_FILE:
                spans[archive] = Span(origins[0].start, origins[0].end)
    return Archives(f"{folder}{CHART_FILE}", spans, texts)


def _line_end(text: str) -> str:
    return "" if text.endswith("\n") else "\n"


def _read_already(source: Source, document: Document) -> Parsed | None:
    """A text that is one rendered document, with the tree it has already; None where it would be cut otherwise."""
    if document.root is None or split_documents(source.text) != ([Span(0, len(source.text))], []):
        return None
    return Parsed([SyntaxDocument(source, 0, document.root, 0, len(source.text))], [])


def _capabilities(release: str, more: Sequence[str], helm: int) -> Capabilities:
    """What a cluster of a release serves: Helm's own list, taken where it is not asked, holds what is long gone."""
    served: dict[str, None] = {}
    for kind in schemas(release).kinds():
        version = f"{kind.group}/{kind.version}" if kind.group else kind.version
        served[version] = None
        served[f"{version}/{kind.kind}"] = None
    return Capabilities(KubeVersion.parse(f"{release}.0", helm), (*served, *more), helm)


def _own_versions(chart: Chart, folder: str, texts: dict[str, Loaded]) -> list[str]:
    """The API versions that a chart's ``crds/`` declare, where its templates ask for any.

    They are there before the templates are rendered. Among ``texts`` those that were read for it take their documents.
    """
    if not any("APIVersions" in file.text for file in _all_templates(chart)):
        return []
    documents: list[SyntaxDocument] = []
    for _, file in chart.crds():
        uri = f"{folder}{file.path}"
        known = texts.get(uri)
        source = known.source if known is not None and known.source is not None else Source(uri, file.text)
        parsed = Parsed(*parse_source(source))
        if known is not None:
            texts[uri] = replace(known, parsed=parsed)
        documents += parsed.documents
    return declared_versions(documents)


def _all_templates(chart: Chart) -> Iterator[File]:
    yield from chart.templates
    for below in chart.dependencies:
        yield from _all_templates(below)
