"""Files that git is told to leave out: somebody makes them before they are used, and a checkout need not hold them."""

from __future__ import annotations

from typing import Final

from kubelens.engine.ignore_files import is_pattern, patterns
from kubelens.engine.sets.tree import Tree

_IGNORES: Final = ".gitignore"


def is_made_later(path: str, tree: Tree) -> bool:
    """Whether a ``.gitignore`` of this repository leaves out a path, or a folder on the way to it."""
    folders = path.split("/")
    for depth in range(len(folders)):
        above = "/".join(folders[:depth])
        text = tree.read(f"{above}/{_IGNORES}" if above else _IGNORES)
        if text is None:
            continue
        spec = patterns([line for line in text.splitlines() if is_pattern(line)])
        if spec.match_file(path[len(above) :].lstrip("/")):
            return True
    return False
