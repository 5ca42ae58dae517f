"""Which folders of a run are charts of their own."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Final

CHART_FILE: Final = "Chart.yaml"


def chart_folders(uris: Iterable[str]) -> list[str]:
    """The folders of charts that files lie in, without charts that another chart's ``charts/`` holds.

    A folder is given as it stands before the names of its files: ``deploy/shop/``, or ``""`` for the working folder.
    Files below ``templates/`` show their chart too, if it is there.
    """
    found: dict[str, None] = {}
    for uri in uris:
        head, _, name = uri.rpartition("/")
        folder = f"{head}/" if head else ""
        if name == CHART_FILE:
            found[_outermost(folder)] = None
        elif "templates" in PurePosixPath(head).parts:
            parts = PurePosixPath(head).parts
            above = "/".join(parts[: parts.index("templates")])
            folder = f"{above}/" if above else ""
            if os.path.isfile(f"{folder}{CHART_FILE}"):
                found[_outermost(folder)] = None
    return list(found)


def _outermost(folder: str) -> str:
    """The chart that a chart is part of: the one whose ``charts/`` it lies in, if there is one."""
    parts = folder.rstrip("/").split("/")
    for index in range(len(parts) - 1):
        if parts[index] == "charts":
            above = "/".join(parts[:index])
            above = f"{above}/" if above else ""
            if os.path.isfile(f"{above}{CHART_FILE}"):
                return above
    return folder
