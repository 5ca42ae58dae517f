"""Files below a root, as a kustomization may read them (api ``internal/loader.FileLoader``).

There is no disk here: a :class:`FileSet` answers for paths relative to one root, and nothing above it exists.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from typing import Final, Protocol

from kubelens.render.kustomize.fault import BuildFault
from kubelens.render.kustomize.reading import ObjectFile
from kubelens.render.origin import Text
from kubelens.syntax.pattern import pattern

CYCLE: Final = "cycle detected"
"""What the words begin with where a folder takes in one that takes it in."""
_REMOTE_FILE: Final = pattern(r"https?://", re.IGNORECASE)
_REPOSITORY: Final = pattern(
    r"(?:git::|gh:|git@|ssh://|file://|https?://|github\.com[/:]|[\w.\-]+@[\w.\-]+:)|.*\.git(?:[/?]|$)|.*//.*\?ref=",
    re.IGNORECASE,
)


class Reader(Protocol):
    """Files by their path relative to the root, with ``/`` between names."""

    def read(self, path: str) -> str | None:
        """A file's text, None where there is none; bytes that are no UTF-8 as ``surrogateescape`` has them."""

    def is_folder(self, path: str) -> bool:
        """Whether there is such a folder; "" is the root."""

    def resolved(self, path: str) -> str:
        """A path with all links on the way followed: ``..`` for a folder out of the root, ``../NAME`` for a file there."""

    def below(self, folder: str) -> Iterable[str]:
        """The paths of all files below a folder."""


class MappingReader:
    """A reader of texts that are at hand."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files
        self._folders = {""}
        for path in files:
            folder = posixpath.dirname(path)
            while folder and folder not in self._folders:
                self._folders.add(folder)
                folder = posixpath.dirname(folder)

    def read(self, path: str) -> str | None:
        """See :class:`Reader`."""
        return self._files.get(path)

    def is_folder(self, path: str) -> bool:
        """See :class:`Reader`."""
        return path in self._folders

    def resolved(self, path: str) -> str:
        """See :class:`Reader`."""
        return path

    def below(self, folder: str) -> Iterable[str]:
        """See :class:`Reader`."""
        return [path for path in self._files if not folder or path.startswith(f"{folder}/")]


class FileSet:
    """Files that several builds share: each is read and parsed once.

    ``shown_root``: what messages put before a path. ``name``: the root folder's own, by which ``..`` leads back to it.
    ``other``: files of which some may say the same, read already.
    """

    def __init__(self, reader: Reader, shown_root: str = "", name: str = "", other: FileSet | None = None) -> None:
        self.reader = reader
        self.shown_root = shown_root
        self.name = name
        self._other = other
        self._objects: dict[str, ObjectFile] = {}
        self._texts: dict[str, str | None] = {}
        self._resolved: dict[str, str] = {}
        self.was_read: set[str] = set()
        self.was_listed: set[str] = set()

    def text(self, path: str) -> str | None:
        """A file's text."""
        if path not in self._texts:
            self._texts[path] = self.reader.read(path)
        found = self._texts[path]
        if found is not None:
            self.was_read.add(path)
        return found

    def forget(self, paths: Iterable[str]) -> None:
        """Read some files again when they are asked for next."""
        for path in paths:
            self._texts.pop(path, None)
            self._objects.pop(path, None)
        self._resolved.clear()

    def resolved(self, path: str) -> str:
        """A path with all links on the way followed."""
        found = self._resolved.get(path)
        if found is None:
            found = self._resolved[path] = self.reader.resolved(path)
        return found

    def objects(self, path: str) -> ObjectFile:
        """A file as objects; it must be there."""
        found = self._objects.get(path)
        text = self.text(path) or ""
        if found is None and self._other is not None:
            found = self._other.known(path, text)
        if found is None:
            found = ObjectFile(path, text)
        self._objects[path] = found
        return found

    def known(self, path: str, text: str) -> ObjectFile | None:
        """A file as objects, where it was read before and says this."""
        return self._objects.get(path) if self._texts.get(path) == text else None

    def below(self, folder: str) -> list[str]:
        """The paths of all files below a folder, sorted."""
        self.was_listed.add(folder)
        return sorted(self.reader.below(folder))

    def shown(self, path: str) -> str:
        """A path as messages show it."""
        if not self.shown_root:
            return path or "."
        return f"{self.shown_root}/{path}" if path else self.shown_root


class Remote(BuildFault):
    """Something that stands where nothing is read: on another machine, or above the root of what is looked at.

    ``above``: in the latter case the folder that holds both, seen from the root (``../..``).
    """

    def __init__(self, message: str, above: str = "") -> None:
        super().__init__(message)
        self.above = above


