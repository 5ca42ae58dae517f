"""Which kustomizations are applied: those that no other one takes in."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from kubelens.render.kustomize.file_names import NAMES
from kubelens.render.kustomize.kustomization_file import (
    COMPONENT,
    InvalidKustomization,
    is_kustomization,
    known_kustomization,
)
from kubelens.render.kustomize.loading import FileSet, is_remote
from kubelens.render.kustomize.settings import Kustomization


def kustomization_folders(paths: Iterable[str]) -> list[str]:
    """The folders of kustomization files among some paths, each once, in their order."""
    found: dict[str, None] = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        if name in NAMES:
            found[folder] = None
    return list(found)


class Taking:
    """What the kustomizations in some folders take in. Files of another kind by the same name are none."""

    def __init__(self, folders: Iterable[str], files: FileSet) -> None:
        self._files = files
        self._own: dict[str, str] = {}
        self._folders: dict[str, list[str]] = {}
        self._taken: set[str] = set()
        self._chosen: set[str] = set()
        self._unread: set[str] = set()
        self._candidates: list[str] = []
        for folder in folders:
            self._read(folder)

    def file_of(self, folder: str) -> str:
        """The path of a folder's kustomization."""
        return self._own[folder]

    def has_own(self, folder: str) -> bool:
        """Whether a folder has a kustomization."""
        return folder in self._own

    def lists(self, folder: str) -> bool:
        """Whether a folder has a kustomization that says what it takes in."""
        return folder in self._own and folder not in self._unread

    def chooses(self, folder: str) -> bool:
        """Whether a kustomization above a folder that has none lists files of it one by one: it takes these, and no others."""
        return folder in self._chosen and not self.has_own(folder)

    def files(self) -> frozenset[str]:
        """The files that any of them names: resources, patches, and what is generated from."""
        return frozenset(self._taken)

    def roots(self) -> list[str]:
        """The folders whose kustomization none of the others takes in, neither as a base nor as a component.

        Of kustomizations that take in each other the first counts.
        """
        taken = {below for folder, paths in self._folders.items() for below in paths if below != folder}
        roots = [folder for folder in self._candidates if folder not in taken]
        reached = self._reached(roots)
        for folder in self._candidates:
            if folder not in reached:
                roots.append(folder)
                reached |= self._reached([folder])
        order = {folder: place for place, folder in enumerate(self._candidates)}
        return sorted(roots, key=order.__getitem__)

    def _reached(self, roots: Iterable[str]) -> set[str]:
        reached: set[str] = set()
        pending = list(roots)
        while pending:
            folder = pending.pop()
            if folder not in reached:
                reached.add(folder)
                pending.extend(self._folders.get(folder, ()))
        return reached

    def _read(self, folder: str) -> None:
        for name in NAMES:
            path = f"{folder}/{name}" if folder else name
            text = self._files.text(path)
            if text is None:
                continue
            if not is_kustomization(text):
                return
            self._own[folder] = path
            settings = known_kustomization(path, text)
            if isinstance(settings, InvalidKustomization):
                self._folders[folder] = []
                self._unread.add(folder)
                is_component = "kind: Component" in text
            else:
                self._folders[folder] = list(self._below(folder, settings))
                is_component = settings.kind == COMPONENT
            if not is_component:
                self._candidates.append(folder)
            return

    def _below(self, folder: str, settings: Kustomization) -> Iterator[str]:
        """The folders that a kustomization takes in; files that it names are noted."""
        for entry in (*(settings.resources or ()), *(settings.components or ())):
            if entry and not is_remote(entry) and not entry.startswith("/"):
                found = _joined(folder, entry)
                if self._files.reader.is_folder(found):
                    yield found
                else:
                    self._taken.add(found)
                    if not folder or found.startswith(f"{folder}/"):
                        self._chosen.add(found.rpartition("/")[0])
        named = [one.path for one in (*(settings.patches or ()), *(settings.patches_json6902 or ()))]
        for generator in (*(settings.config_map_generator or ()), *(settings.secret_generator or ())):
            named += [file.rpartition("=")[2] for file in generator.files or ()]
        named += [*(settings.patches_strategic_merge or ()), *(settings.transformers or ()), *(settings.crds or ())]
        self._taken.update(_joined(folder, name) for name in named if name and "\n" not in name)


def _joined(folder: str, entry: str) -> str:
    found = posixpath.normpath(posixpath.join(folder, str(entry)))
    return "" if found == "." else found
