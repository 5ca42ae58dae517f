"""Manifests that change and that nobody applies, as far as anybody can tell."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from kubelens.plan.change import Action
from kubelens.plan.consequence import Consequence, kinds
from kubelens.plan.file_change import FileChange


def not_applied(files: Iterable[FileChange], used: Collection[str]) -> Iterator[Consequence]:
    """What is to be said of files beside kustomizations that none lists; ``used``: files that sets were made from."""
    for file in files:
        if file.action is Action.REMOVE:
            continue
        more = " any more" if file.name in used else ""
        text = f"no kustomization lists it{more}: it counts only where somebody applies it by itself"
        yield Consequence(kinds()["not-applied"], file.name, text)
