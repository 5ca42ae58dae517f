"""Data that is deleted, and volumes that stay without a user."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kubelens.kube import fields
from kubelens.kube.persistent_volume_claim import read_claim
from kubelens.kube.resource import Resource
from kubelens.plan.change import Action, ObjectChange
from kubelens.plan.consequence import Consequence, consequence
from kubelens.plan.sides import Side, Sides
from kubelens.predict.chain.reclaimed import ReclaimOf, class_of
from kubelens.predict.controllers.fields import count

_RETAIN: Final = "Retain"
_DELETE: Final = "Delete"
_MOST_NAMED: Final = 3


def volumes(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """For removed and larger claims, removed volumes, other policies, and StatefulSets that are scaled down or removed."""
    for change in changes:
        old, new = change.old, change.new
        if old is None or old.partial:
            continue
        if new is not None and sides.after.stands(new):
            yield from _policies(old, new)
            yield from _may_grow(sides.after, old, new)
        if old.kind == "PersistentVolumeClaim" and change.action is Action.REMOVE:
            yield _claim_removed(sides.old, old)
        elif old.kind == "PersistentVolume" and change.action is Action.REMOVE:
            yield consequence("data-kept", old, "the object goes, what it stands for is not touched")
        elif old.kind == "StatefulSet":
            yield from _set_shrinks(old, change.new)


def _policies(old: Resource, new: Resource) -> Iterator[Consequence]:
    """Where what keeps data when a claim or a set goes is Delete from now on, or Retain.

    A volume that is Released is reclaimed at once (``reclaimVolume``); a set's controller owns its claims with Delete
    (``updateClaimOwnerRefForSetAndPod``).
    """
    if new.kind == "PersistentVolume" and not new.gvk.group:
        before, after = (one.spec.get("persistentVolumeReclaimPolicy") or _RETAIN for one in (old, new))
        if before == after:
            return
        if after == _DELETE:
            text = "what it holds is deleted with its claim from now on, and at once where its claim is gone"
            yield consequence("reclaim-deletes", new, f"{before} -> {after}: {text}")
        elif before == _DELETE:
            yield consequence("reclaim-keeps", new, f"{before} -> {after}: it stays when its claim goes")
    elif new.kind == "StatefulSet" and new.spec.get("volumeClaimTemplates"):
        for key, when in (("whenDeleted", "when it is deleted"), ("whenScaled", "when it is scaled down")):
            before, after = _retention(old, key), _retention(new, key)
            if before != after:
                kind, what = ("reclaim-deletes", "go") if after == _DELETE else ("reclaim-keeps", "stay")
                yield consequence(kind, new, f"{key} {before} -> {after}: its claims {what} {when}")


def _retention(resource: Resource, key: str) -> str:
    return fields.text(fields.mapping(resource.spec, "persistentVolumeClaimRetentionPolicy"), key) or _RETAIN


def _may_grow(side: Side, old: Resource, new: Resource) -> Iterator[Consequence]:
    """A claim that asks for more of a class that is not among the manifests."""
    if new.kind != "PersistentVolumeClaim" or new.gvk.group:
        return
    claim, before = read_claim(new.value), read_claim(old.value)
    if claim.size > before.size and claim.storage_class != "" and class_of(claim, side.ask) is None:
        named = f"StorageClass {claim.storage_class}" if claim.storage_class else "the default StorageClass"
        text = f"grows where {named} has allowVolumeExpansion, which is not among the manifests: else the API server refuses it"
        yield consequence("not-known", new, text)


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
    word = _retention(new or old, "whenScaled" if new is not None else "whenDeleted")
    claims = [f"{t}-{old.name}-{n}" for n in range(first + after, first + before) for t in templates]
    more = f" and {len(claims) - _MOST_NAMED} more" if len(claims) > _MOST_NAMED else ""
    named = f"{', '.join(claims[:_MOST_NAMED])}{more}"
    if word == _DELETE:
        yield consequence(
            "data-deleted", new or old, f"deletes the claims {named} (persistentVolumeClaimRetentionPolicy)"
        )
    else:
        yield consequence("data-kept", new or old, f"the claims {named} stay, and nothing uses them")
