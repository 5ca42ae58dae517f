"""Data that is deleted, and volumes that stay without a user."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.plan.change import Action, ObjectChange
from kubelens.plan.consequence import Consequence, consequence
from kubelens.plan.sides import Side, Sides
from kubelens.predict.chain.reclaimed import ReclaimOf
from kubelens.predict.controllers.fields import count

_RETAIN: Final = "Retain"
_DELETE: Final = "Delete"
_MOST_NAMED: Final = 3


def volumes(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """For removed claims and volumes, and for StatefulSets that are scaled down or removed."""
    for change in changes:
        old = change.old
        if old is None or old.partial:
            continue
        if old.kind == "PersistentVolumeClaim" and change.action is Action.REMOVE:
            yield _claim_removed(sides.old, old)
        elif old.kind == "PersistentVolume" and change.action is Action.REMOVE:
            yield consequence("data-kept", old, "the object goes, what it stands for is not touched")
        elif old.kind == "StatefulSet":
            yield from _set_shrinks(old, change.new)


def _claim_removed(side: Side, claim: Resource) -> Consequence:
    found = side.ask(ReclaimOf(claim)).answer
    if found.deletes is False:
        return consequence("data-kept", claim, f"its volume stays, Released: {found.why}")
    unless = "" if found.deletes else ", as provisioned volumes are unless their class says Retain"
    return consequence("data-deleted", claim, f"its volume is deleted with it: {found.why}{unless}")


def _set_shrinks(old: Resource, new: Resource | None) -> Iterator[Consequence]:
    templates = [
        fields.text(fields.mapping(t, "metadata"), "name") for _, t in fields.items(old.spec, "volumeClaimTemplates")
    ]
    if not templates:
        return
    first = fields.integer(fields.mapping(old.spec, "ordinals"), "start") or 0
    before = count(old.spec, "replicas", 1)
    after = count(new.spec, "replicas", 1) if new is not None else 0
    if after >= before:
        return
    policy = fields.mapping((new or old).spec, "persistentVolumeClaimRetentionPolicy")
    word = fields.text(policy, "whenScaled" if new is not None else "whenDeleted") or _RETAIN
    claims = [f"{t}-{old.name}-{n}" for n in range(first + after, first + before) for t in templates]
    more = f" and {len(claims) - _MOST_NAMED} more" if len(claims) > _MOST_NAMED else ""
    named = f"{', '.join(claims[:_MOST_NAMED])}{more}"
    if word == _DELETE:
        yield consequence(
            "data-deleted", new or old, f"deletes the claims {named} (persistentVolumeClaimRetentionPolicy)"
        )
    else:
        yield consequence("data-kept", new or old, f"the claims {named} stay, and nothing uses them")
