"""What of a plan can be drawn: how workloads roll out, and what leads to what before and after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from kubelens.plan.change import Action, ObjectChange
from kubelens.plan.sides import Sides
from kubelens.predict.api import Prediction
from kubelens.predict.controllers.rollout.rollout import Rollout, RolloutOf
from kubelens.predict.network.topology import Graph, Topology

_ROLL: Final = frozenset({"Deployment", "StatefulSet", "DaemonSet"})


class Pictures(Struct, frozen=True, eq=False):
    """``rollouts`` of the workloads whose Pods are replaced; the graphs of both sides, the same where no link differs."""

    rollouts: tuple[Prediction[Rollout], ...]
    before: Graph
    after: Graph


def pictures_of(sides: Sides, changes: Sequence[ObjectChange]) -> Pictures:
    """Everything that can be drawn of a change."""
    rollouts = [
        sides.new.ask(RolloutOf(change.new, change.old))
        for change in changes
        if change.action is Action.CHANGE and change.new is not None and change.new.kind in _ROLL
    ]
    rolling = tuple(one for one in rollouts if one.answer.change is not None and one.answer.change.rolls_out)
    return Pictures(rolling, sides.old.ask(Topology()).answer, sides.after.ask(Topology()).answer)
