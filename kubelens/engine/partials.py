"""Which files hold parts of objects: patches of kustomizations, what tests (kuttl, Chainsaw) expect, what gator is shown."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.reading import read_value
from kubelens.kube.resource import Resource
from kubelens.render.kustomize.file_names import is_kustomization_name
from kubelens.syntax.pattern import pattern
from kubelens.syntax.text import Problem, Source
from kubelens.syntax.tree import Document

_PATCH_NAME: Final = pattern(r"(^|[-_.])patch(es)?([-_.]|$)")
_PATCHES: Final = pattern(r"(^|[-_.])patches$")
"""Of more than one: what makes a patch while it runs (a Job of a chart) is called by the word too."""
_EXPECTATION: Final = pattern(r"(.*[-_])?assert([-_].*)?|\d+[-_]errors?")
_SPECIFIED: Final = ("PersistentVolumeClaim", "PodMonitor", "ServiceMonitor")
_SELECTING: Final = ("DaemonSet", "Deployment", "StatefulSet")
_GATOR: Final = "test.gatekeeper.sh/"
_TESTS: Final = ("chainsaw.kyverno.io/", "kuttl.dev/", _GATOR)


class FilesNamed(Struct, frozen=True):
    """What a file says of others: ``partials`` hold parts of objects (names or patterns), ``inputs`` whole ones.

    ``shown``: what a test shows to a policy, which nobody applies.
    """

    partials: frozenset[str] = frozenset()
    inputs: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()


NO_FILES: Final = FilesNamed()
SHOWN: Final = "a test of gator shows it to a policy: nobody applies it"


def files_named(source: Source, documents: Iterable[Document]) -> FilesNamed:
    """The files that a kustomization or a test names; nothing for other files."""
    folder = source.uri.rpartition("/")[0]
    if is_kustomization_name(source.uri):
        partials, inputs = _kustomized(documents)
        return FilesNamed(_below(folder, partials), _below(folder, inputs))
    if not any(test in source.text for test in _TESTS):
        return NO_FILES
    return FilesNamed(_below(folder, _expected(documents)), shown=_below(folder, _shown(documents)))


def says_nothing(source: Source) -> bool:
    """Whether a text holds no object and names no files, as its words alone tell: it need not be parsed."""
    text = source.text
    if "apiVersion" in text or ("kind" in text and "metadata" in text) or "kubelens" in text:
        return False
    return not is_kustomization_name(source.uri)


def is_partial_by_name(uri: str) -> bool:
    """Whether a file's name or folder says that it holds parts (kubeadm, kind, Flux, kubectl patch and kuttl habits)."""
    folders = uri.split("/")[:-1]
    if "patch" in folders or any(_PATCHES.search(folder) for folder in folders):
        return True
    stem = _stem(uri)
    return _PATCHES.search(stem) is not None or stem == "patch" or _EXPECTATION.fullmatch(stem) is not None


def named_together(named: Iterable[FilesNamed], files: Iterable[str]) -> FilesNamed:
    """What all files say of others, patterns of parts filled in; what a kustomization takes in is more than shown."""
    said = list(named)
    names = frozenset[str]().union(*(one.partials for one in said))
    inputs = frozenset[str]().union(*(one.inputs for one in said))
    shown = frozenset[str]().union(*(one.shown for one in said))
    patterns = [name for name in names if "*" in name]
    found = names.union(uri for uri in files if any(fnmatchcase(uri, p) for p in patterns)) if patterns else names
    return FilesNamed(found, inputs, shown - inputs)


def beside_kustomizations(files: Iterable[str]) -> frozenset[str]:
    """Files in the folder of a kustomization: it lists them, or they wait to be listed."""
    parts = {uri: uri.rpartition("/") for uri in files}
    folders = {folder for folder, _, name in parts.values() if is_kustomization_name(name)}
    return frozenset(uri for uri, (folder, _, _) in parts.items() if folder in folders)


def patch_files(beside: Iterable[str]) -> frozenset[str]:
    """Files beside a kustomization that are called patches, named by it or not."""
    return frozenset(uri for uri in beside if is_called_a_patch(uri))


def is_called_a_patch(uri: str) -> bool:
    """Whether a file's name says that it is a patch."""
    return _PATCH_NAME.search(_stem(uri)) is not None


def second_halves(objects: Mapping[str, set[tuple[str, str]]], unlisted: Iterable[str]) -> frozenset[str]:
    """Files beside a kustomization that none lists, of objects that stand in other files too: patches that wait.

    ``objects``: the (kind, name) of each file.
    """
    waiting = {uri: names for uri in unlisted if (names := objects[uri])}
    if not waiting:
        return frozenset()
    places: dict[tuple[str, str], set[str]] = {}
    for uri, names in objects.items():
        for name in names:
            places.setdefault(name, set()).add(uri)
    return frozenset(uri for uri, names in waiting.items() if all(places[n] != {uri} for n in names))


