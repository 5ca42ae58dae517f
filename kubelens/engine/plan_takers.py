"""Sets that may have other folders applied: what they bring is not known, and may be an object of Argo CD or Flux."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from kubelens.engine.plan_halves import REST, Half, SetHalf
from kubelens.engine.sets.planned import Lacked
from kubelens.syntax.pattern import pattern

_SOURCES: Final = pattern(r"\b(?:repoURL|sourceRef)\b")
"""How an Application, an ApplicationSet or a Kustomization names the repository of a folder."""

_SAID_HERE: Final = frozenset((Lacked.CHARTS, Lacked.UNRENDERED, Lacked.UNREAD))


def takers_in(old: Half, new: Half, *, without: Collection[str] = ()) -> tuple[str, ...]:
    """The sets that are new or differ, and of whose objects not all are known. ``without``: those of which nothing is told.

    A chart from elsewhere knows the folders of this repository by its values alone: where these name the source of a folder
    (as those of argo-helm's ``argocd-apps`` do), its templates may make such an object of it. What cannot be built says itself
    what it would bring. Of anything else that is lacking nothing is known.
    """
    return tuple(
        name
        for name, half in new.items()
        if name != REST
        and name not in without
        and not (half.whole or half.made.beside)
        and not (name in old and old[name].is_as(half))
        and _may_name_folders(half)
    )


def _may_name_folders(half: SetHalf) -> bool:
    if not half.made.lacked or not _SAID_HERE.issuperset(half.made.lacked):
        return True
    return any(_SOURCES.search(text) for text in half.own_inputs.values())
