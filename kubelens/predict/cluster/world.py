"""What all parts of a virtual cluster read and write: objects, Pods, nodes, the clock, and who watches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from kubelens.kube.resource import Resource
from kubelens.predict.apiserver.registry import strategy_of
from kubelens.predict.cluster.addresses import Addresses
from kubelens.predict.cluster.events import Event
from kubelens.predict.cluster.lots import Lots
from kubelens.predict.cluster.on_nodes import OnNodes
from kubelens.predict.cluster.pace import Pace
from kubelens.predict.cluster.records import Change, NodeRecord, PodRecord
from kubelens.predict.controllers.job import JobPod
from kubelens.predict.controllers.job_policy import Ending
from kubelens.predict.store.objects import BACKGROUND, ObjectKey, Store
from kubelens.predict.store.pod import Phase, Pod

PodWatcher = Callable[[PodRecord, Change], None]
NodeWatcher = Callable[[str], None]
ObjectWatcher = Callable[[ObjectKey], None]


_OF_A_TICK: Final = 1_000
"""What a tick costs beside."""
MOST_PODS: Final = 20_000
"""Pods of a cluster at a time."""
MOST_WORK: Final = 50_000_000
"""Pods and nodes that are looked at in all ticks together."""


class TooMuch(ValueError):
    """A cluster that grows beyond what is played: the manifests or the scenario choose how large it gets."""


def nothing(_: PodRecord) -> str:
    """Nothing keeps a Pod: kubelets are as their pace says."""
    return ""


class World:
    """The state of the cluster.

    ``seconds`` is how long a tick is to taints; ``clock``: to controllers too (minReadySeconds, deadlines).
    """

    def __init__(self, release: str, pace: Pace, lots: Lots, seconds: int, *, clock: bool, most_work: int = 0) -> None:
        """``most_work``: a bound of its own in place of ``MOST_WORK``, 0 for none."""
        self.clock = clock
        self.release = release
        self.pace = pace
        self.lots = lots
        self.seconds = seconds
        self.tick = 0
        self.now = 0
        self.store = Store()
        self.lacks: Callable[[PodRecord], str] = lambda _: ""
        """What a Pod that is on its node waits for there."""
        self.never_starts: Callable[[PodRecord], str] = nothing
        """What a Pod's containers wait for on a node that takes it."""
        self.never_ready: Callable[[PodRecord], str] = nothing
        """Why a Pod that runs is never Ready."""
        self.rejected: set[tuple[ObjectKey, str]] = set()
        """Owner (or the Pod itself) and template of Pods that the kubelets of the nodes they name reject again and again."""
        self.pods: dict[Pod, PodRecord] = {}
        self.on_nodes = OnNodes()
        self._arrived = 0
        self.nodes: dict[str, NodeRecord] = {}
        self.events: list[Event] = []
        self.changes = 0
        """Counts what has changed: who sees it stand still has nothing to do."""
        self.node_changes = 0
        """Counts what has changed of nodes."""
        self.taints_rest = -1
        """That count when the node lifecycle controller last looked, and left nothing open."""
        self.applied = 0
        self.addresses = Addresses(self.nodes)
        self.pod_watchers: list[PodWatcher] = [self.addresses.see]
        self.node_watchers: list[NodeWatcher] = []
        self.object_watchers: list[ObjectWatcher] = []
        self._ended: set[str] = set()
        self._work = 0
        self._most_work = most_work

    def resources(self, *kinds: str) -> Iterator[Resource]:
        """The objects of some kinds that were applied and are there."""
        for kind in kinds:
            for stored in self.store.of_kind(kind):
                if isinstance(stored.content, Resource):
                    yield stored.content

    def manifest(self, key: ObjectKey) -> Resource | None:
        """An applied object, None where it is not there."""
        stored = self.store.get(key)
        return stored.content if stored is not None and isinstance(stored.content, Resource) else None

    def owner_of(self, key: ObjectKey) -> ObjectKey | None:
        """What controls an object, None for nothing."""
        stored = self.store.get(key)
        return stored.owner if stored is not None else None

    def is_going(self, key: ObjectKey) -> bool:
        """Whether an object that is there is being deleted."""
        stored = self.store.get(key)
        return stored is not None and stored.deleting

    def is_ending(self, namespace: str) -> bool:
        """Whether nothing new comes into a namespace: it is being deleted, or was (NamespaceLifecycle)."""
        stored = self.store.get(ObjectKey("Namespace", "", namespace))
        return namespace in self._ended if stored is None else stored.deleting

    def begin_tick(self) -> None:
        """The clock goes on.

        Raises:
            TooMuch: so many ticks of so many Pods and nodes are not played.
        """
        self.tick += 1
        self.now += self.seconds if self.clock else 1
        self._work += len(self.pods) + len(self.nodes) + _OF_A_TICK
        if self._work > (self._most_work or MOST_WORK):
            raise TooMuch(
                f"{self.tick} ticks of {len(self.pods)} Pods on {len(self.nodes)} nodes: longer is not played; "
                "a scenario with a longer tick takes fewer"
            )

    def tell(self, reason: str, about: ObjectKey, message: str, *, warning: bool = False) -> None:
        """Record an event, once a tick."""
        event = Event(self.tick, reason, about, message, warning)
        if event not in self.events[-200:]:
            self.events.append(event)

    def tell_node(self, reason: str, name: str, message: str) -> None:
        """Record an event about a node."""
        self.tell(reason, ObjectKey("Node", "", name), message)

    def add_pod(self, record: PodRecord, owner: ObjectKey | None) -> None:
        """A Pod is created.

        Raises:
            TooMuch: there are as many as are played.
        """
        if len(self.pods) >= MOST_PODS:
            raise TooMuch(f"{owner or record.key}: more than {MOST_PODS} Pods at a time are not played")
        self._arrived += 1
        record.arrived = self._arrived
        self.store.put(record.key, record.pod, owner)
        self.pods[record.pod] = record
        self.tell_pod(record, Change.CREATED)

    def changed(self, record: PodRecord) -> None:
        """Its kubelet or a controller has written a Pod's status."""
        self.tell_pod(record, Change.STATUS)

    def bind(self, record: PodRecord, node: str) -> None:
        """The scheduler gives a Pod its node."""
        record.pod.node, record.pod.bound = node, True
        self.tell_pod(record, Change.BOUND)

    def disrupt(self, record: PodRecord) -> None:
        """Ask for a Pod's deletion after the condition DisruptionTarget was put on it: it did not end of itself."""
        record.disrupted = True
        self.delete_pod(record.pod)

    def delete_pod(self, pod: Pod, *, force: bool = False) -> bool:
        """Ask for a Pod's deletion; True where it is gone at once.

        A static Pod runs on, and its kubelet makes its mirror anew (kubelet, mirrorClient).
        """
        record = self.pods.get(pod)
        if record is None:
            return True
        if record.static and pod.node in self.nodes and not force:
            return False
        first = not pod.terminating
        gone = self.store.delete(record.key)
        if gone or force:
            self.remove_pod(record)
            return True
        if first:
            self.tell_pod(record, Change.DELETING)
        return False

    def remove_pod(self, record: PodRecord) -> None:
        """A Pod is gone."""
        self.store.remove(record.key)
        if self.pods.pop(record.pod, None) is not None:
            self.tell_pod(record, Change.GONE)

    def end_pod(self, record: PodRecord, phase: Phase) -> None:
        """A Pod's containers have ended for good: with exit code 0, 1, or 137 where they were killed."""
        if isinstance(record.pod, JobPod) and phase is Phase.FAILED:
            killed = record.pod.terminating or record.disrupted
            record.pod.ending = Ending(137 if killed else 1, disrupted=record.disrupted)
        record.pod.end(phase)
        self.tell_pod(record, Change.STATUS)

    def node_changed(self, name: str) -> None:
        """A node came, changed or went."""
        self.changes += 1
        self.node_changes += 1
        if name not in self.nodes:
            self.on_nodes.wake(name)
        for watcher in self.node_watchers:
            watcher(name)

    def put(self, resource: Resource, owner: ObjectKey | None = None, finalizers: frozenset[str] = frozenset()) -> None:
        """Store an applied object."""
        key = key_of(resource)
        self.store.put(key, resource, owner, finalizers)
        self.object_changed(key)

    def object_changed(self, key: ObjectKey) -> None:
        """An object other than a Pod or a node came, changed or went."""
        self.changes += 1
        for watcher in self.object_watchers:
            watcher(key)

    def delete(self, key: ObjectKey, policy: str = BACKGROUND) -> None:
        """Ask for an object's deletion, a Pod's or another's."""
        stored = self.store.get(key)
        if stored is not None and isinstance(stored.content, Pod):
            self.delete_pod(stored.content)
        else:
            self.store.delete(key, policy)
            self._told_gone()

    def finish(self, key: ObjectKey, finalizer: str) -> None:
        """Take a finalizer off an object."""
        self.store.finish(key, finalizer)
        self._told_gone()

    def collect(self) -> None:
        """One pass of the garbage collector."""
        for key, policy in self.store.due():
            self.delete(key, policy)
        self._told_gone()

    def _told_gone(self) -> None:
        for stored in self.store.gone():
            if stored.key.kind == "Namespace":
                self._ended.add(stored.key.name)
            if not isinstance(stored.content, Pod):
                self.object_changed(stored.key)

    def tell_pod(self, record: PodRecord, change: Change) -> None:
        """Tell all who watch of a Pod's change."""
        self.changes += 1
        self.on_nodes.see(record, change)
        for watcher in self.pod_watchers:
            watcher(record, change)


def key_of(resource: Resource) -> ObjectKey:
    """What an applied object is called; kinds that are not built in carry their group."""
    gvk = resource.gvk
    built_in = strategy_of(gvk.group, gvk.version, gvk.kind) is not None
    return ObjectKey(gvk.kind if built_in else f"{gvk.kind}.{gvk.group}", resource.namespace, resource.name)


def first_image(value: dict[str, Any]) -> str:
    """The image of a Pod's first container."""
    containers = (value.get("spec") or {}).get("containers") or [{}]
    return str(containers[0].get("image", ""))
