"""Sets that look as if they came or went with a change, and only have somebody who takes them in, or nobody any more.

That a kustomization that no other takes in is applied by itself is said by nobody, nor that a chart is that nobody names: they
look like sets. Where their files are there on both sides, only what takes them in differs, and nothing was applied otherwise
because of that: a base that an overlay lists no more is a folder that others may use, no set that somebody begins to apply.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from kubelens.engine.apply_sets import FOLDER
from kubelens.engine.plan_halves import REST, Half, SetHalf
from kubelens.render.kustomize.file_names import is_kustomization_name


class Appearances:
    """Those of two sides. ``names``: what they are called."""

    def __init__(self, old: Half, new: Half) -> None:
        self._old = old
        self._new = new
        self._come = _alone(new, old)
        self._gone = _alone(old, new)

    @property
    def names(self) -> frozenset[str]:
        """All of them, on either side."""
        return frozenset((*self._come, *self._gone))

    def is_handed_over(self, source: str, destination: str) -> bool:
        """Whether objects that go from one set to another were really applied with the one, and are with the other.

        A folder takes nothing over because others use it no more: unless what used it is gone for good, and nobody says
        that it was applied by itself. It hands over to a set alone that is new, and takes it in.
        """
        if source in self._gone:
            new = self._new.get(destination)
            return destination not in self._old and new is not None and self._gone[source].looks_by in new.inputs
        if destination in self._come:
            old = self._old.get(source)
            by_itself = old is not None and old.made.guessed and source not in self._new
            return by_itself and old is not None and self._come[destination].looks_by in old.inputs
        return True

    def left(self, moved: Collection[str]) -> Mapping[str, list[str]]:
        """The folders that look like sets as a set uses them no more, by its name; ``moved``: those that take its place."""
        found: dict[str, list[str]] = {}
        for name, half in self._come.items():
            if name in moved or half.made.beside:
                continue
            for user, old in self._old.items():
                if user != REST and not old.idle and half.looks_by in old.inputs:
                    found.setdefault(user, []).append(name)
        return found

    @cached_property
    def loose(self) -> frozenset[str]:
        """The files of no set that another set was made from before: what they hold is not applied because they are there.

        Those of a set that goes, and of which nobody said that it was applied, are handed over.
        """
        used = (old for name, old in self._old.items() if name in self._new or not old.made.guessed)
        return _of_none(self._new, self._old) & _inputs(used)

    @cached_property
    def taken(self) -> frozenset[str]:
        """The files of no set that a set is made from now: what they hold is deleted by nobody because of that."""
        return _of_none(self._old, self._new) & _inputs(self._new.values())


def _of_none(these: Half, those: Half) -> frozenset[str]:
    """The files of no set on one side that are not so on the other; kustomizations always are."""
    rest, other = these.get(REST), those.get(REST)
    if rest is None:
        return frozenset()
    there = other.inputs if other is not None else {}
    return frozenset(file for file in rest.inputs if file not in there and not is_kustomization_name(file))


def _inputs(halves: Iterable[SetHalf]) -> frozenset[str]:
    """The files that some sets are made from; what belongs to none is no set."""
    return frozenset(file for half in halves if half.made.origin != FOLDER and not half.idle for file in half.inputs)


def _alone(these: Half, those: Half) -> dict[str, SetHalf]:
    """The sets that nobody names, of ``these`` alone, whose files others of ``those`` were made from."""
    used = frozenset(file for name, one in those.items() if name != REST and not one.idle for file in one.inputs)
    return {
        name: half
        for name, half in these.items()
        if name not in those and name != REST and half.made.guessed and half.looks_by in used
    }
