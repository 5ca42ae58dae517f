"""Sets that come to the same in two trees of one root: what was built in one is not built again in the other."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from msgspec import Struct

from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.sets.planned import PlannedSet
from kubelens.engine.sets.tree import Tree


class Ground(Struct, frozen=True):
    """What a build rests on: folders whose own files it may have asked for, and those that it read with all below."""

    folders: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()


class BuiltSet(Struct, frozen=True, eq=False):
    """A set that was built for a Kubernetes release, and what it rests on.

    ``is_known``: whether that is all it rests on, but for what is not there: every part of it came to something.
    """

    planned: PlannedSet
    kubernetes: str
    made: ApplySet
    ground: Ground
    is_known: bool = False


class EarlierSets:
    """What was built in the tree ``before``, as far as nothing that it rests on differs ``now``.

    A set that does without something is built again where files came or went: what it lacked may have come, wherever that would
    lie. So is one of which a part came to nothing: how far it was read is not known.
    """

    def __init__(self, built: Sequence[BuiltSet], before: Tree, now: Tree) -> None:
        self._built: dict[tuple[str, str], list[BuiltSet]] = {}
        for one in built:
            self._built.setdefault((one.planned.name, one.kubernetes), []).append(one)
        self._before = before
        self._now = now
        self._same: dict[tuple[str, bool], bool] = {}

    def find(self, planned: PlannedSet, kubernetes: str) -> BuiltSet | None:
        """The set that is planned in the same words and made of the same files."""
        for one in self._built.get((planned.name, kubernetes), ()):
            if one.planned == planned and (one.made.whole or (one.is_known and self._same_files)):
                if self._stands(one.ground):
                    return one
        return None

    @cached_property
    def _same_files(self) -> bool:
        """Whether both trees hold files of the same names, whatever is in them."""
        return frozenset(self._before.below("")) == frozenset(self._now.below(""))

    def _stands(self, ground: Ground) -> bool:
        return all(self._is_same(one, False) for one in ground.folders) and all(
            self._is_same(one, True) for one in ground.whole
        )

    def _is_same(self, folder: str, deep: bool) -> bool:
        slot = folder, deep
        known = self._same.get(slot)
        if known is None:
            before, now = (tree.digests(folder, deep=deep) for tree in (self._before, self._now))
            known = self._same[slot] = before == now and all(before.values())
        return known
