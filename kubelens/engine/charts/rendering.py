"""A chart as a set of objects: rendered with some values, each document traced to where it was written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.engine.charts.discovery import CHART_FILE
from kubelens.engine.charts.printed import as_one_text, read_already, that_count
from kubelens.engine.charts.reading import ChartFiles
from kubelens.engine.loader import Loaded
from kubelens.engine.parsed import Parsed
from kubelens.engine.provenance import Archives, Provenance
from kubelens.kube.reading import read_value
from kubelens.kube.resource import read_header
from kubelens.kube.schema import schemas
from kubelens.render.chart.capabilities import Capabilities, KubeVersion
from kubelens.render.chart.crd_versions import declared_versions
from kubelens.render.chart.dependencies import missing_dependencies
from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.load import load
from kubelens.render.chart.manifests import Document
from kubelens.render.chart.metadata import Dependency
from kubelens.render.chart.model import Chart, File
from kubelens.render.chart.objects import Release
from kubelens.render.chart.printed_before import PrintedBefore
from kubelens.render.chart.render import Rendered, render
from kubelens.render.chart.settings import Settings
from kubelens.render.chart.templates import engine_for
from kubelens.render.origin import Origin, Piece, Sourced, Text
from kubelens.render.template.engine import Engine
from kubelens.render.template.space import Limits
from kubelens.rules.subjects import ChartRun
from kubelens.syntax.parse import parse_source
from kubelens.syntax.pattern import pattern
from kubelens.syntax.text import Source, Span, UnreadableText, decode_bytes
from kubelens.syntax.tree import Document as SyntaxDocument

GIVEN: Final = "\0"
"""What stands before the names of files that are named from the root, not from the chart's folder."""

_READ_BY_HELM: Final = pattern(
    r"(?:charts/[^/]+/)*(?:templates/.+|crds/.+|Chart\.yaml|values\.yaml|values\.schema\.json|requirements\.yaml)"
)
_LIMITS: Final = Limits()
_TEMPLATE: Final = pattern(r"(?:charts/[^/]+/)*templates/.+")
_CRD: Final = pattern(r"(?:charts/[^/]+/)*crds/.+")
_ARCHIVE: Final = ".tgz/"


class Installation(Struct, frozen=True):
    """How a chart is released: for which Kubernetes release (as ``1.36``), by which major version of Helm."""

    kubernetes: str
    release: Release = Release()
    api_versions: tuple[str, ...] = ()
    helm: int = 4
    with_crds: bool = True


class RenderedChart(Struct, frozen=True, eq=False):
    """What became of a chart: ``inputs`` are its files, ``outputs`` what each template printed, traced to these.

    Where it cannot be rendered, ``run.fault`` says why, and there are no outputs.
    """

    run: ChartRun
    inputs: tuple[Loaded, ...]
    outputs: tuple[Loaded, ...] = ()
    mounted: tuple[str, ...] = ()
    """The folders in ``charts/`` that were taken from elsewhere in the repository."""


_NOTHING_MOUNTED: Final[Mapping[str, ReadChart]] = {}


