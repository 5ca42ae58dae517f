"""Autoscalers: the range they may choose from, and manifests that set what they decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.plan.change import Action, ObjectChange
from kubelens.plan.consequence import Consequence, consequence
from kubelens.plan.sides import Sides, title


def autoscaling(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """One for each changed range, and one for each target that is written with a number of Pods."""
    changed = {id(change.new) for change in changes}
    for hpa in sides.after.bundle.all("HorizontalPodAutoscaler"):
        if hpa.partial or not sides.after.stands(hpa):
            continue
        old = sides.old.bundle.get(hpa.kind, hpa.namespace, hpa.name)
        if old is not None and (before := _range(old)) != (after := _range(hpa)):
            yield consequence(
                "autoscaler-range", hpa, f"chooses from {after[0]} to {after[1]} Pods, was {before[0]} to {before[1]}"
            )
        ref = fields.mapping(hpa.spec, "scaleTargetRef")
        target = sides.after.bundle.get(fields.text(ref, "kind"), hpa.namespace, fields.text(ref, "name"))
        if target is None or not (id(target) in changed or id(hpa) in changed):
            continue
        written = fields.integer(target.spec, "replicas")
        if written is not None:
            text = f"sets {written} Pods, which {title(hpa)} decides: each apply resets its choice"
            yield consequence("replicas-reset", target, text)
    for change in changes:
        if change.action is Action.REMOVE and change.old is not None and change.old.kind == "HorizontalPodAutoscaler":
            yield consequence("autoscaler-range", change.old, "nothing scales its target any more")


def _range(hpa: Resource) -> tuple[int, int | None]:
    return fields.integer(hpa.spec, "minReplicas") or 1, fields.integer(hpa.spec, "maxReplicas")
