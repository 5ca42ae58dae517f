"""PodDisruptionBudgets as their controller keeps them (``pkg/controller/disruption``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from kubelens.kube.resource import Resource
from kubelens.kube.selector import Selector
from kubelens.predict.cluster.records import Change, PodRecord
from kubelens.predict.cluster.selections import Selections
from kubelens.predict.cluster.workloads import Workloads
from kubelens.predict.cluster.world import World
from kubelens.predict.controllers.disruption import (
    Budget,
    BudgetPod,
    BudgetStatus,
    Controller,
    PodState,
    budget_status,
    read_budget,
)
from kubelens.predict.store.objects import ObjectKey

_KIND: Final = "PodDisruptionBudget"
_NEW: Final = BudgetStatus(0, 0, 0, 0)


class Budgets:
    """Every budget's numbers as of its controller's last look: at one budget for each Pod that changes."""

    def __init__(self, world: World, workloads: Workloads) -> None:
        self._world = world
        self._workloads = workloads
        self._read: dict[ObjectKey, Budget] = {}
        self._selections = Selections()
        self.statuses: dict[ObjectKey, BudgetStatus] = {}
        self._due: dict[ObjectKey, None] = {}
        world.pod_watchers.append(self._pod_changed)
        world.object_watchers.append(self._object_changed)

    def _object_changed(self, key: ObjectKey) -> None:
        if key.kind != _KIND:
            return
        resource = self._world.manifest(key)
        if resource is None:
            self._read.pop(key, None)
            self.statuses.pop(key, None)
            self._due.pop(key, None)
            self._selections.drop(key)
            return
        self.statuses.setdefault(key, _NEW)
        self._read[key] = read_budget(resource.value, key.namespace)
        self._selections.put(key, self._read[key].selector, self._world.pods.values())
        self._due[key] = None

    def _pod_changed(self, record: PodRecord, change: Change) -> None:
        """(disruption, getPdbForPod): the first of several budgets alone."""
        matching = self._selections.matching(record)
        self._selections.see(record, change)
        if matching:
            self._due[matching[0]] = None

    def sync(self) -> None:
        """Work out the numbers of the budgets that are due."""
        due, self._due = self._due, {}
        for key in due:
            budget = self._read[key]
            owners: dict[ObjectKey | None, Controller | None] = {}
            pods = [budget_pod(record, self._controller(record, owners)) for record in self._selections.chosen(key)]
            status = budget_status(budget, pods)
            if status.failed:
                status = replace(self.statuses[key], allowed=0, failed=True)
            self.statuses[key] = status

    def _controller(self, record: PodRecord, known: dict[ObjectKey | None, Controller | None]) -> Controller | None:
        owner = record.owner
        if owner is not None and owner not in known:
            workload = self._workloads.get(owner)
            known[owner] = Controller(owner.kind, owner.name, workload.scale if workload is not None else None)
        return known.get(owner)

    def of(self, record: PodRecord) -> list[tuple[Budget, BudgetStatus]]:
        """What an eviction of a Pod is judged by."""
        return [(self._read[key], self.statuses[key]) for key in self._selections.matching(record)]

    def take_one(self, record: PodRecord) -> None:
        """An eviction was let through: one disruption less until the controller looks again."""
        for key in self._selections.matching(record):
            status = self.statuses[key]
            self.statuses[key] = replace(status, allowed=max(0, status.allowed - 1))

    def for_scheduler(self) -> list[tuple[str, Selector, int, bool]]:
        """(namespace, selector, allowed, whether the selector is empty), as preemption reads them."""
        return [
            (key.namespace, budget.selector, self.statuses[key].allowed, not budget.selector.requirements)
            for key, budget in self._read.items()
        ]

    def resources(self) -> Iterator[tuple[Resource, BudgetStatus]]:
        """The budgets there are, with their numbers."""
        for resource in self._world.resources(_KIND):
            yield resource, self.statuses[ObjectKey(_KIND, resource.namespace, resource.name)]


def budget_pod(record: PodRecord, owner: Controller | None = None) -> BudgetPod:
    """A Pod as budgets and evictions see it."""
    pod = record.pod
    if not record.running or pod.finished:
        state = PodState.PENDING
    else:
        state = PodState.READY if pod.ready and not pod.terminating else PodState.UNREADY
    return BudgetPod(record.key.name, record.info.labels, state, owner)
