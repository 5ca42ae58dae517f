"""All texts of a run or an editor session, parsed once each, and the snapshot of objects they make.

The command line fills a workspace once; the language server changes single texts. Files that did not change
keep their parsed documents and resources, so everything remembered about them stays valid.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, Final

from msgspec import Struct, field
from msgspec.structs import replace

from kubelens.engine.loader import Loaded, Status
from kubelens.engine.parsing import Parsed
from kubelens.kube import fields
from kubelens.kube.bundle import NEWEST, Bundle
from kubelens.kube.definitions import Definition, Definitions
from kubelens.kube.manifest import Manifest
from kubelens.kube.reading import Reading, read_value
from kubelens.kube.resource import DEFAULT_NAMESPACE, Resource, read_document, read_header
from kubelens.syntax.parse import parse_source
from kubelens.syntax.place import Place, locate
from kubelens.syntax.text import Problem, Source, Span
from kubelens.syntax.tree import Document

_TEMPLATED: Final = "holds template expressions ({{ ... }}) and is no manifest before they are filled in"
_NOTHING_PARSED: Final[Mapping[int, Parsed]] = {}
_NO_FILES: Final[frozenset[str]] = frozenset()
_PATCH_NAME: Final = re.compile(r"(^|[-_.])patch(es)?([-_.]|$)")
_EXPECTATION: Final = re.compile(r"(.*[-_])?assert([-_].*)?|\d+[-_]errors?")
_KUSTOMIZATIONS: Final = frozenset({"kustomization.yaml", "kustomization.yml", "Kustomization"})


class ParsedFile(Struct, frozen=True, eq=False, weakref=True):
    """One text, parsed: documents, the Kubernetes ones among them, and problems of the text."""

    loaded: Loaded
    status: Status
    reason: str
    documents: tuple[Document, ...] = ()
    manifests: tuple[Manifest, ...] = ()
    problems: tuple[Problem, ...] = ()
    patches: frozenset[str] = frozenset()
    """Files this kustomization names as patches."""
    inputs: frozenset[str] = frozenset()
    """Files it lists as resources."""

    @property
    def uri(self) -> str:
        """What the file is called."""
        return self.loaded.uri

    @property
    def source(self) -> Source | None:
        """Its text, None where it could not be read."""
        return self.loaded.source


class Snapshot(Struct, frozen=True, eq=False):
    """Everything that is known of the texts at one moment."""

    revision: int
    files: Mapping[str, ParsedFile]
    manifests: tuple[Manifest, ...]
    bundle: Bundle
    charts: tuple[str, ...] = ()
    _documents: Mapping[tuple[str, int], Document] = field(default_factory=dict)
    _located: dict[int, tuple[Place, Span]] = field(default_factory=dict)

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


class Workspace:
    """The texts of a run. ``snapshot`` is made anew after changes, from what is already parsed."""

    def __init__(
        self,
        *,
        release: str = NEWEST,
        namespace: str = DEFAULT_NAMESPACE,
        offered: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        """``offered``: CustomResourceDefinitions beside those of the texts."""
        self.release = release
        self.namespace = namespace
        self._offered = tuple(Definition(value, None, "a plugin") for value in offered)
        self._declared: dict[Resource, Definition] = {}
        self._files: dict[str, ParsedFile] = {}
        self._partials: frozenset[str] = frozenset()
        self._transformed: frozenset[str] = frozenset()
        self._definitions = Definitions(offered=self._offered)
        self._revision = 0
        self._snapshot: Snapshot | None = None
        self.parsed_files = 0

    def fill(self, loaded: Iterable[Loaded], parsed: Mapping[int, Parsed] = _NOTHING_PARSED) -> None:
        """Take in many texts at once (garbage collection waits until all are parsed).

        ``parsed``: documents there already, by the id of their source.
        """
        collecting = gc.isenabled()
        gc.disable()
        try:
            for one in loaded:
                self._files[one.uri] = self._parse(one, parsed.get(id(one.source)))
        finally:
            if collecting:
                gc.enable()
        self._changed()

    def put(self, loaded: Loaded) -> None:
        """Take in one new or changed text."""
        self._files[loaded.uri] = self._parse(loaded)
        self._changed()

    def drop(self, uri: str) -> None:
        """Forget a text."""
        if self._files.pop(uri, None) is not None:
            self._changed()

    def snapshot(self) -> Snapshot:
        """The objects as they are now."""
        if self._snapshot is None:
            self._snapshot = self._make_snapshot()
        return self._snapshot

    def for_release(self, release: str) -> Snapshot:
        """The same objects, as questions about another Kubernetes release need them."""
        if release != self.release or self._snapshot is None:
            self.release = release
            self._snapshot = None
        return self.snapshot()

    def _changed(self) -> None:
        self._revision += 1
        self._snapshot = None
        beside = _beside(self._files)
        inputs = frozenset[str]().union(*(f.inputs for f in self._files.values()))
        named = frozenset[str]().union(*(f.patches for f in self._files.values()))
        partials = named | _patch_files(beside) | _second_halves(self._files, beside - inputs)
        transformed = inputs | beside
        definitions = Definitions(self._definitions_now(), offered=self._offered)
        redefined = definitions.changed(self._definitions)
        touched = (partials ^ self._partials) | (transformed ^ self._transformed)
        self._partials, self._transformed, self._definitions = partials, transformed, definitions
        if touched or redefined:
            for uri, file in list(self._files.items()):
                if uri in touched or (redefined and _holds(file, redefined)):
                    self._files[uri] = self._interpret(file)

    def _definitions_now(self) -> list[Definition]:
        """What the texts declare; a definition that did not change stays the same object."""
        resources = [
            resource
            for file in self._files.values()
            for manifest in file.manifests
            if manifest.header.kind in ("CustomResourceDefinition", "CustomResourceDefinitionList", "List")
            for resource in manifest.resources
            if resource.kind == "CustomResourceDefinition" and not resource.partial
        ]
        self._declared = {r: self._declared.get(r) or Definition(r.value, r.place, "", r) for r in resources}
        return list(self._declared.values())

    def _parse(self, loaded: Loaded, parsed: Parsed | None = None) -> ParsedFile:
        if loaded.source is None:
            return ParsedFile(loaded, Status.UNREADABLE, loaded.reason)
        self.parsed_files += 1
        text = loaded.source.text
        templated = "{{" in text
        if templated and (chart := chart_of(loaded.uri)):
            return ParsedFile(
                Loaded(loaded.uri, loaded.source, chart=chart), Status.TEMPLATE, f"Helm template of chart {chart!r}"
            )
        if parsed is None:
            parsed = Parsed(*parse_source(loaded.source), [])
        documents, problems = parsed.documents, parsed.problems
        if templated and problems:
            return ParsedFile(loaded, Status.TEMPLATE, _TEMPLATED)
        name = loaded.uri.rpartition("/")[2]
        patches, inputs = _kustomized(loaded.uri, documents) if name in _KUSTOMIZATIONS else (_NO_FILES, _NO_FILES)
        file = ParsedFile(loaded, Status.TAKEN, "", tuple(documents), (), tuple(problems), patches, inputs)
        return self._interpret(file, parsed.readings)

    def _interpret(self, file: ParsedFile, readings: Sequence[Reading | None] = ()) -> ParsedFile:
        """Find the Kubernetes objects among a file's documents, some of which may have been read before."""
        partial = file.uri in self._partials or _in_patches_folder(file.uri) or _is_expectation(file.uri)
        manifests: list[Manifest] = []
        known: dict[int, Reading | None] = {m.document.index: m.reading for m in file.manifests}
        known.update(enumerate(readings))
        for document in file.documents:
            header = read_header(document)
            if header is None or not header.is_kubernetes:
                continue
            if header.api_version is not None and header.api_version.startswith(
                ("kustomize.config.k8s.io/", "skaffold/", "builtin")
            ):
                continue
            resources, reading = read_document(
                document,
                partial=partial,
                transformed=file.uri in self._transformed,
                namespace=self.namespace,
                definitions=self._definitions,
                reading=known.get(document.index),
            )
            manifests.append(Manifest(document, header, tuple(resources), reading))
        text = file.source.text if file.source is not None else ""
        if "{{" in text and any(m.problems or _is_named_by_template(m) for m in manifests):
            return ParsedFile(file.loaded, Status.TEMPLATE, _TEMPLATED)
        status, reason = Status.TAKEN, ""
        if not manifests and not (file.problems and _looks_like_kubernetes(file)):
            status, reason = Status.NOT_KUBERNETES, "no document with apiVersion and kind"
        return replace(file, status=status, reason=reason, manifests=tuple(manifests))

    def _make_snapshot(self) -> Snapshot:
        manifests = tuple(m for file in self._files.values() for m in file.manifests)
        bundle = Bundle((r for m in manifests for r in m.resources), self.release)
        documents = {(d.source.uri, d.index): d for f in self._files.values() for d in f.documents}
        charts = tuple(dict.fromkeys(f.loaded.chart for f in self._files.values() if f.loaded.chart))
        return Snapshot(self._revision, dict(self._files), manifests, bundle, charts, documents)


