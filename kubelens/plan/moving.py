"""Objects that one apply set hands over to another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kubelens.kube.resource import Resource
from kubelens.plan.consequence import WHOLE_SET, Consequence, kinds
from kubelens.plan.sides import title

_MOST_NAMED: Final = 5


def moved_in(source: str, objects: Sequence[Resource], *, guessed: bool) -> Consequence:
    """Told at the set that takes the objects over. ``guessed``: nobody says that the other one was applied, nor prunes it.

    Whether a tool deletes them first is a matter of order: Flux leaves alone what carries another owner by then
    (kustomize-controller, ``garbageCollect``), Argo CD what another Application tracks.
    """
    names = list(map(title, objects))
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    text = f"from {source} to here: {', '.join(names[:_MOST_NAMED])}{more}"
    notes = [] if guessed else ["if there they are pruned before they are applied here, they are deleted and made anew"]
    return Consequence(kinds()["moved"], WHOLE_SET, text, objects[0].place, tuple(notes))


def may_be_kept(taker: str, objects: Sequence[Resource]) -> Consequence:
    """Told of objects that go where a set comes of which not all is known; ``taker``: its name."""
    names = list(map(title, objects))
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    text = f"whether {taker} holds them is not known: {', '.join(names[:_MOST_NAMED])}{more} go where it comes"
    return Consequence(kinds()["not-known"], WHOLE_SET, text, objects[0].place)
