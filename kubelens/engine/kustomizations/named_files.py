"""What a kustomization that cannot be built would be made from, as far as its text names it: every path in it that is one."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from kubelens.engine.kustomizations.building import kustomization_file
from kubelens.engine.sets.tree import Tree
from kubelens.render.yaml.fault import YamlFault
from kubelens.render.yaml.read import read_yaml

_MOST_FOLDERS = 200


def named_files(folder: str, tree: Tree) -> list[str]:
    """The files that the kustomization in a folder names, and those that the folders it names do; its own come first.

    Of a text that is no YAML, and where there is none, all files of the folder count: nobody knows which it takes.
    """
    found: dict[str, None] = {}
    seen = {folder}
    pending = [folder]
    while pending and len(seen) <= _MOST_FOLDERS:
        here = pending.pop(0)
        for path in _named(here, tree):
            if tree.is_folder(path):
                if path not in seen:
                    seen.add(path)
                    pending.append(path)
            elif path not in found and tree.read(path) is not None:
                found[path] = None
    return list(found)


def _named(folder: str, tree: Tree) -> Iterator[str]:
    own = kustomization_file(folder, tree)
    text = tree.read(own) if own else None
    if text is not None:
        yield own
        try:
            value: object = read_yaml(text, own)
        except YamlFault:
            value = None
        if isinstance(value, Mapping):
            yield from (path for entry in _texts(value) if (path := _joined(folder, entry)))
            return
    before = f"{folder}/" if folder else ""
    yield from (path for path in tree.below(folder) if "/" not in path.removeprefix(before))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        if value and "\n" not in value:
            yield value
            if "=" in value:
                yield value.rpartition("=")[2]
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _joined(folder: str, entry: str) -> str:
    """A path below the root, ``""`` for what is none, or leads out."""
    if "://" in entry or entry.startswith("/"):
        return ""
    found = posixpath.normpath(posixpath.join(folder, entry))
    return "" if found == "." or found == ".." or found.startswith("../") or found == folder else found
