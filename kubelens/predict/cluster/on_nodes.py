"""Which Pods are on which nodes, and which of them have something before them: what a tick looks at is no more than that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import attrgetter

from kubelens.predict.cluster.records import Change, PodRecord

_in_order = attrgetter("arrived")


class OnNodes:
    """The Pods that are bound, by node, kept as they come, change and go.

    ``resting``: those whose kubelets have nothing to do with them but count their age (``PodRecord.rests``); ``tainted``:
    those that have been under a NoExecute taint at the last look.
    """

    def __init__(self) -> None:
        self._by_node: dict[str, dict[PodRecord, None]] = {}
        self._awake: dict[PodRecord, None] = {}
        self.resting: dict[PodRecord, None] = {}
        self.tainted: dict[PodRecord, None] = {}

    def see(self, record: PodRecord, change: Change) -> None:
        """A Pod came, changed or went."""
        pod = record.pod
        if change is Change.MESSAGE or not pod.bound:
            return
        self.resting.pop(record, None)
        self._awake.pop(record, None)
        if change is Change.GONE:
            self.tainted.pop(record, None)
            there = self._by_node.get(pod.node, {})
            there.pop(record, None)
            if not there:
                self._by_node.pop(pod.node, None)
            return
        self._by_node.setdefault(pod.node, {})[record] = None
        if pod.terminating or not pod.finished:
            self._awake[record] = None

    def come_to_rest(self, record: PodRecord) -> None:
        """A kubelet has nothing to do with a Pod until it changes."""
        if self._awake.pop(record, self) is None:
            self.resting[record] = None

    def wake(self, node: str | None = None) -> None:
        """The Pods of a node, or all, are looked at again: the node is gone, or kubelets have another pace."""
        for record in [r for r in self.resting if node is None or r.pod.node == node]:
            del self.resting[record]
            self._awake[record] = None

    def awake(self) -> list[PodRecord]:
        """Those that are bound, have not ended for good, and do not rest."""
        return sorted(self._awake, key=_in_order)

    def on(self, nodes: Iterable[str]) -> list[PodRecord]:
        """The Pods of some nodes, in the order in which they were created."""
        return sorted((r for name in nodes for r in self._by_node.get(name, ())), key=_in_order)

    def elsewhere(self, nodes: Mapping[str, object]) -> list[str]:
        """Names of nodes that have Pods and are none of some."""
        return [name for name in self._by_node if name not in nodes]