def chart_of(uri: str) -> str:
    """The chart a file under ``templates/`` belongs to, ``""`` for other files."""
    if "templates/" not in uri:
        return ""
    parts = PurePosixPath(uri).parts
    if "templates" in parts[:-1]:
        return "/".join(parts[: parts.index("templates")]) or "."
    return ""


def _looks_like_kubernetes(file: ParsedFile) -> bool:
    """Whether a file with a broken document is meant for Kubernetes, as far as its text tells."""
    text = file.source.text if file.source is not None else ""
    return ("apiVersion:" in text and "kind:" in text) or ('"apiVersion"' in text and '"kind"' in text)


def _is_expectation(uri: str) -> bool:
    """Whether a file says what a test (kuttl, Chainsaw) expects to find: a part of each object."""
    return _EXPECTATION.fullmatch(_stem(uri)) is not None


def _stem(uri: str) -> str:
    """A file's name without its suffix, in lower case."""
    name = uri.rpartition("/")[2].lower()
    return name.rpartition(".")[0] or name


def _in_patches_folder(uri: str) -> bool:
    """Whether a folder's name says that its files change other objects (kubeadm, kind, Flux and kustomize habits)."""
    return any(part in ("patches", "patch") for part in uri.split("/")[:-1])


def _is_named_by_template(manifest: Manifest) -> bool:
    """Whether an object's name is a template expression: no server takes such a name, so something fills it in."""
    return any("{{" in resource.name and "}}" in resource.name for resource in manifest.resources)


