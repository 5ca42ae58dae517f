"""The files that sets are made from, by their path below one root: those on disk, or those of a revision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from kubelens.engine.charts.reading import ChartFiles
from kubelens.syntax.text import Source


class Tree(Protocol):
    """Files by their path relative to a root, with ``/`` between names; ``""`` is the root."""

    @property
    def root(self) -> str:
        """The root, without links."""

    @property
    def sources(self) -> dict[str, Source]:
        """The texts that were read, by path."""

    def read(self, path: str) -> str | None:
        """A file's text, None where there is none that may be read; see ``render.kustomize.loading.Reader``."""

    def is_folder(self, path: str) -> bool:
        """Whether there is such a folder, reached without leaving the root."""

    def resolved(self, path: str) -> str:
        """A path with all links on the way followed; see ``render.kustomize.loading.Reader``."""

    def below(self, folder: str) -> Iterable[str]:
        """The paths of all files below a folder."""

    def digests(self, folder: str, *, deep: bool) -> Mapping[str, str]:
        """What git would call the content of each file in a folder (``deep``: and below), by path; "" where nobody knows."""

    def shown(self, path: str) -> str:
        """A path as reports show it."""

    def path(self, shown: str) -> str | None:
        """The path of a file that reports show, None where it lies outside the root."""

    def on_disk(self, folder: str) -> str | None:
        """Where a folder lies for other programs, None where it does not."""

    def chart(self, folder: str) -> ChartFiles:
        """All files of a folder, as a chart is read."""


def source_of(tree: Tree, path: str) -> Source | None:
    """A file's text under the name that reports use, None where there is none that may be read."""
    if tree.read(path) is None:
        return None
    return tree.sources.get(path)
