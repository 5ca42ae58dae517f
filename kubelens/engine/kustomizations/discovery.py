"""Which kustomizations are applied: those that no other one takes in."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from kubelens.render.kustomize.kustomization_file import (
    COMPONENT,
    NAMES,
    InvalidKustomization,
    is_kustomization,
    known_kustomization,
)
from kubelens.render.kustomize.loading import FileSet, is_remote


def kustomization_folders(paths: Iterable[str]) -> list[str]:
    """The folders of kustomization files among some paths, each once, in their order."""
    found: dict[str, None] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        if name in NAMES:
            found[folder] = None
    return list(found)


def root_folders(folders: Iterable[str], files: FileSet) -> list[str]:
    """Those of some folders whose kustomization none of the others takes in, neither as a base nor as a component.

    Of kustomizations that take in each other the first counts. Files of another kind by the same name are none.
    """
    taken_by: dict[str, list[str]] = {}
    candidates: list[str] = []
    for folder in folders:
        found = _reads(folder, files)
        if found is None:
            continue
        below, is_component = found
        taken_by[folder] = below
        if not is_component:
            candidates.append(folder)
    taken = {below for folder, paths in taken_by.items() for below in paths if below != folder}
    roots = [folder for folder in candidates if folder not in taken]
    reached = _reached(roots, taken_by)
    for folder in candidates:
        if folder not in reached:
            roots.append(folder)
            reached |= _reached([folder], taken_by)
    order = {folder: place for place, folder in enumerate(candidates)}
    return sorted(roots, key=order.__getitem__)


def _reached(roots: Iterable[str], taken_by: dict[str, list[str]]) -> set[str]:
    reached: set[str] = set()
    pending = list(roots)
    while pending:
        folder = pending.pop()
        if folder not in reached:
            reached.add(folder)
            pending.extend(taken_by.get(folder, ()))
    return reached


def _reads(folder: str, files: FileSet) -> tuple[list[str], bool] | None:
    """(the folders that a kustomization takes in, whether it is a component); None where there is no kustomization."""
    for name in NAMES:
        path = f"{folder}/{name}" if folder else name
        text = files.text(path)
        if text is None:
            continue
        if not is_kustomization(text):
            return None
        settings = known_kustomization(path, text)
        if isinstance(settings, InvalidKustomization):
            return [], "kind: Component" in text
        below: list[str] = []
        for entry in (*(settings.resources or ()), *(settings.components or ())):
            if entry and not is_remote(entry) and not entry.startswith("/"):
                found = posixpath.normpath(posixpath.join(folder, str(entry)))
                found = "" if found == "." else found
                if files.reader.is_folder(found):
                    below.append(found)
        return below, settings.kind == COMPONENT
    return None
