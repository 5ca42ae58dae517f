"""All texts of a run or an editor session, parsed once each, and the snapshot of objects they make.

The command line fills a workspace once; the language server changes single texts. Files that did not change
keep their parsed documents and resources, so everything remembered about them stays valid.
"""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct, field
from msgspec.structs import replace

from kubelens.engine.held_files import held_file, told_file
from kubelens.engine.loader import Loaded, Status
from kubelens.engine.no_objects import NO_OBJECT, looks_like_kubernetes, no_objects
from kubelens.engine.parsed import Parsed
from kubelens.engine.parsed_file import ParsedFile
from kubelens.engine.partials import (
    SHOWN,
    beside_kustomizations,
    files_named,
    is_partial_by_name,
    kustomization_problems,
    named_together,
    partial_files,
    says_nothing,
)
from kubelens.engine.scenario_documents import SCENARIO, holds_scenario, may_hold_scenario
from kubelens.engine.unfilled import (
    TEMPLATED,
    UNFILLED,
    chart_of,
    charts_among,
    filled_in_by_name,
    has_expression_as_value,
    is_broken_by_a_template,
    is_left_to_fill,
    unfilled_documents,
    unfilled_reason,
)
from kubelens.kube.bundle import NEWEST, Bundle
from kubelens.kube.definitions import Definition, Definitions, Elsewhere
from kubelens.kube.manifest import Manifest
from kubelens.kube.other_programs import is_of_another_program
from kubelens.kube.reading import Reading, read_value
from kubelens.kube.resource import DEFAULT_NAMESPACE, Header, Resource, read_document, read_header
from kubelens.rules.api import Finding
from kubelens.rules.subjects import ChartRun, ScenarioRun
from kubelens.syntax.parse import parse_source
from kubelens.syntax.place import Place, Step, locate
from kubelens.syntax.text import Source, Span
from kubelens.syntax.tree import Document

_NOTHING_PARSED: Final[Mapping[int, Parsed]] = {}


class Snapshot(Struct, frozen=True, eq=False):
    """Everything that is known of the texts at one moment."""

    revision: int
    files: Mapping[str, ParsedFile]
    manifests: tuple[Manifest, ...]
    """Those that were asked about: without what runs in a cluster, which the bundle holds too."""
    bundle: Bundle
    charts: tuple[str, ...] = ()
    chart: ChartRun | None = None
    """The chart that the objects were rendered from."""
    unrendered: tuple[str, ...] = ()
    """Charts of which nothing was looked at, since they could not be rendered."""
    _documents: Mapping[tuple[str, int], Document] = field(default_factory=dict)
    _located: dict[int, tuple[Place, Span]] = field(default_factory=dict)
    _objects: dict[tuple[str, int, tuple[Step, ...]], Resource] = field(default_factory=dict)
    scenarios: tuple[ScenarioRun, ...] = ()  # those among the texts, where they are to be played

    @property
    def objects(self) -> tuple[Resource, ...]:
        """The objects that were asked about."""
        return tuple(resource for manifest in self.manifests for resource in manifest.resources)

    def object_at(self, place: Place, span: Span | None = None) -> Resource | None:
        """The object a place is in; the innermost one in a List. ``span`` tells the document of a place that is a file."""
        if span is not None and not place.path and not place.document and (file := self.files.get(place.uri)):
            index = next((d.index for d in file.documents if d.start <= span.start <= d.end), -1)
            place = Place(place.uri, index)
        if not self._objects:
            for resource in self.bundle:
                own = resource.place
                self._objects.setdefault((own.uri, own.document, own.path), resource)
        around = (place.path[:length] for length in range(len(place.path), -1, -1))
        found = (self._objects.get((place.uri, place.document, path)) for path in around)
        return next((one for one in found if one is not None), None)

    def object_of(self, finding: Finding) -> Resource | None:
        """The object that a finding is about."""
        if finding.about is not None:
            return self.object_at(finding.about)
        return self.object_at(finding.at, finding.span)

    def document(self, place: Place) -> Document | None:
        """The document a place is in."""
        return self._documents.get((place.uri, place.document))

    def locate(self, place: Place) -> Span:
        """Where a place stands now; the nearest ancestor where the value itself is absent."""
        known = self._located.get(id(place))
        if known is None:
            document = self.document(place)
            span = locate(document, place) if document is not None else Span(0, 0)
            known = self._located[id(place)] = (place, span)
        return known[1]

    def source(self, uri: str) -> Source | None:
        """The text of a file."""
        file = self.files.get(uri)
        return file.source if file is not None else None

    def shown(self, uri: str) -> Source | None:
        """The text of a file as it can be shown: of bytes that are no text, what is one."""
        file = self.files.get(uri)
        return None if file is None else file.source or file.loaded.damaged

    def beside(self, others: Sequence[Snapshot]) -> Snapshot:
        """All texts of several snapshots as one, to show findings in; charts that were rendered are told no more."""
        everything = (self, *others)
        files: dict[str, ParsedFile] = {}
        documents: dict[tuple[str, int], Document] = {}
        for one in everything:
            for uri, file in one.files.items():
                if uri not in files or not files[uri].manifests:
                    files[uri] = file
            documents.update(one._documents)
        first: dict[str, int] = {}
        manifests = tuple(
            m
            for number, one in enumerate(everything)
            for m in one.manifests
            if first.setdefault(m.uri, number) == number
        )
        objects = (resource for manifest in manifests for resource in manifest.resources)
        bundle = Bundle(objects, self.bundle.release, pod_security=self.bundle.pod_security)
        failed = tuple(run.folder or "." for one in others if (run := one.chart) is not None and run.failed)
        made = Snapshot(self.revision, files, manifests, bundle, self.charts, None, failed, documents)
        return replace(made, scenarios=self.scenarios)


