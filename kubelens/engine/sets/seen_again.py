"""Whether the files around the texts of a run still say what they said when its sets were made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from kubelens.engine.loader import Loaded
from kubelens.engine.sets.disk import Disk
from kubelens.engine.sets.observed import Seen
from kubelens.engine.sets.roots import texts_by_root


class SeenBelow(Struct, frozen=True, array_like=True):
    """What was asked of the files below a root: (what, path, digest of the answer), in order."""

    root: str
    answers: tuple[tuple[Seen, str, bytes], ...]


def seen_below(disks: Iterable[Disk]) -> tuple[SeenBelow, ...]:
    """What was asked of some roots until now."""
    return tuple(
        SeenBelow(disk.root, tuple((what, path, digest) for (what, path), digest in disk.observed.digests.items()))
        for disk in disks
    )


def is_seen_again(before: Sequence[SeenBelow], loaded: Sequence[Loaded], paths: Sequence[str]) -> bool:
    """Whether all answers are what they were, beside the texts of a run that were read at some paths."""
    if not before:
        return True
    found = texts_by_root(loaded, paths)
    if [disk.root for disk, _ in found] != [one.root for one in before]:
        return False
    for one, (disk, texts) in zip(before, found, strict=True):
        disk.sources.update((path, text.source) for path, text in texts.items() if text.source is not None)
        for what, path, digest in one.answers:
            _ASK[what](disk, path)
            if disk.observed.digests.get((what, path)) != digest:
                return False
    return True


def _addresses(disk: Disk, path: str) -> None:
    from kubelens.engine.gitops.repository import addresses_of  # noqa: PLC0415 - few sets name a repository

    disk.observed.note(Seen.ADDRESSES, path, addresses_of(disk.root))


_ASK: Final[Mapping[Seen, Callable[[Disk, str], object]]] = {
    Seen.TEXT: Disk.read,
    Seen.FOLDER: Disk.is_folder,
    Seen.BELOW: Disk.below,
    Seen.CHART: Disk.chart,
    Seen.REAL: lambda disk, folder: disk.path(f"{folder}/x" if folder else "x"),
    Seen.RESOLVED: Disk.resolved,
    Seen.ADDRESSES: _addresses,
}