def plain_parts(objects: Mapping[str, Sequence[Resource]], inputs: Container[str]) -> frozenset[str]:
    """Files in or below the folder of a kustomization, taken in by none, whose objects lack what each of their kind has.

    Such is a Deployment without a selector and without an image, a claim or a monitor without a spec: a patch that waits.
    """
    folders = {folder for folder, _, name in (uri.rpartition("/") for uri in objects) if is_kustomization_name(name)}
    if not folders:
        return frozenset()
    return frozenset(
        uri
        for uri, found in objects.items()
        if found
        and uri not in inputs
        and all(map(_lacks_its_core, found))
        and any(folder == "" or uri.startswith(f"{folder}/") for folder in folders)
    )


def partial_files(
    named: FilesNamed, beside: frozenset[str], objects: Mapping[str, Sequence[Resource]], made: Container[str]
) -> frozenset[str]:
    """The files that hold parts: named so, called so, or like one. ``objects``: those of each file; ``made``: rendered."""
    names = {uri: {(r.kind, r.name) for r in resources} for uri, resources in objects.items()}
    written = {uri: resources for uri, resources in objects.items() if uri not in made}
    halves = second_halves(names, beside - named.inputs)
    return named.partials | patch_files(beside) | halves | plain_parts(written, named.inputs)


def _lacks_its_core(resource: Resource) -> bool:
    if resource.kind in _SPECIFIED:
        return not resource.spec
    if resource.kind not in _SELECTING or "selector" in resource.spec:
        return False
    pod = fields.mapping(fields.mapping(resource.spec, "template"), "spec")
    return not any(fields.text(one, "image") for _, one in fields.items(pod, "containers"))


def _stem(uri: str) -> str:
    """A file's name without its suffix, in lower case."""
    name = uri.rpartition("/")[2].lower()
    return name.rpartition(".")[0] or name


def _kustomized(documents: Iterable[Document]) -> tuple[set[str], set[str]]:
    """(patches, resources) that a kustomization names."""
    patches: set[str] = set()
    inputs: set[str] = set()
    for value in _maps(documents):
        for _, patch in (*fields.items(value, "patches"), *fields.items(value, "patchesJson6902")):
            patches.add(fields.text(patch, "path"))
        for name in ("patches", "patchesStrategicMerge"):
            patches.update(text for text in fields.texts(value, name) if "\n" not in text)
        patches.update(fields.texts(value, "transformers"))
        patches.update(fields.texts(value, "configurations"))
        inputs.update(fields.texts(value, "resources"))
    return patches, inputs


def _expected(documents: Iterable[Document]) -> Iterator[str]:
    """The files a test compares objects with, or patches them by."""
    for value in _maps(documents):
        version, kind = fields.text(value, "apiVersion"), fields.text(value, "kind")
        if version.startswith("kuttl.dev/") and kind == "TestStep":
            yield from (*fields.texts(value, "assert"), *fields.texts(value, "error"))
        elif version.startswith("chainsaw.kyverno.io/"):
            spec = fields.mapping(value, "spec")
            steps = [step for _, step in fields.items(spec, "steps")] if kind == "Test" else [spec]
            for step in steps:
                for part in ("try", "catch", "finally"):
                    for _, operation in fields.items(step, part):
                        for name in ("assert", "error", "patch"):
                            yield fields.text(fields.mapping(operation, name), "file")


def _shown(documents: Iterable[Document]) -> Iterator[str]:
    """The files that gator shows to a policy (gatekeeper's ``pkg/gator/verify``)."""
    for value in _maps(documents):
        if fields.text(value, "apiVersion").startswith(_GATOR) and fields.text(value, "kind") == "Suite":
            for _, test in fields.items(value, "tests"):
                for _, case in fields.items(test, "cases"):
                    yield from (fields.text(case, "object"), *fields.texts(case, "inventory"))


def _maps(documents: Iterable[Document]) -> Iterator[Mapping[str, Any]]:
    for document in documents:
        value: Any = read_value(document.root).value
        if isinstance(value, dict):
            yield value


def _below(folder: str, names: Iterable[str]) -> frozenset[str]:
    return frozenset(_normal(PurePosixPath(folder) / name) for name in names if name)


def _normal(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts).replace("//", "/")


def kustomization_problems(source: Source) -> list[Problem]:
    """What is wrong with a text as a kustomization, nothing where it is none."""
    if "ustomization" not in source.uri and "kustomize.config.k8s.io/" not in source.text:
        return []
    from kubelens.engine.kustomizations.problems import problems_of  # noqa: PLC0415 - only for kustomizations

    return problems_of(source)
