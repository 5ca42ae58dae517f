"""Where the ``.git`` of a work tree leads, and whether what lies there is the work tree's own.

``.git`` may be a file or a link that names a folder elsewhere: linked work trees and submodules have one. Those who unpack
an archive get whatever its author wrote there, and git would show objects of any repository of the machine. A folder
elsewhere counts where it says itself that this is its work tree, as git writes it, or lies in the repository around.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kubelens.engine.regular_files import read_regular
from kubelens.syntax.pattern import pattern

_NAMES_COMMITS: Final = ("HEAD", "packed-refs", "index")
_WORK_TREE: Final = pattern(r"^\s*worktree\s*=\s*\"?([^\"\n]*?)\"?\s*$", re.MULTILINE | re.IGNORECASE)


def is_top(folder: str) -> bool:
    """Whether a folder is the top of a work tree: its ``.git`` is a repository, or a file that says where it is."""
    git = os.path.join(folder, ".git")
    return os.path.isfile(git) or os.path.lexists(os.path.join(git, "HEAD"))


def leads_elsewhere(top: str) -> str:
    """Of the ``.git`` of a work tree what leads to another repository, as a path; ``""`` where nothing does."""
    git = _git_folder(top)
    common = _common_folder(git)
    if not _is_own(top, git, common):
        return common
    for path in _what_names_commits(git, common):
        if os.path.islink(path) and not _is_below(os.path.realpath(path), common):
            return path
    return ""


def _is_own(top: str, git: str, common: str) -> bool:
    if _is_below(git, top):
        return _is_below(common, top)
    if not _is_below(git, common):
        return False
    back = _path(os.path.join(git, "gitdir"))
    if back and os.path.realpath(os.path.join(git, back)) == os.path.join(top, ".git"):
        return True
    told = _WORK_TREE.search(_text(os.path.join(git, "config")))
    if told is not None and os.path.realpath(os.path.join(git, told[1])) == top:
        return True
    around = next((str(above) for above in Path(top).parents if is_top(str(above))), "")
    return bool(around) and _is_below(common, _git_folder(around)) and not leads_elsewhere(around)


def _git_folder(top: str) -> str:
    """The folder that ``.git`` is or names, without links."""
    git = os.path.realpath(os.path.join(top, ".git"))
    named = _path(git).removeprefix("gitdir: ") if os.path.isfile(git) else ""
    return os.path.realpath(os.path.join(os.path.dirname(git), named)) if named else git


def _common_folder(git: str) -> str:
    """What a linked work tree shares with the others: ``commondir`` names it."""
    named = _path(os.path.join(git, "commondir"))
    return os.path.realpath(os.path.join(git, named)) if named else git


def _what_names_commits(git: str, common: str) -> Iterator[str]:
    for folder in dict.fromkeys((git, common)):
        yield from (os.path.join(folder, name) for name in _NAMES_COMMITS)
        yield os.path.join(folder, "refs")
        for here, folders, files in os.walk(os.path.join(folder, "refs")):
            yield from (os.path.join(here, name) for name in (*folders, *files))


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _path(file: str) -> str:
    """The path that a file of git's holds, read as git reads it."""
    return _text(file).rstrip("\r\n")


def _text(path: str) -> str:
    """The text of a file up to a zero byte, ``""`` where there is none that can be read."""
    try:
        return read_regular(path).decode("utf-8", "surrogateescape").partition("\0")[0]
    except OSError:
        return ""
