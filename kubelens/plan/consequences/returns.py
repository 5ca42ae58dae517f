"""What going back does not bring back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.plan.change import Action, ObjectChange
from kubelens.plan.consequence import Consequence, consequence
from kubelens.plan.sides import Sides
from kubelens.predict.chain.reclaimed import ReclaimOf

_KIND = "comes-back-empty"


def returns(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """One for each object that a change removed and that going back makes anew, without what it held."""
    for change in changes:
        new = change.new
        if change.action is not Action.ADD or new is None or new.partial or not sides.new.stands(new):
            continue
        if new.kind == "PersistentVolumeClaim":
            yield consequence(_KIND, new, f"comes back with a new volume: {_old_volume(sides, new)}")
        elif new.kind == "CustomResourceDefinition":
            kind = fields.text(fields.mapping(new.spec, "names"), "kind")
            yield consequence(_KIND, new, f"comes back without the {kind} objects that went with it")
        elif new.kind == "Namespace" and not new.gvk.group:
            yield consequence(_KIND, new, "comes back without what was in it and is not among the manifests")


def _old_volume(sides: Sides, claim: Resource) -> str:
    if sides.new.ask(ReclaimOf(claim)).answer.deletes is False:
        return "the old one is kept, Released, and is not bound again by itself"
    return "what the old one held is gone, unless its class retains volumes"