def _holds(file: ParsedFile, slots: frozenset[tuple[str, str]]) -> bool:
    """Whether a file has an object of one of the (group, kind)."""
    return any((r.gvk.group, r.kind) in slots for m in file.manifests for r in m.resources)


def _beside(files: Iterable[str]) -> frozenset[str]:
    """Files in the folder of a kustomization: it lists them, or they wait to be listed."""
    parts = {uri: uri.rpartition("/") for uri in files}
    folders = {folder for folder, _, name in parts.values() if name in _KUSTOMIZATIONS}
    return frozenset(uri for uri, (folder, _, _) in parts.items() if folder in folders)


def _patch_files(beside: Iterable[str]) -> frozenset[str]:
    """Files beside a kustomization that are called patches, named by it or not."""
    return frozenset(uri for uri in beside if _PATCH_NAME.search(_stem(uri)))


def _second_halves(files: Mapping[str, ParsedFile], unlisted: Iterable[str]) -> frozenset[str]:
    """Files beside a kustomization that none lists, of objects that stand in other files too: patches that wait."""
    waiting = {uri: _names(files[uri]) for uri in unlisted if files[uri].manifests}
    if not waiting:
        return _NO_FILES
    places: dict[tuple[str, str], set[str]] = {}
    for uri, file in files.items():
        for name in _names(file):
            places.setdefault(name, set()).add(uri)
    return frozenset(uri for uri, names in waiting.items() if names and all(places[n] != {uri} for n in names))


def _names(file: ParsedFile) -> set[tuple[str, str]]:
    return {(r.kind, r.name) for manifest in file.manifests for r in manifest.resources}


def _kustomized(uri: str, documents: Iterable[Document]) -> tuple[frozenset[str], frozenset[str]]:
    """(patches, resources) that a kustomization names, as files."""
    folder = PurePosixPath(uri).parent
    patches: set[str] = set()
    inputs: set[str] = set()
    for document in documents:
        value: Any = read_value(document.root).value
        if not isinstance(value, dict):
            continue
        for _, patch in (*fields.items(value, "patches"), *fields.items(value, "patchesJson6902")):
            patches.add(fields.text(patch, "path"))
        for name in ("patches", "patchesStrategicMerge"):
            patches.update(text for text in fields.texts(value, name) if "\n" not in text)
        patches.update(fields.texts(value, "transformers"))
        patches.update(fields.texts(value, "configurations"))
        inputs.update(fields.texts(value, "resources"))
    return _below(folder, patches), _below(folder, inputs)


def _below(folder: PurePosixPath, names: Iterable[str]) -> frozenset[str]:
    return frozenset(_normal(folder / name) for name in names if name)


def _normal(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts).replace("//", "/")
