"""The texts of a run by the repository that they lie in."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from kubelens.engine.loader import Loaded, is_below
from kubelens.engine.sets.disk import Disk, repository_of


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


def texts_by_root(loaded: Sequence[Loaded], paths: Sequence[str]) -> list[tuple[Disk, dict[str, Loaded]]]:
    """The texts by the repository they lie in, each with its path from there."""
    disks: list[tuple[Disk, dict[str, Loaded]]] = [
        (Disk(root, absolute=given), {}) for root, given in roots_of(paths).items()
    ]
    for one in loaded:
        if one.made is not None or one.origins or one.source is None:
            continue
        for disk, texts in disks:
            path_inside = disk.path(one.uri)
            if path_inside is not None:
                texts[path_inside] = one
                break
    return [(disk, texts) for disk, texts in disks if texts]
