"""What the scripts of a repository do before and while kustomize builds: files they write, and options they give it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import Final

from kubelens.engine.sets.tree import Tree
from kubelens.syntax.pattern import pattern

_MAKES: Final = (
    "Makefile",
    "makefile",
    "GNUmakefile",
    "justfile",
    "Justfile",
    "Taskfile.yaml",
    "Taskfile.yml",
    "Tiltfile",
)
_SCRIPTS: Final = (".sh", ".bash", ".mk")
_PROGRAMS: Final = (".go", ".py", ".sh", ".bash", ".mk")
_HOMES: Final = ("hack", "scripts", "script", "tools", "ci")
_UNRESTRICTED: Final = pattern(r"--load[-_]restrictor[= '\",]+(?:LoadRestrictionsNone|none)\b")


def builds_unrestricted(folder: str, tree: Tree) -> bool:
    """Whether a script around a kustomization has ``kustomize build`` read files from beside its folder.

    Asked for folders that need it: who builds with ``--load-restrictor LoadRestrictionsNone`` knows that they do.
    """
    return any(_UNRESTRICTED.search(text) for text in _texts(_around(folder, tree), tree))


def is_written_by_script(path: str, tree: Tree) -> bool:
    """Whether a script around the folder of a file names the file with its folder, or a program beside it by its name.

    ``helm template > common/manifest.yaml``, then ``kustomize build common``: such a file is there when it is read.
    """
    folder, name = posixpath.split(path)
    last = posixpath.basename(folder)
    if last:
        written = f"/{last}/{name}"
        if any(written in text for text in _texts(_around(folder, tree), tree)):
            return True
    beside = {folder, posixpath.dirname(folder)} - {""}
    programs = [p for one in sorted(beside) for p in _files(one, tree) if p.endswith(_PROGRAMS)]
    return any(f'"{name}"' in text for text in _texts(programs, tree))


def are_copied_by_script(folder: str, tree: Tree) -> bool:
    """Whether a script makes a folder that is not there: ``cp -R base "$OUT"/overlays/base``, in the root or around it."""
    if "/" not in folder:
        return False
    copied = pattern(rf"\b(?:cp|mv|rsync|ln|mkdir)\b[^\n;|&]*{re.escape(folder)}(?![\w.-])")
    scripts = [path for path in tree.below("") if "/" not in path and path.endswith(_SCRIPTS)]
    return any(copied.search(text) for text in _texts((*scripts, *_around(posixpath.dirname(folder), tree)), tree))


def first_missing(folder: str, tree: Tree) -> str:
    """The highest folder on the way to one that is not there, ``""`` where all are."""
    missing = ""
    while folder and not tree.is_folder(folder):
        missing, folder = folder, posixpath.dirname(folder)
    return missing


def _around(folder: str, tree: Tree) -> Iterator[str]:
    """The scripts in the folders that a folder lies in, and in folders of scripts beside them."""
    here = folder
    while True:
        before = f"{here}/" if here else ""
        yield from (before + name for name in _MAKES)
        homes = [before + name for name in _HOMES]
        if posixpath.basename(here) in _HOMES:
            homes.append(here)
        for home in homes:
            yield from (path for path in _files(home, tree) if path.endswith(_SCRIPTS))
        if not here:
            return
        here = posixpath.dirname(here)


def _files(folder: str, tree: Tree) -> list[str]:
    """The files of a folder itself."""
    return [path for path in tree.below(folder) if posixpath.dirname(path) == folder] if tree.is_folder(folder) else []


def _texts(paths: Iterable[str], tree: Tree) -> Iterator[str]:
    for path in paths:
        text = tree.read(path)
        if text is not None:
            yield text
