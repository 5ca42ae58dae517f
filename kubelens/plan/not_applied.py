"""Manifests that change and that nobody applies, as far as anybody can tell."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from kubelens.plan.change import Action
from kubelens.plan.consequence import WHOLE_SET, Consequence, kinds
from kubelens.plan.file_change import FileChange

_MOST_NAMED: Final = 5


def not_applied(files: Iterable[FileChange], used: Collection[str]) -> Iterator[Consequence]:
    """What is to be said of files beside kustomizations that none lists; ``used``: files that sets were made from.

    A file that changes was not listed before either, though a set be made from what it leads to, as from an Application.
    """
    for file in files:
        if file.action is Action.REMOVE:
            continue
        more = " any more" if file.action is Action.ADD and file.name in used else ""
        text = f"no kustomization lists it{more}: it counts only where somebody applies it by itself"
        yield Consequence(kinds()["not-applied"], file.name, text)


def left_to(takers: Sequence[str], folders: Sequence[str]) -> Consequence:
    """What is to be said of bases and charts that a set uses no more; ``takers``: sets that may have them applied."""
    named = _listed(folders)
    if takers:
        does = "does" if len(takers) == 1 else "do"
        text = f"nothing that is known takes in {named} any more; whether {_listed(takers)} {does} is not known"
        return Consequence(kinds()["not-known"], WHOLE_SET, text)
    them = (
        "it counts only where somebody applies it"
        if len(folders) == 1
        else "they count only where somebody applies them"
    )
    text = f"nothing takes in {named} any more: {them} by name"
    return Consequence(kinds()["not-applied"], WHOLE_SET, text)


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{', '.join(names[:_MOST_NAMED])}{more}"