class Workspace:
    """The texts of a run. ``snapshot`` is made anew after changes, from what is already parsed."""

    def __init__(
        self,
        *,
        release: str = NEWEST,
        namespace: str = DEFAULT_NAMESPACE,
        offered: Iterable[Mapping[str, Any]] = (),
        elsewhere: Elsewhere | None = None,
        pod_security: str = "",
        chart: ChartRun | None = None,
        rendered: bool = False,
        running: Collection[str] = (),
    ) -> None:
        """``offered``: CustomResourceDefinitions beside those of the texts; ``elsewhere``: see ``Definitions``;
        ``pod_security``: see ``Bundle``.

        ``chart``: what the texts were made from, where that is judged too; ``rendered``: whether a chart printed them.
        ``running``: the texts that say what a cluster holds; an object of theirs that the others bring too is left out.
        """
        self.chart, self._rendered = chart, rendered
        self._running = frozenset(running)
        self.release, self.pod_security, self.namespace = release, pod_security, namespace
        self._offered = tuple(Definition(value, None, "a plugin") for value in offered)
        self._elsewhere = elsewhere
        self._declared: dict[Resource, Definition] = {}
        self.files: dict[str, ParsedFile] = {}
        self._uris: set[str] = set()  # of all texts there are, also while some are not parsed yet
        self._partials = self._transformed = self._shown = frozenset[str]()
        self._definitions = Definitions(offered=self._offered, elsewhere=self._elsewhere)
        self.parsed_files = self._revision = 0
        self._behind = False
        self._snapshot: Snapshot | None = None
        self.noted: dict[int, Parsed] | None = None  # takes what is parsed, by the id of the source

    @property
    def definitions(self) -> list[Definition]:
        """What the texts declare."""
        return self._definitions_now()

    def fill(
        self,
        loaded: Iterable[Loaded],
        parsed: Mapping[int, Parsed] = _NOTHING_PARSED,
        *,
        alone: bool = False,
        among: Iterable[Loaded] = (),
    ) -> None:
        """Take in many texts at once (garbage collection waits until all are parsed).

        Those without a word of Kubernetes are not parsed: they have no documents here until one of them is ``put``.
        ``parsed``: documents there already, by the id of their source. ``alone``: texts taken in before go, but for
        those that are among them again. ``among``: all texts there are, where these are some of them.
        """
        before, loaded = self.files, list(loaded)
        if alone:
            self.files = {}
        self._uris = {*self.files, *(one.uri for some in (loaded, among) for one in some)}
        collecting = gc.isenabled()
        gc.disable()
        try:
            for one in loaded:
                there = before.get(one.uri)
                if alone and there is not None and there.loaded is one:
                    self.files[one.uri] = there
                    continue
                known = one.parsed or parsed.get(id(one.source))
                if known is None and one.source is not None and says_nothing(one.source):
                    known = Parsed([], [])
                self.files[one.uri] = self._parse(one, known)
        finally:
            if collecting:
                gc.enable()
        self._changed()

    def put(self, loaded: Loaded) -> None:
        """Take in one new or changed text."""
        self._uris.add(loaded.uri)
        self.files[loaded.uri] = self._parse(loaded, loaded.parsed)
        self._behind, self._snapshot = True, None

    def drop(self, uri: str) -> None:
        """Forget a text."""
        self._uris.discard(uri)
        if self.files.pop(uri, None) is not None:
            self._behind, self._snapshot = True, None

    def snapshot(self) -> Snapshot:
        """The objects as they are now; what files say of each other is found out once for all changes before."""
        if self._snapshot is None:
            if self._behind:
                self._changed()
            self._snapshot = self._make_snapshot()
        return self._snapshot

    def for_release(self, release: str) -> Snapshot:
        """The same objects, as questions about another Kubernetes release need them."""
        if release != self.release:
            self.release, self._snapshot = release, None
        return self.snapshot()

    def _changed(self) -> None:
        self._revision += 1
        self._behind, self._snapshot = False, None
        beside = beside_kustomizations(self.files)
        named = named_together((f.named for f in self.files.values()), self.files)
        objects = {u: [r for m in f.manifests for r in m.resources] for u, f in self.files.items()}
        made = {uri for uri, file in self.files.items() if file.loaded.made is not None}
        partials = partial_files(named, beside, objects, made)
        transformed = named.inputs | beside
        definitions = Definitions(self._definitions_now(), offered=self._offered, elsewhere=self._elsewhere)
        redefined = definitions.changed(self._definitions)
        touched = (partials ^ self._partials) | (transformed ^ self._transformed) | (named.shown ^ self._shown)
        self._partials, self._transformed, self._shown, self._definitions = (
            partials,
            transformed,
            named.shown,
            definitions,
        )
        if touched or redefined:
            for uri, file in list(self.files.items()):
                if uri in touched or (redefined and _holds(file, redefined)):
                    self.files[uri] = self._interpret(file, (self.noted or {}).get(id(file.source)))

    def _definitions_now(self) -> list[Definition]:
        """What the texts declare; a definition that did not change stays the same object."""
        resources = [
            resource
            for file in self.files.values()
            for manifest in file.manifests
            if manifest.header.kind in ("CustomResourceDefinition", "CustomResourceDefinitionList", "List")
            for resource in manifest.resources
            if resource.kind == "CustomResourceDefinition" and not resource.partial
        ]
        self._declared = {r: self._declared.get(r) or Definition(r.value, r.place, "", r) for r in resources}
        return list(self._declared.values())

    def _parse(self, loaded: Loaded, parsed: Parsed | None = None) -> ParsedFile:
        if loaded.source is None:
            return ParsedFile(loaded, Status.UNREADABLE, loaded.reason, problems=loaded.problems)
        self.parsed_files += 1
        text = loaded.source.text
        if loaded.taken_in:
            return ParsedFile(loaded, Status.TAKEN_IN, f"{loaded.taken_in!r} is made from it", problems=loaded.problems)
        if loaded.chart:
            return ParsedFile(loaded, Status.TEMPLATE, f"Helm template of chart {loaded.chart!r}")
        templated = "{{" in text and loaded.made is None
        if templated and (chart := chart_of(loaded.uri)):
            return ParsedFile(
                Loaded(loaded.uri, loaded.source, chart=chart), Status.TEMPLATE, f"Helm template of chart {chart!r}"
            )
        if parsed is None:
            parsed = Parsed(*parse_source(loaded.source))
            if self.noted is not None:
                self.noted[id(loaded.source)] = parsed
        documents, problems = parsed.documents, parsed.problems
        unfilled = (
            unfilled_documents(loaded, documents, problems, self._uris) if templated and problems else frozenset()
        )
        if unfilled and all(d.root is None or d.index in unfilled for d in documents):
            return ParsedFile(loaded, Status.TEMPLATE, TEMPLATED)
        problems = [] if unfilled else problems
        if problems and loaded.made is None and is_broken_by_a_template(loaded.source, problems):
            return ParsedFile(loaded, Status.TEMPLATE, UNFILLED)
        refused = kustomization_problems(loaded.source)
        if templated and refused and has_expression_as_value(loaded.source):
            return ParsedFile(loaded, Status.TEMPLATE, TEMPLATED)
        problems = [*problems, *loaded.problems, *refused]
        named = files_named(loaded.source, documents)
        file = ParsedFile(loaded, Status.TAKEN, "", tuple(documents), (), tuple(problems), named, unfilled)
        return self._interpret(file, parsed)

    def _interpret(self, file: ParsedFile, parsed: Parsed | None = None) -> ParsedFile:
        """Find the Kubernetes objects among a file's documents, some of which may have been read before."""
        if file.loaded.taken_in:
            return file
        if file.uri in self._shown:
            return replace(file, status=Status.NOT_KUBERNETES, reason=SHOWN, manifests=())
        known: dict[int, Reading | None] = {m.document.index: m.reading for m in file.manifests}
        headers: dict[int, Header | None] = {m.document.index: m.header for m in file.manifests}
        if parsed is not None:
            known.update(enumerate(parsed.readings))
            headers.update(enumerate(parsed.headers or ()))
        first = headers.get(0)
        is_named = not file.documents or (first is not None and first.kind is not None)
        if not is_named and may_hold_scenario(file.documents[0].source.text) and holds_scenario(file.documents):
            return replace(file, status=Status.NOT_KUBERNETES, reason=SCENARIO, manifests=())
        partial = file.uri in self._partials or is_partial_by_name(file.uri)
        manifests: list[Manifest] = []
        others = False
        for document in file.documents:
            header = headers.get(document.index) if headers else read_header(document)
            version = (header.api_version or "") if header is not None else ""
            if header is None or not header.is_kubernetes:
                continue
            if is_of_another_program(version, header.kind or "", has_metadata=header.has_metadata):
                others = True
                continue
            read = known.get(document.index) or read_value(document.root)
            resources, reading = read_document(
                document,
                partial=partial or (isinstance(read.value, dict) and "$patch" in read.value),
                transformed=file.uri in self._transformed,
                namespace=self.namespace,
                definitions=self._definitions,
                reading=read,
            )
            manifests.append(Manifest(document, header, tuple(resources), reading))
        text = file.source.text if file.source is not None else ""
        left = file.unfilled
        if "{{" in text and file.loaded.made is None:
            waiting = [m for m in manifests if is_left_to_fill(file.loaded, m, self._uris)]
            manifests = [m for m in manifests if m not in waiting]
            left |= {m.document.index for m in waiting}
            if left and not manifests:
                return ParsedFile(file.loaded, Status.TEMPLATE, TEMPLATED)
        if (named_later := filled_in_by_name(file, manifests, file.uri in self._transformed)) is not None:
            return named_later
        problems = file.problems
        judged = file.loaded.made is None and not (partial or others or "{{" in text)
        if judged and len(file.documents) > len(manifests):
            known_ones = tuple(problem for problem in problems if problem.kind != NO_OBJECT)
            taken = {manifest.document.index for manifest in manifests}
            problems = (*known_ones, *no_objects(file.documents, taken))
        status, reason = Status.TAKEN, ""
        if not manifests and not (file.problems and looks_like_kubernetes(text)):
            status, reason = Status.NOT_KUBERNETES, "no document with apiVersion and kind"
        if left and not problems:
            status, reason = Status.TEMPLATE, unfilled_reason(left)
        return replace(file, status=status, reason=reason, manifests=tuple(manifests), problems=problems)

    def _make_snapshot(self) -> Snapshot:
        held = {uri: held_file(file) for uri, file in self.files.items() if uri in self._running}
        there = [r for file in held.values() for m in file.manifests for r in m.resources]
        files = {uri: held[uri] if uri in held else told_file(file, there) for uri, file in self.files.items()}
        manifests = tuple(m for uri, file in files.items() if uri not in held for m in file.manifests)
        resources = [r for m in manifests for r in m.resources]
        brought = {r.key.slot for r in resources} if there else set()
        resources += [r for r in there if r.key.slot not in brought]
        assumed = self.namespace if self._rendered and self.namespace == DEFAULT_NAMESPACE else None
        bundle = Bundle(resources, self.release, pod_security=self.pod_security, assumed_namespace=assumed)
        documents = {(d.source.uri, d.index): d for f in files.values() for d in f.documents}
        charts = charts_among((f.loaded.chart for f in files.values() if f.loaded.chart), files)
        return Snapshot(self._revision, files, manifests, bundle, charts, self.chart, (), documents)


def _holds(file: ParsedFile, slots: frozenset[tuple[str, str]]) -> bool:
    """Whether a file has an object of one of the (group, kind)."""
    return any((r.gvk.group, r.kind) in slots for m in file.manifests for r in m.resources)