class Loader:
    """What one kustomization may read.

    ``root``: its folder; ``visited``: the folders on the way to it. ``root_only``: whether files must stand in or below
    its folder (kustomize's ``--load-restrictor``).
    """

    def __init__(self, files: FileSet, root: str, visited: tuple[str, ...] = (), *, root_only: bool = True) -> None:
        self.files = files
        self.root = root
        self.root_only = root_only
        self.visited = (*visited, root)

    @property
    def shown_root(self) -> str:
        """The folder as messages show it."""
        return self.files.shown(self.root)

    def path(self, written: str) -> str:
        """The path of a file named in the kustomization.

        Raises:
            BuildFault: there is none, or it stands outside the folder.
            Remote: it stands on another machine.
        """
        if _REMOTE_FILE.match(written):
            raise remote(written)
        if written.startswith("/"):
            raise BuildFault(f"security; file '{written}' is not in or below '{self.shown_root}'")
        path, shown = self._joined(written)
        if path is None:
            raise BuildFault(f"security; file '{shown}' is not in or below '{self.shown_root}'")
        if self.files.reader.is_folder(path):
            raise BuildFault(f"'{shown}' must resolve to a file")
        real = self.files.resolved(path)
        if self.files.text(path) is None and not leads_out(real):
            raise BuildFault(self._missing(path))
        if leads_out(real) and not self.root_only:
            raise Remote(f"'{written}' is a link that leads out of what is looked at, and is not read")
        if leads_out(real) or (
            self.root_only and not _is_below(posixpath.dirname(real), self.files.resolved(self.root))
        ):
            raise BuildFault(f"security; file '{shown}' is not in or below '{self.shown_root}'")
        return path

    def load(self, written: str) -> str:
        """A file's text, which knows where it stands."""
        path = self.path(written)
        return Text.written(self.files.text(path) or "", path, 0)

    def objects(self, written: str) -> ObjectFile:
        """A file as objects."""
        return self.files.objects(self.path(written))

    def enter(self, written: str) -> Loader:
        """A loader for another folder with a kustomization.

        Raises:
            BuildFault: there is none, or it is already being built.
            Remote: it stands on another machine.
        """
        if not written:
            raise BuildFault("new root cannot be empty")
        if is_remote(written):
            raise remote(written)
        if written.startswith("/"):
            raise BuildFault(f"new root '{written}' cannot be absolute")
        path, shown = self._joined(written)
        if path is None:
            out = posixpath.normpath(posixpath.join(self.root, written))
            ups = sum(step == ".." for step in out.split("/"))
            raise Remote(f"'{written}' leads out of what is looked at, and is not read", "/".join([".."] * ups))
        if not self.files.reader.is_folder(path):
            real = self.files.resolved(path)
            if real == "..":
                raise Remote(f"'{written}' is a link that leads out of what is looked at, and is not read")
            if self.files.text(path) is not None or leads_out(real):
                raise BuildFault(f"must build at directory: '{shown}': file is not directory")
            raise BuildFault(f"must build at directory: not a valid directory: {self._missing(path)}")
        for folder in reversed(self.visited):
            if _is_below(folder, path):
                raise BuildFault(
                    f"{CYCLE}: candidate root '{shown}' contains visited root '{self.files.shown(folder)}'"
                )
        return Loader(self.files, path, self.visited, root_only=self.root_only)

    def _joined(self, written: str) -> tuple[str | None, str]:
        """(path, as messages show it) of a name in this folder; no path where it leaves the root."""
        path = posixpath.normpath(posixpath.join(self.root, written))
        path = "" if path == "." else path
        if self.files.name and f"{path}/".startswith(f"../{self.files.name}/"):
            path = path[len(self.files.name) + 4 :]
        if path == ".." or path.startswith("../"):
            return None, posixpath.normpath(posixpath.join(self.files.shown_root or "/", path))
        return path, self.files.shown(path)

    def _missing(self, path: str) -> str:
        shown = self.files.shown(path)
        lost = path
        while (folder := posixpath.dirname(lost)) != lost and not self.files.reader.is_folder(folder):
            if self.files.text(folder) is not None:
                return f"evalsymlink failure on '{shown}' : lstat {self.files.shown(lost)}: not a directory"
            lost = folder
        return f"evalsymlink failure on '{shown}' : lstat {self.files.shown(lost)}: no such file or directory"


def is_remote(written: str) -> bool:
    """Whether a base stands on another machine (``git.NewRepoSpecFromURL``)."""
    return _REPOSITORY.match(written) is not None


def leads_out(resolved: str) -> bool:
    """Whether a path that links were followed for stands out of the root."""
    return resolved == ".." or resolved.startswith("../")


def remote(written: str) -> Remote:
    """What is said of a name on another machine."""
    return Remote(f"'{written}' stands on another machine and is not fetched")


def _is_below(folder: str, root: str) -> bool:
    return not root or folder == root or folder.startswith(f"{root}/")


def names(paths: Iterable[str]) -> str:
    """Paths as Go prints a slice."""
    return f"[{' '.join(paths)}]"
