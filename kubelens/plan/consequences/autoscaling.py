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
        old = sides.before(hpa)
        if old is None:
            least, most = _range(hpa)
            yield consequence("autoscaler-range", hpa, f"decides from now on, from {least} to {most} Pods")
        elif (before := _range(old)) != (after := _range(hpa)):
            yield consequence(
                "autoscaler-range", hpa, f"chooses from {after[0]} to {after[1]} Pods, was {before[0]} to {before[1]}"
            )
        ref = fields.mapping(hpa.spec, "scaleTargetRef")
        target = sides.after.bundle.get(fields.text(ref, "kind"), hpa.namespace, fields.text(ref, "name"))
        if target is None or not (id(target) in changed or id(hpa) in changed):
            continue
        written = fields.integer(target.spec, "replicas")
        if written is None:
            yield from _no_longer_written(sides, target, hpa)
        if written is not None:
            text = f"sets {written} Pod{'s' * (written != 1)}, which {title(hpa)} decides: each apply resets its choice"
            yield consequence("replicas-reset", target, text)
    for change in changes:
        if change.action is Action.REMOVE and change.old is not None and change.old.kind == "HorizontalPodAutoscaler":
            yield consequence("autoscaler-range", change.old, "nothing scales its target any more")


def _no_longer_written(sides: Sides, target: Resource, hpa: Resource) -> Iterator[Consequence]:
    """A number of Pods that goes from the manifest goes from the object, which then has one Pod.

    ``kubectl apply`` and server-side apply take away a field that they wrote; the API's default is 1.
    """
    before = sides.before(target)
    was = fields.integer(before.spec, "replicas") if before is not None else None
    if was is not None and was > 1:
        text = f"spec.replicas is not written any more: {was} -> 1 Pod, until {title(hpa)} decides"
        notes = ["take the field out of what kubectl has applied last before (kubectl apply edit-last-applied)"]
        yield consequence("replicas-reset", target, text, notes)


def _range(hpa: Resource) -> tuple[int, int | None]:
    return fields.integer(hpa.spec, "minReplicas") or 1, fields.integer(hpa.spec, "maxReplicas")
