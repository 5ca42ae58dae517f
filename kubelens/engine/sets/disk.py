"""The files of a repository that sets are made from; links out of it are not followed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from kubelens.engine.charts.reading import ChartFiles, read_chart
from kubelens.engine.loader import NEVER_ENTERED, display_name, is_below
from kubelens.engine.regular_files import read_regular
from kubelens.engine.sets.observed import Observed, Seen
from kubelens.syntax.text import Source, UnreadableText, decode_bytes

_MAX_FILE: Final = 16 * 1024 * 1024
_MAX_BYTES: Final = 256 * 1024 * 1024
_MAX_FILES: Final = 20_000


def repository_of(folder: str) -> str:
    """The folder with ``.git`` that a folder lies in, or the folder itself; without links."""
    here = os.path.realpath(folder)
    above = here
    while not os.path.exists(os.path.join(above, ".git")):
        parent = os.path.dirname(above)
        if parent == above:
            return here
        above = parent
    return above


class Disk:
    """The files below a root, by their path from there. ``sources``: texts that were read, by that path.

    ``absolute``: whether reports show files that do not lie below the working folder by their whole path. ``named``: the
    paths that the user named; what lies below one that leads through a link is shown as it was named.
    """

    def __init__(self, root: str, *, absolute: bool = False, named: Iterable[str] = ()) -> None:
        self.root = root
        self.absolute = absolute
        self._linked = _through_links(named)
        self.sources: dict[str, Source] = {}
        self.observed = Observed()
        self._noted: set[str] | None = None
        self._here = os.path.realpath(".")
        self._bytes = 0
        self._folders: dict[str, bool] = {}
        self._real: dict[str, str] = {}

    def shown(self, path: str) -> str:
        """A path as reports show it: as it was given, else seen from the working folder."""
        known = self.sources.get(path)
        if known is not None:
            return known.uri
        whole = os.path.join(self.root, path) if path else self.root
        for real, given in self._linked.items():
            if is_below(whole, real):
                return os.path.normpath(os.path.join(given, os.path.relpath(whole, real))).replace(os.sep, "/")
        if self.absolute and not is_below(whole, self._here):
            return whole.replace(os.sep, "/")
        return path if self._here == self.root else os.path.relpath(whole, self._here).replace(os.sep, "/")

    def path(self, shown: str) -> str | None:
        """The path of a file that reports show, None where it lies outside the root."""
        folder, name = os.path.split(shown)
        real = self._real.get(folder)
        if real is None:
            real = self._real[folder] = self.observed.note(Seen.REAL, folder, os.path.realpath(folder or "."))
        whole = os.path.join(real, name)
        if not is_below(whole, self.root):
            return None
        path = os.path.relpath(whole, self.root).replace(os.sep, "/")
        return "" if path == "." else path

    def read(self, path: str) -> str | None:
        """A file's text, None where there is none that may be read."""
        if self._noted is not None:
            self._noted.add(path)
        known = self.sources.get(path)
        if known is not None:
            return known.text
        return self.observed.note(Seen.TEXT, path, self._read(path))

    @contextmanager
    def noting(self) -> Iterator[set[str]]:
        """The files that are asked for within, also those that are not there."""
        self._noted = noted = set[str]()
        try:
            yield noted
        finally:
            self._noted = None

    def _read(self, path: str) -> str | None:
        real = self._inside(path)
        if real is None or not os.path.isfile(real):
            return None
        try:
            data = read_regular(real, _MAX_FILE)
        except OSError:
            return None
        self._bytes += len(data)
        if self._bytes > _MAX_BYTES or len(self.sources) > _MAX_FILES:
            return None
        try:
            text, bom = decode_bytes(data)
        except UnreadableText:
            return data.decode("utf-8", "surrogateescape")
        self.sources[path] = Source(self.shown(path), text, bom=bom)
        return text

    def forget(self, path: str) -> None:
        """A file changed, came or went: read it again when it is asked for next."""
        self.sources.pop(path, None)
        self._folders.clear()

    def is_folder(self, path: str) -> bool:
        """Whether there is such a folder, reached without leaving the root."""
        known = self._folders.get(path)
        if known is None:
            real = self._inside(path)
            is_there = real is not None and os.path.isdir(real)
            known = self._folders[path] = self.observed.note(Seen.FOLDER, path, is_there)
        return known

    def resolved(self, path: str) -> str:
        """A path with all links on the way followed; see ``render.kustomize.loading.Reader``."""
        real = os.path.realpath(os.path.join(self.root, path))
        if is_below(real, self.root):
            found = os.path.relpath(real, self.root).replace(os.sep, "/")
        else:
            found = ".." if os.path.isdir(real) else f"../{os.path.basename(path)}" if os.path.exists(real) else path
        return self.observed.note(Seen.RESOLVED, path, "" if found == "." else found)

    def below(self, folder: str) -> Iterable[str]:
        """The paths of all files below a folder; links to folders are not entered."""
        return self.observed.note(Seen.BELOW, folder, list(self._below(folder)))

    def on_disk(self, folder: str) -> str | None:
        """The path of a folder, None where a link leads out of the root."""
        return self._inside(folder)

    def chart(self, folder: str) -> ChartFiles:
        """All files of a folder, as a chart is read; texts that are known already as they are known."""
        found = read_chart(os.path.join(self.root, folder))
        self.observed.note(Seen.CHART, folder, (list(found.files.items()), found.trouble))
        before = f"{folder}/" if folder else ""
        files = {name: self._known(f"{before}{name}", data) for name, data in found.files.items()}
        return ChartFiles(files, found.trouble)

    def digests(self, folder: str, *, deep: bool) -> Mapping[str, str]:
        """What git would call the content of each file in a folder (``deep``: and below), by path; links have ""."""
        top = os.path.join(self.root, folder)
        found: dict[str, str] = {}
        for here, folders, names in os.walk(top):
            if deep:
                folders[:] = [name for name in folders if name not in NEVER_ENTERED]
                names += [name for name in folders if os.path.islink(os.path.join(here, name))]
            else:
                folders.clear()
            for name in names:
                whole = os.path.join(here, name)
                found[os.path.relpath(whole, self.root).replace(os.sep, "/")] = _digest(whole)
                if len(found) > _MAX_FILES:
                    return {folder: ""}
        return found

    def _known(self, path: str, data: bytes) -> bytes:
        source = self.sources.get(path)
        if source is None or source.bom:
            return data
        return source.text.encode("utf-8", "surrogateescape")

    def _below(self, folder: str) -> Iterator[str]:
        count = 0
        for here, folders, names in os.walk(os.path.join(self.root, folder)):
            folders[:] = sorted(name for name in folders if name not in NEVER_ENTERED)
            for name in sorted(names):
                count += 1
                if count > _MAX_FILES:
                    return
                yield os.path.relpath(os.path.join(here, name), self.root).replace(os.sep, "/")

    def _inside(self, path: str) -> str | None:
        """The real path, None where a link leads out of the root or into a folder that is never entered."""
        real = os.path.realpath(os.path.join(self.root, path))
        if not is_below(real, self.root):
            return None
        if not NEVER_ENTERED.isdisjoint(os.path.relpath(real, self.root).split(os.sep)):
            return None
        return real


def _through_links(named: Iterable[str]) -> dict[str, str]:
    """The named folders, and those of named files, that lead through a link, by where they lead; the longest first."""
    folders = {path if os.path.isdir(path) else os.path.dirname(path) or "." for path in named if path != "-"}
    found = {
        real: display_name(Path(one), Path())
        for one in sorted(folders)
        if (real := os.path.realpath(one)) != os.path.abspath(one)
    }
    return dict(sorted(found.items(), key=lambda one: -len(one[0])))


def _digest(path: str) -> str:
    """The name of a blob of that content, "" for links and what cannot be read."""
    if os.path.islink(path):
        return ""
    try:
        data = read_regular(path, _MAX_FILE)
    except OSError:
        return ""
    from hashlib import sha1  # noqa: PLC0415 - as git names blobs, only for charts that are compared

    return sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
