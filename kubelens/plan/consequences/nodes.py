"""Pods that find no node after the change, where the nodes are among the objects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kubelens.plan.change import ObjectChange
from kubelens.plan.consequence import Consequence, kinds
from kubelens.plan.placing import placing
from kubelens.plan.sides import Sides
from kubelens.predict.chain.placed import placed_pods


def nodes(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """One for each Pod that finds no node and had one, or is new, and each that sends others away. Pods that the change does not touch stay where they are."""
    found = placing(sides)
    if found is None:
        return
    before = found.before
    had = placed_pods(before)
    lacked = {placement.pod.key for placement in before.placements if not placement.chosen}
    lacked |= {pod.key for pod in before.held_back}
    sent = {victim for placement in before.placements for victim in placement.victims}
    for placement in found.after.placements:
        gone = [victim for victim in placement.victims if victim not in sent]
        if gone:
            where = placement.owner.place if placement.owner is not None else None
            text = f"gets its node by sending away {', '.join(gone)}, of lower priority"
            yield Consequence(kinds()["sends-away"], f"Pod {placement.pod.key}", text, where)
        key = placement.pod.key
        if not placement.chosen and key not in lacked:
            was = f"; it was on {had[key]}" if key in had else ""
            where = placement.owner.place if placement.owner is not None else None
            yield Consequence(kinds()["no-room"], f"Pod {key}", f"finds no node: {placement.message}{was}", where)