class ReadChart:
    """A chart whose files were read once, to be rendered as often as it is used.

    ``folder``: its path from the root; ``shown`` gives the names that reports use. ``mounted``: charts that lie elsewhere
    in the repository and stand in for those that ``charts/`` lacks, by the folder there, ``charts/web/``. ``before``: the
    same chart before its files changed; what it compiled and printed is taken from there where it is the same.
    """

    def __init__(
        self,
        folder: str,
        read: ChartFiles,
        shown: Callable[[str], str] = str,
        mounted: Mapping[str, ReadChart] = _NOTHING_MOUNTED,
        before: ReadChart | None = None,
    ) -> None:
        self.read = read
        self.mounted = mounted
        self._before = f"{folder}/" if folder else ""
        self._shown = shown
        name = shown(folder) or "."
        self.folder = f"{name}/" if name != "." else ""
        self._texts = _texts(self.folder, read.files)
        self._loaded: dict[int, Chart | ChartFault] = {}
        self._engines: dict[int, Engine] = {} if before is None else before._engines
        self._printed_before: dict[Installation, PrintedBefore] = {}
        self._printed: dict[tuple[str, str], list[tuple[tuple[Piece, ...], Loaded]]] = (
            {} if before is None else before.last_printed
        )
        """What templates printed before, by the path of each and its text, with the origins of that."""
        self.last_printed: dict[tuple[str, str], list[tuple[tuple[Piece, ...], Loaded]]] = {}
        """The same of this reading of the files alone."""

    def render(self, given: Sourced | ChartFault, how: Installation, mark: str) -> RenderedChart:
        """Render it with values beside its own, or tell why there are none. ``mark`` tells its outputs from others."""
        texts = {**self._texts, **dict(self._mounted_texts())}
        sources = {uri: one.source for uri, one in texts.items() if one.source is not None}
        chart: Chart | None = None
        rendered: Rendered | None = None
        fault: ChartFault | None = given if isinstance(given, ChartFault) else None
        try:
            chart = self._chart(how.helm)
            if not isinstance(given, ChartFault):
                versions = [*how.api_versions, *_own_versions(chart, self.folder, self._texts)]
                capabilities = _capabilities(how.kubernetes, versions, how.helm)
                settings = Settings(how.release, capabilities, how.helm, limits=_LIMITS)
                if how.helm not in self._engines:
                    self._engines[how.helm] = engine_for(settings)
                before = self._printed_before.setdefault(how, PrintedBefore())
                rendered = render(chart.fresh(), given, settings, self._engines[how.helm], before)
        except ChartFault as error:
            fault = error
        run = ChartRun(
            *(self.folder, self.read.files, sources, chart, rendered, fault, self.read.trouble),
            {} if isinstance(given, ChartFault) else given,
            named=lambda file: self._shown(file.removeprefix(GIVEN)),
        )
        texts = {**self._texts, **dict(self._mounted_texts())}
        if rendered is None:
            return RenderedChart(run, tuple(texts.values()), (), tuple(self.mounted))
        installed = {self._shown(self.path(rendered.paths[crd.source])) for crd in rendered.crds if how.with_crds}
        for uri in installed & self._texts.keys():
            texts[uri] = self._texts[uri] = _read_once(self._texts[uri])
        left = self._definitions() - installed
        kept = [one for uri, one in texts.items() if uri not in left]
        return RenderedChart(
            run, tuple(kept), tuple(self._documents(rendered, how.with_crds, mark)), tuple(self.mounted)
        )

    def lacking(self, helm: int) -> list[Dependency]:
        """The charts that it asks for and has not, nothing where it cannot be read."""
        try:
            chart = self._chart(helm)
        except ChartFault:
            return []
        missing = set(missing_dependencies(chart))
        return [one for one in chart.metadata.required() if one.name in missing]

    def files(self) -> dict[str, bytes]:
        """All files that it is made from, by their names in its folder."""
        found = dict(self.read.files)
        for at, other in self.mounted.items():
            found.update((f"{at}{name}", data) for name, data in other.files().items())
        return found

    def forget_unused(self) -> None:
        """Forget what was compiled of texts that it has no more: before it is read again."""
        for engine in self._engines.values():
            engine.forget_unused()

    def holds(self, path: str) -> bool:
        """Whether a file, by its path from the root, lies in its folder or in a chart that stands in for one it lacks."""
        return path.startswith(self._before) or any(other.holds(path) for other in self.mounted.values())

    @property
    def places(self) -> frozenset[str]:
        """The folders, from the root, that its files lie in and below."""
        return frozenset([self._before.rstrip("/")]).union(*(other.places for other in self.mounted.values()))

    def path(self, name: str) -> str:
        """The path from the root of a file by its name in the chart's folder."""
        for at, other in self.mounted.items():
            if name.startswith(at):
                return other.path(name[len(at) :])
        return f"{self._before}{name}"

    def _mounted_texts(self) -> Iterator[tuple[str, Loaded]]:
        for other in self.mounted.values():
            yield from other._texts.items()
            yield from other._mounted_texts()

    def _definitions(self) -> frozenset[str]:
        """What lies in ``crds/``, here and in the charts that stand in for others."""
        own = frozenset(f"{self.folder}{name}" for name in self.read.files if _CRD.fullmatch(name))
        return own.union(*(other._definitions() for other in self.mounted.values()))

    def _chart(self, helm: int) -> Chart:
        found = self._loaded.get(helm)
        if found is None:
            try:
                found = load(self.files(), helm)
            except ChartFault as error:
                found = error
            self._loaded[helm] = found
        if isinstance(found, ChartFault):
            raise found
        return found

    def _documents(self, rendered: Rendered, with_crds: bool, mark: str) -> Iterator[Loaded]:
        """What each template printed, as one text with the provenance of its characters; CRDs out of archives too.

        What it printed before, from the same places, is the text that it was then.
        """
        by_source: dict[str, list[Document]] = {}
        for document in (*rendered.manifests.objects, *rendered.manifests.hooks):
            by_source.setdefault(document.source, []).append(document)
        for document in rendered.crds:
            if with_crds and _ARCHIVE in rendered.paths[document.source]:
                by_source.setdefault(document.source, []).append(document)
        archives = self._archives(rendered)
        for name in sorted(by_source):
            documents = that_count(by_source[name])
            text = as_one_text(documents)
            path = rendered.paths[name]
            same = self._printed.setdefault((path, str(text)), [])
            found = next((one for pieces, one in same if pieces == text.pieces), None)
            if found is None:
                uri = f"{self.folder}{path} ({mark})"
                fallback = f"{self.folder}{CHART_FILE}" if _ARCHIVE in path else self._shown(self.path(path))
                source = Source(uri, str(text))
                made = Provenance(
                    placed(text, self.path), self._before, fallback, self._shown, archives=archives, own=self.path(path)
                )
                found = Loaded(uri, source, made=made, parsed=read_already(source, documents))
                same.append((text.pieces, found))
            used = self.last_printed.setdefault((path, str(text)), [])
            if all(one is not found for _, one in used):
                used.append((text.pieces, found))
            yield found

    def _archives(self, rendered: Rendered) -> Archives | None:
        """Where Chart.yaml asks for the archives in ``charts/``, and what these hold."""
        texts = {file.path: file.text for file in _all_templates(rendered.chart) if _ARCHIVE in file.path}
        if not texts:
            return None
        spans: dict[str, Span] = {}
        for archive in {path.partition(_ARCHIVE)[0] + ".tgz" for path in texts}:
            stem = archive.rpartition("/")[2]
            for asked in rendered.chart.metadata.required():
                name = asked.name
                origins = name.origins_of(0, len(name)) if isinstance(name, Text) else ()
                if stem.startswith(f"{name}-") and origins and origins[0].file == CHART_FILE:
                    spans[f"{self._before}{archive}"] = Span(origins[0].start, origins[0].end)
        placed_texts = {f"{self._before}{path}": text for path, text in texts.items()}
        return Archives(f"{self.folder}{CHART_FILE}", spans, placed_texts, self._before)


