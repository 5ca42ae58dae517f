"""What a configuration that lies among the manifests may read and write: a stranger may have written it.

A configuration that the command line names with ``--config`` is the user's own and has no such bounds.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePath
from typing import Final

from msgspec import Struct

from kubelens.engine.loader import NEVER_ENTERED, is_below
from kubelens.engine.regular_files import sort_of

REPORT_SUFFIXES: Final = (".json", ".jsonl", ".log", ".sarif", ".txt", ".xml")
"""What a report may be called that such a configuration asks for: nothing that a shell or an interpreter runs."""


class Reach(Struct, frozen=True):
    """The bounds of one configuration: it reads below ``root``, its repository, and writes below ``folder``, its own."""

    folder: Path
    root: Path

    def fault_of_input(self, path: str | os.PathLike[str], *, folders: bool = False) -> str:
        """Why a file (or folder, where ``folders``) is not read, ``""`` where it is; absent ones are somebody else's."""
        real, root = os.path.realpath(path), os.path.realpath(self.root)
        if not is_below(real, root):
            return f"leads out of {self.root}, and a configuration there reads no files elsewhere"
        if ".git" in PurePath(os.path.relpath(real, root)).parts:
            return "lies in .git, where a configuration reads nothing"
        try:
            mode = os.stat(real).st_mode
        except OSError:
            return ""
        if stat.S_ISREG(mode) or (folders and stat.S_ISDIR(mode)):
            return ""
        return f"is {sort_of(mode)}, not a file"

    def fault_of_output(self, file: str) -> str:
        """Why a report is not written to a file, named from the configuration's folder; ``""`` where it is."""
        path = os.path.normpath(self.folder / file)
        if not path.startswith(os.path.join(self.folder, "")):
            return f"lies outside of {self.folder}: a configuration there writes strictly below it"
        parts = PurePath(os.path.relpath(path, self.folder)).parts
        if any(part.startswith(".") or part in NEVER_ENTERED for part in parts):
            return "lies in a folder of hidden or installed files, where a configuration writes nothing"
        if not path.endswith(REPORT_SUFFIXES):
            return f"ends in none of {', '.join(REPORT_SUFFIXES)}, as a report does that a configuration asks for"
        here = os.fspath(self.folder)
        for part in parts:
            here = os.path.join(here, part)
            if os.path.islink(here):
                return (
                    f"leads through the link {os.path.relpath(here, self.folder)}: a configuration writes through none"
                )
        if os.path.lexists(path) and not os.path.isfile(path):
            return f"is {sort_of(os.lstat(path).st_mode)}, not a file"
        return ""


def reach_of(config: Path) -> Reach:
    """The bounds of a configuration file: its folder, and the repository around it (without one, the folder too)."""
    folder = config.absolute().parent
    return Reach(folder, next((here for here in (folder, *folder.parents) if (here / ".git").exists()), folder))
