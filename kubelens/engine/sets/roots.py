"""The texts of a run by the repository that they lie in."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Final

from kubelens.engine.loader import Loaded, is_below
from kubelens.engine.sets.disk import Disk, repository_of
from kubelens.syntax.pattern import pattern

_UP: Final = pattern(r"(?:\.\./)+")


def roots_of(paths: Iterable[str]) -> dict[str, bool]:
    """The repositories around the working folder and some paths, none within another; whether it was named absolutely."""
    roots: dict[str, bool] = {}
    for path in (".", *paths):
        if path == "-":
            continue
        root = repository_of(path if os.path.isdir(path) else os.path.dirname(path) or ".")
        if any(is_below(root, known) for known in roots):
            continue
        roots = {known: given for known, given in roots.items() if not is_below(known, root)}
        roots[root] = os.path.isabs(path)
    return roots


def own_root(folder: str, loaded: Iterable[Loaded]) -> str | None:
    """The root of one side of a change, which is a folder of files: no repository around the working folder holds it.

    A folder without a repository is a root by itself; None where something in it leads out of it.
    """
    root, real = repository_of(folder), os.path.realpath(folder)
    if root != real or os.path.exists(os.path.join(real, ".git")):
        return root
    for one in loaded:
        if one.source is not None and "../" in one.source.text:
            depth = os.path.relpath(os.path.realpath(one.uri), real).count(os.sep)
            if any(found[0].count("/") > depth for found in _UP.finditer(one.source.text)):
                return None
    return root


def texts_by_root(
    loaded: Sequence[Loaded], paths: Sequence[str], root: str | None = None
) -> list[tuple[Disk, dict[str, Loaded]]]:
    """The texts by the repository they lie in, each with its path from there. ``root``: the one, where it is known.

    What a link leads to as well is called by its own name.
    """
    roots = {root: any(map(os.path.isabs, paths))} if root is not None else roots_of(paths)
    disks: list[tuple[Disk, dict[str, Loaded]]] = [
        (Disk(one, absolute=given, named=paths), {}) for one, given in roots.items()
    ]
    for one in loaded:
        if one.made is not None or one.origins or one.source is None:
            continue
        for disk, texts in disks:
            path_inside = disk.path(one.uri)
            if path_inside is not None:
                if path_inside not in texts or os.path.abspath(one.uri) == os.path.join(disk.root, path_inside):
                    texts[path_inside] = one
                break
    return [(disk, texts) for disk, texts in disks if texts]
