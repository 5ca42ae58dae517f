"""One scheduling cycle: which nodes are feasible, how they score, and what is said where none is.

Follows ``pkg/scheduler/schedule_one.go``; every node is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from kubelens.predict.scheduler.framework import Status
from kubelens.predict.scheduler.plugins.dynamic_resources import after_filtering
from kubelens.predict.scheduler.pod_info import PodInfo
from kubelens.predict.scheduler.profile import DEFAULT
from kubelens.predict.scheduler.state import ClusterState, NodeInfo


class Decision(Struct, frozen=True):
    """What one cycle finds out. ``best``: the nodes of which one is taken (all with the highest score).

    ``statuses``: why each other node is out. ``refusal``: why the Pod is refused whatever the node.
    ``error``: scoring failed.
    """

    pod: PodInfo
    feasible: tuple[str, ...]
    statuses: Mapping[str, Status] = field(default_factory=dict)
    scores: Mapping[str, int] | None = None
    plugin_scores: Mapping[str, Mapping[str, int]] | None = None
    refusal: Status | None = None
    error: str = ""
    nodes: int = 0
    devices: str = ""
    """What DynamicResources says where no node fits (its PostFilter)."""

    @property
    def best(self) -> tuple[str, ...]:
        """The nodes that tie for the first place, in the cluster's order."""
        if self.error:
            return ()
        if self.scores is None:
            return self.feasible[:1] if len(self.feasible) == 1 else self.feasible
        highest = max(self.scores.values())
        return tuple(name for name in self.feasible if self.scores[name] == highest)


class Prepared(Struct):
    """What the plugins prepared for one Pod: filters with their data, and the only nodes that count."""

    filters: list[tuple[str, Any, Any]]
    only: frozenset[str] | None
    restricting: list[str]
    refusal: Status | None = None


def prepare(pod: PodInfo, state: ClusterState) -> Prepared:
    """Run every PreFilter (``RunPreFilterPlugins``)."""
    filters: list[tuple[str, Any, Any]] = []
    only: frozenset[str] | None = None
    restricting: list[str] = []
    for plugin in DEFAULT:
        data = None
        if plugin.prefilter is not None:
            result = plugin.prefilter(pod, state)
            if result.refusal is not None:
                refusal = result.refusal
                status = Status(refusal.reasons, refusal.resolvable, plugin.name, refusal.fatal)
                return Prepared([], None, [], status)
            if result.skip:
                continue
            if result.nodes is not None:
                restricting.append(plugin.name)
                only = result.nodes if only is None else only & result.nodes
            data = result.data
        if plugin.filter is not None:
            filters.append((plugin.name, plugin.filter, data))
    return Prepared(filters, only, restricting)


def check(pod: PodInfo, info: NodeInfo, prepared: Prepared) -> Status | None:
    """The first plugin's refusal of a node, None where it fits."""
    for name, function, data in prepared.filters:
        status: Status | None = function(pod, info, data)
        if status is not None:
            return Status(status.reasons, status.resolvable, name, status.fatal)
    return None


def check_with_nominated(pod: PodInfo, info: NodeInfo, prepared: Prepared, state: ClusterState) -> Status | None:
    """As :func:`check`, with Pods nominated to the node and of at least the same priority there, and without."""
    waiting = [p for p in state.nominated.get(info.node.name, ()) if p.priority >= pod.priority and p is not pod]
    if waiting:
        fuller = NodeInfo(info.node, (*info.pods, *waiting))
        status = check(pod, fuller, prepare(pod, state.with_node(fuller)))
        if status is not None:
            return status
    return check(pod, info, prepared)


def schedule(pod: PodInfo, state: ClusterState) -> Decision:
    """Filter and score all nodes for one Pod."""
    total = len(state.nodes)
    prepared = prepare(pod, state)
    if prepared.refusal is not None:
        if prepared.refusal.fatal:
            return Decision(pod, (), {}, None, None, None, prepared.refusal.reasons[0], total)
        return Decision(pod, (), {}, None, None, prepared.refusal, "", total)
    feasible: list[NodeInfo] = []
    statuses: dict[str, Status] = {}
    outside = Status((f"node(s) didn't satisfy plugin(s) [{' '.join(sorted(prepared.restricting))}]",), False)
    for name, info in state.nodes.items():
        if prepared.only is not None and name not in prepared.only:
            statuses[name] = outside
            continue
        status = check_with_nominated(pod, info, prepared, state)
        if status is None:
            feasible.append(info)
        elif status.fatal:
            return Decision(pod, (), {}, None, None, None, status.reasons[0], total)
        else:
            statuses[name] = status
    names = tuple(info.node.name for info in feasible)
    if not feasible:
        return Decision(pod, (), statuses, nodes=total, devices=after_filtering(pod, state, statuses.values()))
    if len(feasible) < 2:
        return Decision(pod, names, statuses, None, None, None, "", total)
    return score(pod, feasible, statuses, state)


def score(pod: PodInfo, feasible: list[NodeInfo], statuses: Mapping[str, Status], state: ClusterState) -> Decision:
    """The weighted sum of what the plugins say (``RunScorePlugins``)."""
    names = tuple(info.node.name for info in feasible)
    totals = dict.fromkeys(names, 0)
    by_plugin: dict[str, dict[str, int]] = {name: {} for name in names}
    for plugin in DEFAULT:
        if plugin.score is None:
            continue
        result = plugin.score(pod, feasible, state)
        if result is None:
            continue
        if result.error:
            message = f'running PreScore plugin "{plugin.name}": {result.error}'
            return Decision(pod, (), statuses, None, None, None, message, len(state.nodes))
        for name, value in result.scores.items():
            totals[name] += value * plugin.weight
            by_plugin[name][plugin.name] = value * plugin.weight
    return Decision(pod, names, statuses, totals, by_plugin, None, "", len(state.nodes))


def reasons_text(statuses: Mapping[str, Status]) -> str:
    """How often each reason is given, as Kubernetes writes it."""
    counts: dict[str, int] = {}
    for status in statuses.values():
        for reason in status.reasons:
            counts[reason] = counts.get(reason, 0) + 1
    return ", ".join(sorted(f"{count} {reason}" for reason, count in counts.items()))
