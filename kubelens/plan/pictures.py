"""What of a plan can be drawn: how workloads roll out, and what leads to what before and after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from kubelens.kube.identity import ResourceKey
from kubelens.plan.change import Action, ObjectChange
from kubelens.plan.sides import Sides, stood_before
from kubelens.predict.api import Prediction
from kubelens.predict.controllers.rollout.rollout import Rollout, RolloutOf
from kubelens.predict.network.topology import Graph, Node, Topology

_ROLL: Final = frozenset({"Deployment", "StatefulSet", "DaemonSet"})


class Pictures(Struct, frozen=True, eq=False):
    """``rollouts`` of the workloads whose Pods are replaced, by key; the graphs of both sides around what differs, empty where nothing does."""

    rollouts: tuple[tuple[ResourceKey, Prediction[Rollout]], ...]
    before: Graph
    after: Graph


def pictures_of(sides: Sides, changes: Sequence[ObjectChange]) -> Pictures:
    """Everything that can be drawn of a change."""
    rollouts = [
        (change.resource.key, sides.new.ask(RolloutOf(change.new, change.old, before=stood_before(sides, change.old))))
        for change in changes
        if change.action is Action.CHANGE and change.new is not None and change.new.kind in _ROLL
    ]
    rolling = tuple(
        (key, one) for key, one in rollouts if one.answer.change is not None and one.answer.change.rolls_out
    )
    return Pictures(rolling, *_near_what_differs(sides.old.ask(Topology()).answer, sides.after.ask(Topology()).answer))


def _near_what_differs(before: Graph, after: Graph) -> tuple[Graph, Graph]:
    """Both graphs, as far as their nodes differ, have links that differ, or are one link away from those."""
    links = set(before.edges) ^ set(after.edges)
    differing = set(before.nodes) ^ set(after.nodes) | {node for edge in links for node in (edge.source, edge.target)}
    near = differing | {
        node
        for graph in (before, after)
        for edge in graph.edges
        if edge.source in differing or edge.target in differing
        for node in (edge.source, edge.target)
    }
    return _only(before, near), _only(after, near)


def _only(graph: Graph, nodes: set[Node]) -> Graph:
    edges = tuple(one for one in graph.edges if one.source in nodes and one.target in nodes)
    return Graph(tuple(one for one in graph.nodes if one in nodes), edges)
