"""Waiting for files to change, by looking at them: works on every system and over every file system."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import sleep
from typing import Final

from kubelens.engine.loader import is_taken

_PAUSE: Final = 0.5
_MOST: Final = 20_000
"""Files that are looked at; a larger tree is looked at in part."""


def changes(paths: Sequence[str], wait: Callable[[float], None] = sleep) -> Iterator[None]:
    """Once at the start, and then each time that a file below some paths comes, changes or goes. Does not end of itself."""
    seen: dict[str, tuple[int, int]] | None = None
    while True:
        now = dict(_files(paths))
        if now != seen:
            seen = now
            yield
        else:
            wait(_PAUSE)


def _files(paths: Sequence[str]) -> Iterator[tuple[str, tuple[int, int]]]:
    left = _MOST
    for path in map(Path, paths):
        folder = path.absolute()
        found = _below(folder) if folder.is_dir() else iter((folder,))
        for file in found:
            left -= 1
            if left < 0:
                return
            try:
                status = file.stat()
            except OSError:
                continue
            yield str(file), (status.st_mtime_ns, status.st_size)


def _below(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            file = Path(place) / name
            if is_taken(file, folder, root=folder):
                yield file
