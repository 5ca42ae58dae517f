"""Syncs that wait for what they would apply later, and the order in which Argo CD deletes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from kubelens.kube.resource import Resource
from kubelens.kube.workload import read_workload
from kubelens.plan.change import Action, ObjectChange
from kubelens.plan.consequence import WHOLE_SET, Consequence, consequence, kinds
from kubelens.plan.sides import Sides, counterpart, title
from kubelens.predict.chain.hooks import Moment, hook_moments, hook_words
from kubelens.predict.chain.needed_later import NeededLater
from kubelens.predict.chain.sync_turns import (
    Phase,
    Turn,
    deletion_waves,
    is_deleted_last,
    names_a_wave,
    turn_of,
    wave_of,
)
from kubelens.predict.controllers.rollout.change import StartsRollout
from kubelens.predict.references.graph import ReferencesOf, ReferrersOf

_ROLL: Final = frozenset({"Deployment", "StatefulSet", "DaemonSet"})
_ENDS: Final = frozenset({"Job", "Pod"})
_MOST_NAMED: Final = 5


def waves(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """One for each object that starts with the change and needs a new one of a later turn, and one for the order of deletion."""
    turns = {id(one): turn for one in sides.after.bundle if not one.partial and (turn := turn_of(one)) is not None}
    if len(set(turns.values())) > 1:
        anew = {id(change.new) for change in changes if change.action in (Action.ADD, Action.REPLACE)}
        for one in sides.after.bundle:
            if id(one) in turns and (id(one) in anew or _starts(sides, one)):
                yield from _stuck(sides, one, turns[id(one)])
    yield from _deletions(sides, changes)


def _stuck(sides: Sides, waiting: Resource, turn: Turn) -> Iterator[Consequence]:
    for needed in sides.after.ask(NeededLater(waiting)).answer:
        later = turn_of(needed)
        if later is None or sides.before(needed) is not None:
            continue
        if names_a_wave(waiting) or names_a_wave(needed):
            tool = "Argo CD goes on once it is healthy"
        elif turn.phase is Phase.BEFORE and waiting.kind in _ENDS:
            tool = "Helm goes on once it has ended"
        else:
            continue
        text = (
            f"{_when(waiting, turn)} and needs {title(needed)} of {_called(needed, later)}: {tool}, which it never does"
        )
        yield consequence(
            "sync-stuck", waiting, text, [f"apply {title(needed)} with {_called(waiting, turn)} or before it"]
        )


def _starts(sides: Sides, resource: Resource) -> bool:
    """Whether an object that was there before runs anew with the change: a hook, a rollout."""
    old = sides.before(resource)
    if old is None:
        return True
    if hook_words(resource):
        return Moment.UPGRADE in hook_moments(resource)
    if resource.kind not in _ROLL or old.value == resource.value:
        return False
    return sides.after.ask(StartsRollout(resource, old)).answer.rolls_out


def _when(resource: Resource, turn: Turn) -> str:
    return f"comes with {_called(resource, turn)}"


def _called(resource: Resource, turn: Turn) -> str:
    """``wave 2``, ``the PreSync hooks, wave 2``."""
    words = hook_words(resource)
    if not words or turn.phase is Phase.MAIN:
        return f"wave {turn.wave}" if turn.phase is Phase.MAIN and names_a_wave(resource) else "the rest (wave 0)"
    return f"the hooks {', '.join(words)}{f' (wave {turn.wave})' if turn.wave else ''}"


def _claims_in_use(sides: Sides, order: Mapping[int, Sequence[Resource]]) -> Iterator[Consequence]:
    """Claims that Argo CD deletes before their Pods go, and waits for: what a Pod uses is kept (``pvc-protection``).

    ``order``: what it deletes with each wave. With the same wave it goes on to the Pods at once.
    """
    deleted = {id(one): wave for wave, objects in order.items() for one in objects}
    for wave, objects in order.items():
        for claim in objects:
            if claim.kind != "PersistentVolumeClaim" or claim.gvk.group:
                continue
            for reference in sides.old.ask(ReferrersOf(claim.kind, claim.namespace, claim.name)).answer:
                user = reference.source
                new = counterpart(user, sides.new.bundle)
                if new is not None and _names(sides, new, claim):
                    continue
                turn = turn_of(new) if new is not None else None
                later = turn.wave if turn is not None else deleted.get(id(user), wave)
                waved = any(map(names_a_wave, (claim, user, new or user)))
                if waved and later > wave and read_workload(user) is not None:
                    text = (
                        f"is deleted with wave {wave}, and the Pods of {title(user)} that use it go with wave {later}"
                    )
                    yield consequence(
                        "sync-stuck", claim, f"{text}: Argo CD goes on once it is gone, which it never is"
                    )


def _names(sides: Sides, user: Resource, claim: Resource) -> bool:
    named = sides.new.ask(ReferencesOf(user)).answer
    return any((one.kind, one.namespace, one.name) == (claim.kind, claim.namespace, claim.name) for one in named)


def _deletions(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """The order in which Argo CD deletes what has waves, or goes last; the waves are those that the objects say."""
    gone = [change.old for change in changes if change.action is Action.REMOVE and change.old is not None]
    if not gone:
        return
    order = deletion_waves(gone, sides.new.bundle)
    yield from _claims_in_use(sides, order)
    if not any(names_a_wave(one) or is_deleted_last(one) for one in gone):
        return
    if len(order) < 2:  # noqa: PLR2004 - there is no order of one
        return
    steps = []
    for objects in order.values():
        named = ", ".join(title(one) for one in objects[:_MOST_NAMED])
        more = f" and {len(objects) - _MOST_NAMED} more" if len(objects) > _MOST_NAMED else ""
        last = any(map(is_deleted_last, objects))
        steps.append(f"{named}{more} ({'PruneLast' if last else f'wave {wave_of(objects[0])}'})")
    yield Consequence(kinds()["prune-order"], WHOLE_SET, f"Argo CD deletes {', then '.join(steps)}", gone[0].place)
