"""What a kustomization names: files and folders, objects that it patches or scales, and those that it generates."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from kubelens.engine.parsed_file import ParsedFile
from kubelens.kube.resource import Resource
from kubelens.render.kustomize.file_names import NAMES, is_kustomization_name
from kubelens.syntax.place import Place, Step
from kubelens.syntax.tree import Mapping, Node, Scalar, Sequence, resolve
from kubelens_lsp.cursor import text_in, value_in
from kubelens_lsp.occurrence import Occurrence, Symbol
from kubelens_lsp.view import View

_TAKEN: Final = ("resources", "bases", "components")
_GENERATORS: Final = {"configMapGenerator": "ConfigMap", "secretGenerator": "Secret"}
SCALED: Final = ("Deployment", "ReplicaSet", "ReplicationController", "StatefulSet")
_MOST_FILES: Final = 2_000


def kustomize_occurrences(view: View, key: str | None = None) -> Iterator[Occurrence]:
    """The names in all kustomizations, or in the one of a file."""
    for name in view.snapshot.files if key is None else (key,):
        if is_kustomization_name(name) and (file := view.snapshot.files.get(name)) is not None:
            yield from _of_file(view, name, file)


def _of_file(view: View, key: str, file: ParsedFile) -> Iterator[Occurrence]:
    for document in file.documents:
        place = Place(key, document.index)
        objects = list(objects_of(view, key))
        for field, kind in _GENERATORS.items():
            for index, generator in _items(value_in(document.root, field)):
                if name := text_in(generator, "name"):
                    at = place.at(field, index, "name")
                    for namespace in {one.namespace for one in objects} or {"default"}:
                        yield Occurrence(Symbol(kind, namespace, name), at, True)
        for index, replica in _items(value_in(document.root, "replicas")):
            at = place.at("replicas", index, "name")
            yield from _named(objects, SCALED, text_in(replica, "name"), at)
        yield from _replaced(objects, document.root, place)
        for field in ("patches", "patchesJson6902"):
            for index, patch in _items(value_in(document.root, field)):
                target = value_in(patch, "target")
                of_kind = text_in(target, "kind")
                at = place.at(field, index, "target", "name")
                yield from _named(objects, (of_kind,) if of_kind else (), text_in(target, "name"), at)


def _replaced(objects: list[Resource], root: Node | None, place: Place) -> Iterator[Occurrence]:
    """The objects that replacements take a value from and write it into."""
    for index, replacement in _items(value_in(root, "replacements")):
        ends: list[tuple[Node | None, tuple[Step, ...]]] = [(value_in(replacement, "source"), ("source",))]
        for number, target in _items(value_in(replacement, "targets")):
            ends.append((value_in(target, "select"), ("targets", number, "select")))
        for end, path in ends:
            of_kind = text_in(end, "kind")
            at = place.at("replacements", index, *path, "name")
            yield from _named(objects, (of_kind,) if of_kind else (), text_in(end, "name"), at)


def _named(objects: list[Resource], kinds: tuple[str, ...], name: str | None, at: Place) -> Iterator[Occurrence]:
    for one in objects:
        if name and one.name == name and (not kinds or one.kind in kinds):
            yield Occurrence(Symbol(one.kind, one.namespace, name), at, False)


def objects_of(view: View, key: str) -> Iterator[Resource]:
    """The objects of the files that a kustomization takes in, by way of others too."""
    waiting, seen = [key], {key}
    while waiting and len(seen) < _MOST_FILES:
        file = view.snapshot.files.get(current := waiting.pop())
        if file is None:
            continue
        for manifest in file.manifests:
            yield from manifest.resources
        if not is_kustomization_name(current):
            continue
        for path, _ in taken(file):
            found = target_of(view, current, path)
            if found is not None and found not in seen:
                seen.add(found)
                waiting.append(found)


def taken(file: ParsedFile) -> Iterator[tuple[str, tuple[int, tuple[Step, ...]]]]:
    """(path, (document, place in it)) of every file and folder that a kustomization takes in."""
    for document in file.documents:
        for field in _TAKEN:
            for index, item in _items(value_in(document.root, field)):
                if isinstance(item, Scalar):
                    yield item.text, (document.index, (field, index))


def target_of(view: View, key: str, path: str) -> str | None:
    """The file that a path of a kustomization leads to: itself, or the kustomization of the folder; None outside."""
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(key), path))
    candidates = (joined, *(posixpath.join(joined, name) for name in NAMES))
    return next((one for one in candidates if one in view.snapshot.files), None)


def _items(node: Node | None) -> Iterator[tuple[int, Mapping | Sequence | Scalar | None]]:
    node = resolve(node)
    for index, item in enumerate(node.items if isinstance(node, Sequence) else ()):
        yield index, resolve(item)
