"""Whether a source of an unknown address is this repository: by where the other objects lead that name it.

A source says nothing of what lies here where its object is not among the files, or where no remote is known. Others that
name it and lead to folders of this repository do. A path that leads nowhere beside them is told only where that is beyond
doubt: one wrong alarm costs more than many that are missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Final

from kubelens.engine.gitops.repository import Here, inside_root

_PLACEHOLDERS: Final = ("$", "{{", "*")
_MANY: Final = 2
"""Siblings that are here, from which on the folder at the top may be the one that is misspelt."""
Wanted = tuple[object, str, bool]
"""What is asked of a source: by what it is named, a path in it, and whether that path is here."""


class Siblings:
    """All objects of a kind by the source that they name. ``gathered`` gives what they want of it, asked at most once."""

    def __init__(self, here: Here, gathered: Callable[[], Iterable[Wanted]]) -> None:
        self._here = here
        self._gathered = gathered

    def one_here(self, source: object, path: str) -> str | None:
        """A path that another object has in the same source and that is here, where ``path`` must be here too; else None.

        The others are here mostly, one of them lies below the same folder at the top, or there are several.
        """
        inside = _inside(path)
        if inside is None:
            return None
        there, gone = self._by_source.get(source, ({}, set()))
        if len(there) < max(1, len(gone | {inside})):
            return None
        top = inside.partition("/")[0]
        near = next((written for known, written in there.items() if known.partition("/")[0] == top), None)
        if near is not None and self._here.tree.is_folder(top):
            return near
        return next(iter(there.values())) if len(there) >= _MANY else None

    @cached_property
    def _by_source(self) -> dict[object, tuple[dict[str, str], set[str]]]:
        """The paths that are here, each as it is written, and those that are not."""
        found: dict[object, tuple[dict[str, str], set[str]]] = {}
        for source, path, is_here in self._gathered():
            inside = _inside(path)
            if inside is not None:
                there, gone = found.setdefault(source, ({}, set()))
                if is_here:
                    there.setdefault(inside, path)
                else:
                    gone.add(inside)
        return found


def _inside(path: str) -> str | None:
    """A path below the root that says something: not the root itself, nor one that is filled in elsewhere."""
    if any(mark in path for mark in _PLACEHOLDERS):
        return None
    return inside_root(path) or None
