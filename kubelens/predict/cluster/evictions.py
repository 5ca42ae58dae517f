"""Drains: evictions asked of the API server until a node is empty (``kubectl drain``; registry, ``EvictionREST``)."""

from __future__ import annotations

from msgspec import Struct

from kubelens.predict.cluster.budgets import Budgets, budget_pod
from kubelens.predict.cluster.records import PodRecord
from kubelens.predict.cluster.world import World
from kubelens.predict.controllers.disruption import ACCEPTED, Eviction, PodState, judge_eviction


class Evicted(Struct, frozen=True):
    """One answer: about a Pod as it was, on a node."""

    record: PodRecord
    node: str
    ready: bool
    answer: Eviction


class Drains:
    """The drains that are on: nodes, and whether they are done."""

    def __init__(self, world: World, budgets: Budgets) -> None:
        self._world = world
        self._budgets = budgets
        self.nodes: dict[str, bool] = {}
        self.answers: list[Evicted] = []

    def start(self, node: str) -> None:
        """A drain begins."""
        self.nodes[node] = False

    def stop(self, node: str) -> None:
        """A drain is over, done or not."""
        self.nodes.pop(node, None)

    @property
    def open(self) -> bool:
        """Whether a drain has not found its node empty yet."""
        return not all(self.nodes.values())

    def ask(self) -> None:
        """Ask for the eviction of every Pod on nodes that are drained, one after the other."""
        for node in sorted(self.nodes):
            if self.nodes[node]:
                continue
            there = [r for r in self._world.on_nodes.on([node]) if self._concerns(r)]
            self.nodes[node] = not there
            for record in sorted(there, key=_order):
                if not record.pod.terminating:
                    self._evict(record, node)

    def _concerns(self, record: PodRecord) -> bool:
        """Pods of DaemonSets and static Pods stay (drain, daemonSetFilter, mirrorPodFilter)."""
        return not record.static and not (record.owner is not None and record.owner.kind == "DaemonSet")

    def _evict(self, record: PodRecord, node: str) -> None:
        seen = budget_pod(record)
        budgets = self._budgets.of(record)
        answer = judge_eviction(seen, budgets)
        self.answers.append(Evicted(record, node, record.pod.ready, answer))
        if answer.code != ACCEPTED:
            return
        if budgets and seen.state is PodState.READY:
            self._budgets.take_one(record)
        self._world.tell("Evicted", record.owner or record.key, f"evicted from node {node}")
        self._world.disrupt(record)


def _order(record: PodRecord) -> tuple[str, int, bool, str]:
    return (str(record.owner or record.key), record.revision, record.pod.ready, record.key.name)
