"""Which folders of a run are charts of their own."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Final, Protocol

CHART_FILE: Final = "Chart.yaml"


class _Files(Protocol):
    def read(self, path: str) -> str | None: ...


def chart_folders(paths: Iterable[str], files: _Files) -> list[str]:
    """The folders of charts that files lie in, without charts that another chart's ``charts/`` holds.

    Files below ``templates/`` show their chart too, if it is there.
    """
    found: dict[str, None] = {}
    for path in paths:
        head, _, name = path.rpartition("/")
        if name == CHART_FILE:
            found[_outermost(head, files)] = None
        elif "templates" in PurePosixPath(head).parts:
            parts = PurePosixPath(head).parts
            folder = "/".join(parts[: parts.index("templates")])
            if is_chart(folder, files):
                found[_outermost(folder, files)] = None
    return list(found)


def is_chart(folder: str, files: _Files) -> bool:
    """Whether a folder holds a chart."""
    return files.read(f"{folder}/{CHART_FILE}" if folder else CHART_FILE) is not None


def _outermost(folder: str, files: _Files) -> str:
    """The chart that a chart is part of: the one whose ``charts/`` it lies in, if there is one."""
    parts = folder.split("/")
    for index in range(len(parts) - 1):
        if parts[index] == "charts":
            above = "/".join(parts[:index])
            if is_chart(above, files):
                return above
    return folder
