"""Whether drains wait for ever, or take everything at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kubelens.kube import fields
from kubelens.kube.selector import label_selector
from kubelens.kube.workload import selected_workloads
from kubelens.plan.change import Action, ObjectChange
from kubelens.plan.consequence import Consequence, Kind, consequence, kinds
from kubelens.plan.sides import Side, Sides
from kubelens.predict.controllers.drain import DrainOf


def budgets(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """One for each owner of Pods that no drain can move any more, and each budget that is gone with its Pods left.

    Where new Pods are kept out, or never ready, old ones stand on: what a drain meets is a rollout that is stuck.
    """
    spaces = dict.fromkeys(r.namespace for r in sides.after.bundle.all("PodDisruptionBudget"))
    blocks: Kind = kinds()["budget-blocks"]
    for namespace in spaces:
        before, after = _waits(sides.old, namespace), _waits(sides.after, namespace)
        for owner, why in after.items():
            kind, _, name = owner.partition(" ")
            about = f"{kind} {namespace}/{name}"
            if owner not in before and about not in sides.serving:
                yield Consequence(blocks, about, f"drains wait for it for ever: {why}")
    for change in changes:
        gone = change.old
        if change.action is not Action.REMOVE or gone is None or gone.kind != "PodDisruptionBudget":
            continue
        selector = label_selector(fields.mapping(gone.spec, "selector"))
        left = selected_workloads(sides.after.bundle, selector, gone.namespace)
        covered = [
            r
            for r in sides.after.bundle.all("PodDisruptionBudget", gone.namespace)
            if label_selector(fields.mapping(r.spec, "selector")) == selector
        ]
        if left and not covered:
            names = ", ".join(f"{w.kind} {w.namespace}/{w.name}" for w in left)
            yield consequence("budget-gone", gone, f"nothing holds a drain back from all Pods of {names} at once")


def _waits(side: Side, namespace: str) -> dict[str, str]:
    return dict(side.ask(DrainOf(namespace)).answer.waits)
