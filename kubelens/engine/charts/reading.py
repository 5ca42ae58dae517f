"""The files of a chart on disk: regular ones, within bounds, no link that leads out of the chart's folder."""

from __future__ import annotations

import os
from typing import Final

from msgspec import Struct

from kubelens.engine.loader import leaves
from kubelens.engine.regular_files import read_regular, reason

MAX_FILE: Final = 5 * 1024 * 1024
"""The largest file that Helm takes."""
MAX_CHART: Final = 100 * 1024 * 1024
MAX_FILES: Final = 20_000
_MAX_DEPTH: Final = 30
_NEVER: Final = frozenset({".git", "node_modules"})


class ChartFiles(Struct, frozen=True):
    """What a chart's folder holds, by name from the folder on; ``trouble`` says what was not read, and why."""

    files: dict[str, bytes]
    trouble: tuple[tuple[str, str], ...] = ()


def read_chart(folder: str) -> ChartFiles:
    """Read a chart's folder (``""``: the working folder)."""
    top = os.path.realpath(folder or ".")
    files: dict[str, bytes] = {}
    trouble: list[tuple[str, str]] = []
    size = 0
    stack = [("", 0)]
    while stack:
        below, depth = stack.pop()
        try:
            with os.scandir(os.path.join(top, below)) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            trouble.append((below, reason(error)))
            continue
        for entry in entries:
            name = f"{below}{entry.name}"
            try:
                if entry.is_symlink() and leaves(entry.path, top):
                    trouble.append((name, "is a link that leads out of the chart: it is not followed"))
                elif entry.is_dir():
                    if entry.name in _NEVER:
                        continue
                    if depth >= _MAX_DEPTH:
                        trouble.append((name, f"lies more than {_MAX_DEPTH} folders deep"))
                    elif not entry.is_symlink():
                        stack.append((f"{name}/", depth + 1))
                else:
                    data = read_regular(entry.path, MAX_FILE)
                    size += len(data)
                    if size > MAX_CHART or len(files) >= MAX_FILES:
                        trouble.append((below, f"holds more than {MAX_CHART // 1024 // 1024} MB or {MAX_FILES} files"))
                        return ChartFiles(files, tuple(trouble))
                    files[name] = data
            except OSError as error:
                trouble.append((name, reason(error)))
    return ChartFiles(files, tuple(trouble))
