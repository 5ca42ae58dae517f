"""Files that are named alone though a kustomization takes them in: what they come to there is judged with it."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from kubelens.engine.loader import is_below
from kubelens.render.kustomize.file_names import NAMES


def judged_without_their_set(paths: Iterable[str], read: Collection[str]) -> list[str]:
    """A sentence for each kustomization that takes in some of the files among ``paths`` and is not ``read`` itself."""
    named = [path for path in dict.fromkeys(paths) if os.path.isfile(path) and os.path.basename(path) not in NAMES]
    named = [path for path in named if _lies_below_one(path)]
    if not named:
        return []
    from kubelens.engine.kustomizations.discovery import Taking  # noqa: PLC0415 - only where there is a kustomization
    from kubelens.engine.sets.disk import Disk  # noqa: PLC0415 - as above
    from kubelens.engine.sets.roots import roots_of  # noqa: PLC0415 - as above
    from kubelens.render.kustomize.loading import FileSet  # noqa: PLC0415 - as above

    disks = [Disk(root, absolute=given) for root, given in roots_of(named).items()]
    alone: dict[str, list[str]] = {}
    takings: dict[tuple[str, str], Taking] = {}
    for path in named:
        places = ((disk, inside) for disk in disks if (inside := disk.path(path)) is not None)
        disk, inside = next(places, (None, ""))
        if disk is None:
            continue
        for folder in _folders_around(inside):
            slot = disk.root, folder
            taking = takings[slot] = takings.get(slot) or Taking([folder], FileSet(disk))
            if inside in taking.files():
                if disk.shown(taking.file_of(folder)) not in read:
                    alone.setdefault(disk.shown(folder) or ".", []).append(Path(path).as_posix())
                break
    return [_sentence(folder, files) for folder, files in alone.items()]


def _lies_below_one(path: str) -> bool:
    """Whether a folder around a file has a file that is called as a kustomization is."""
    folder = os.path.dirname(os.path.realpath(path))
    while not any(os.path.exists(os.path.join(folder, name)) for name in NAMES):
        folder, inner = os.path.dirname(folder), folder
        if folder == inner:
            return False
    return True


def _folders_around(path: str) -> Iterator[str]:
    """The folders that a path from a root lies in, the nearest first."""
    folder = path
    while folder:
        folder = folder.rpartition("/")[0]
        yield folder


def _sentence(folder: str, files: list[str]) -> str:
    from kubelens.cli.unrendered import listed  # noqa: PLC0415 - only where there is something to say

    several = len(files) > 1
    here = is_below(os.path.realpath(folder), os.path.realpath("."))
    asked = "--whole-repository" if here else f"kubelens check {folder}"
    return (
        f"{listed(files)} {'are' if several else 'is'} judged alone, but kustomization {folder!r} takes "
        f"{'them' if several else 'it'} in: {asked} judges what that makes of {'them' if several else 'it'}"
    )
