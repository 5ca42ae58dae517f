"""Whether what a daemon has imported is still what lies on disk."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import kubelens

_Stamp = tuple[int, int, int]


class Freshness:
    """The modules and the packaged data of this process as they were when it was made."""

    def __init__(self) -> None:
        self._stamps = {path: _stamp(path) for path in {*_modules(), *_data(), sys.executable}}

    def holds(self) -> bool:
        """Whether none of them has changed."""
        return all(_stamp(path) == known for path, known in self._stamps.items())


def _stamp(path: str) -> _Stamp | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _modules() -> Iterator[str]:
    """The files of imported modules; those of Python itself go with its release and the interpreter's own file."""
    standard = os.path.join(os.path.dirname(os.__file__), "")
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and (not file.startswith(standard) or "-packages" in file):
            yield file


def _data() -> Iterator[str]:
    for folder, _, files in os.walk(os.path.dirname(kubelens.__file__)):
        if os.path.basename(folder) != "__pycache__":
            yield from (os.path.join(folder, file) for file in files if not file.endswith(".py"))
