"""The files of a revision that sets are made from, read through ``git`` without a work tree."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Mapping
from typing import Final

from kubelens.engine.charts.reading import MAX_FILE, ChartFiles
from kubelens.engine.loader import is_below
from kubelens.engine.revision_links import Entry
from kubelens.engine.revisions import Listings, files_at, is_regular
from kubelens.syntax.text import Source, UnreadableText, decode_bytes

_READ_AHEAD: Final = (".yaml", ".yml", ".json", ".tpl", "Kustomization")
_SMALL: Final = 128 * 1024
_MOST_AHEAD: Final = 64 * 1024 * 1024


class RevisionTree:
    """All files of a repository as they were in a revision, by their path from its top; links as what they lead to.

    Raises:
        ConfigError: there is no such revision, no git, or no repository around the folder.
    """

    def __init__(self, revision: str, folder: str = ".", listings: Listings | None = None) -> None:
        self._repository, entries = files_at(revision, folder, listings)
        self.root = self._repository.top
        self.sources: dict[str, Source] = {}
        self._here = os.path.realpath(".")
        self._entries: dict[str, Entry] = {
            one.name: one for one in entries if is_regular(one) and (one.size or 0) <= MAX_FILE
        }
        self._links = {
            one.folder: one.target.removesuffix(one.name.removeprefix(one.folder)) for one in entries if one.folder
        }
        self._folders: dict[str, dict[str, str]] = {"": {}}
        for path, entry in self._entries.items():
            above = folder = posixpath.dirname(path)
            while above not in self._folders:
                self._folders[above] = {}
                above = posixpath.dirname(above)
            self._folders[folder][path] = entry.blob
        self._data: dict[str, bytes] = {}
        self._ahead = [self._texts, self._small_ones]

    def shown(self, path: str) -> str:
        """A path as reports show it: seen from the working folder."""
        known = self.sources.get(path)
        if known is not None:
            return known.uri
        if self._here == self.root:
            return path
        return os.path.relpath(os.path.join(self.root, path), self._here).replace(os.sep, "/")

    def path(self, shown: str) -> str | None:
        """The path of a file that reports show, None where it lies outside the repository."""
        whole = os.path.normpath(os.path.join(self._here, shown))
        if not is_below(whole, self.root):
            return None
        folder, _, name = os.path.relpath(whole, self.root).replace(os.sep, "/").rpartition("/")
        path = posixpath.join(self._through_links(folder), name)
        return "" if path == "." else path

    def read(self, path: str) -> str | None:
        """A file's text, None where there was none."""
        known = self.sources.get(path)
        if known is not None:
            return known.text
        if path not in self._entries:
            return None
        data = self._bytes(path)
        try:
            text, bom = decode_bytes(data)
        except UnreadableText:
            return data.decode("utf-8", "surrogateescape")
        self.sources[path] = Source(self.shown(path), text, bom=bom)
        return text

    def is_folder(self, path: str) -> bool:
        """Whether there was such a folder."""
        return path in self._folders

    def resolved(self, path: str) -> str:
        """A path with all links on the way followed."""
        if (entry := self._entries.get(path)) is not None and entry.target:
            return entry.target
        return self._through_links(path)

    def _through_links(self, folder: str) -> str:
        for link, target in self._links.items():
            if folder == link or folder.startswith(f"{link}/"):
                return f"{target}{folder.removeprefix(link)}"
        return folder

    def below(self, folder: str) -> Iterable[str]:
        """The paths of all files below a folder; links to folders are not entered."""
        return [
            path
            for path, entry in self._entries.items()
            if not entry.folder and (not folder or path.startswith(f"{folder}/"))
        ]

    def digests(self, folder: str, *, deep: bool) -> Mapping[str, str]:
        """What git calls the content of each file in a folder (``deep``: and below), by path."""
        if not deep:
            return self._folders.get(folder, {})
        return {path: self._entries[path].blob for path in self.below(folder)}

    def on_disk(self, folder: str) -> str | None:
        """None: git holds it."""
        return None

    def chart(self, folder: str) -> ChartFiles:
        """All files of a folder, as a chart is read: links that lead out of it are not followed."""
        before = f"{folder}/" if folder else ""
        paths = [
            path
            for path in self.below(folder)
            if not (target := self._entries[path].target) or target.startswith(before)
        ]
        self._look_ahead(paths)
        self._fetch(paths)
        return ChartFiles({path.removeprefix(before): self._bytes(path) for path in paths})

    def _bytes(self, path: str) -> bytes:
        self._look_ahead([path])
        self._fetch([path])
        return self._data.get(path, b"")

    def _look_ahead(self, wanted: Iterable[str]) -> None:
        """Read what is likely to be asked for with what is asked for: a call of git costs as much as many files."""
        while self._ahead and any(path not in self._data for path in wanted):
            self._fetch(self._ahead.pop(0)())

    def _texts(self) -> Iterable[str]:
        return [path for path in self._entries if path.endswith(_READ_AHEAD)]

    def _small_ones(self) -> Iterable[str]:
        return [path for path, entry in self._entries.items() if (entry.size or 0) <= _SMALL]

    def _fetch(self, paths: Iterable[str]) -> None:
        """Read files in one call of git, up to a bound."""
        wanted: list[str] = []
        size = 0
        for path in paths:
            size += self._entries[path].size or 0
            if path not in self._data and size <= _MOST_AHEAD:
                wanted.append(path)
        if not wanted:
            return
        asked = "".join(f"{self._entries[path].blob}\n" for path in wanted).encode()
        answer = self._repository.ask("cat-file", "--batch", stdin=asked)
        at = 0
        for path in wanted:
            end = answer.index(b"\n", at)
            told = answer[at:end].rsplit(b" ", 1)[1]
            at = end + 1
            if told.isdigit():
                self._data[path] = answer[at : at + int(told)]
                at += int(told) + 1
