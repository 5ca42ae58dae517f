"""The ReplicaSet controller, after ``pkg/controller/replicaset``: as many Pods as asked for, and which go first."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from msgspec import Struct, field

from kubelens.predict.controllers.pod_control import ALONE, PodControl
from kubelens.predict.store.pod import Phase, Pod


class Revision(Struct):
    """One revision of a Deployment: its size and its annotations.

    ``desired`` and ``max_replicas`` are what the annotations of that name hold; ``created`` orders by age.
    """

    revision: str
    template: str
    created: int
    replicas: int
    number: int
    desired: int
    max_replicas: int

    @property
    def size(self) -> int:
        """Active Pods (status.replicas at rest)."""
        raise NotImplementedError

    @property
    def ready(self) -> int:
        """Ready Pods."""
        raise NotImplementedError

    @property
    def terminating(self) -> int:
        """Pods being deleted."""
        raise NotImplementedError

    @property
    def lacking(self) -> bool:
        """Whether the API server keeps Pods out (condition ReplicaFailure)."""
        raise NotImplementedError

    def available(self, now: int, min_ready: int) -> int:
        """Pods Ready for ``min_ready`` seconds."""
        raise NotImplementedError

    def fill(self) -> bool:
        """Create or delete Pods until there are ``replicas`` (replicaset, manageReplicas); whether it did."""
        raise NotImplementedError


class ReplicaSet(Revision):
    """A revision with its Pods by name. ``related``: the ReplicaSets of the same owner, this one too; none without one."""

    stem: str = ""
    control: PodControl = ALONE
    related: list[ReplicaSet] = field(default_factory=list)
    pods: list[Pod] = field(default_factory=list)
    refused: bool = False
    born: int = 0

    @property
    def size(self) -> int:
        """Active Pods (status.replicas at rest)."""
        return sum(p.deleting is None and not p.finished for p in self.pods)

    @property
    def ready(self) -> int:
        """Ready Pods that are active."""
        return sum(p.deleting is None and p.ready for p in self.pods)

    @property
    def terminating(self) -> int:
        """Pods being deleted that have not ended (controller, IsPodTerminating)."""
        return sum(p.deleting is not None and not p.finished for p in self.pods)

    @property
    def lacking(self) -> bool:
        """Whether the API server keeps Pods out (condition ReplicaFailure)."""
        return self.refused and self.size < self.replicas

    def available(self, now: int, min_ready: int) -> int:
        """Active Pods Ready for ``min_ready`` seconds."""
        return sum(p.deleting is None and p.available(now, min_ready) for p in self.pods)

    def fill(self) -> bool:
        """Create or delete Pods until there are ``replicas`` (replicaset, manageReplicas); whether it did."""
        surplus = self.size - self.replicas
        self.refused = False
        if surplus > 0:
            for pod in self._first_to_go(surplus):
                if self.control.delete(pod):
                    self.forget(pod)
            return True
        made = 0
        for _ in range(-surplus):
            pod = Pod(f"{self.stem}-{self.born}", self.revision, self.template, self.born)
            if not self.control.create(pod):
                self.refused = True
                break
            self.born += 1
            made += 1
            self.pods.append(pod)
        return made > 0

    def forget(self, pod: Pod) -> None:
        """A Pod is gone."""
        self.pods = [p for p in self.pods if p is not pod]

    def _first_to_go(self, count: int) -> Iterator[Pod]:
        """(controller, ActivePodsWithRanks.Less): younger ones first, but by lot within logarithmic steps of their age."""
        beside: dict[str, int] = {}
        for rs in self.related:
            for pod in rs.pods:
                if pod.active and pod.bound:
                    beside[pod.node] = beside.get(pod.node, 0) + 1

        def rank(pod: Pod) -> tuple[bool, bool, bool, int]:
            there = beside.get(pod.node, 0) if pod.bound else 0
            return (pod.bound, pod.phase is Phase.RUNNING, pod.ready, -there)

        younger_first = sorted((p for p in self.pods if p.active), key=lambda p: (-(p.ready_since or 0), p.age))
        for _, alike in groupby(sorted(younger_first, key=rank), key=rank):
            group = list(alike)
            taken = group if len(group) <= count else self.control.pick(group, count)
            yield from taken
            count -= len(taken)
            if count <= 0:
                return