def placed(text: Text, path: Callable[[str], str]) -> Text:
    """A text whose origins name files from the root on; ``path`` gives that of a file by its name in the chart."""
    paths: dict[str, str] = {}
    pieces: list[Piece] = []
    for piece in text.pieces:
        origins: list[Origin] = []
        for o in piece.origins:
            file = paths.get(o.file)
            if file is None:
                file = paths[o.file] = o.file[1:] if o.file.startswith(GIVEN) else path(o.file)
            origins.append(Origin(file, o.start, o.end))
        pieces.append(Piece(piece.length, tuple(origins), piece.exact, piece.unknown) if origins else piece)
    return Text(str(text), tuple(pieces))


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
        read = _read_once(texts.get(uri) or Loaded(uri, Source(uri, file.text)))
        if uri in texts:
            texts[uri] = read
        documents += read.parsed.documents if read.parsed is not None else ()
    return declared_versions(documents)


def _read_once(one: Loaded) -> Loaded:
    """A text of a chart with its documents and their values, which all sets share that the chart is rendered for."""
    if one.parsed is not None or one.source is None:
        return one
    documents, problems = parse_source(one.source)
    headers = [read_header(document) for document in documents]
    readings = [
        read_value(document.root) if header is not None and header.is_kubernetes else None
        for document, header in zip(documents, headers, strict=True)
    ]
    return replace(one, parsed=Parsed(documents, problems, headers, readings))


def _all_templates(chart: Chart) -> Iterator[File]:
    yield from chart.templates
    for below in chart.dependencies:
        yield from _all_templates(below)
