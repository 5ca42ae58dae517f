"""Manifests that change and that nobody applies, as far as anybody can tell."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from kubelens.plan.change import Action
from kubelens.plan.consequence import WHOLE_SET, Consequence, kinds
from kubelens.plan.file_change import FileChange

_MOST_NAMED: Final = 5


def not_applied(files: Iterable[FileChange], used: Collection[str]) -> Iterator[Consequence]:
    """What is to be said of files beside kustomizations that none lists; ``used``: files that sets were made from."""
    for file in files:
        if file.action is Action.REMOVE:
            continue
        more = " any more" if file.name in used else ""
        text = f"no kustomization lists it{more}: it counts only where somebody applies it by itself"
        yield Consequence(kinds()["not-applied"], file.name, text)


def left_alone(folders: Sequence[str]) -> Consequence:
    """What is to be said of bases and charts that a set uses no more, and nobody else does."""
    more = f" and {len(folders) - _MOST_NAMED} more" if len(folders) > _MOST_NAMED else ""
    them = (
        "it counts only where somebody applies it"
        if len(folders) == 1
        else "they count only where somebody applies them"
    )
    text = f"nothing takes in {', '.join(folders[:_MOST_NAMED])}{more} any more: {them} by name"
    return Consequence(kinds()["not-applied"], WHOLE_SET, text)
