"""What a virtual cluster holds of Pods and nodes beside their manifests."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from typing import Any

from msgspec import Struct, field

from kubelens.kube import fields
from kubelens.kube.node import ZONE, Node, Taint, read_node
from kubelens.predict.apiserver.pod.annotations import MIRROR
from kubelens.predict.scheduler.pod_info import PodInfo
from kubelens.predict.store.objects import ObjectKey
from kubelens.predict.store.pod import Pod


class Change(Enum):
    """What watchers are told of a Pod; ``MESSAGE``: its condition PodScheduled says something else."""

    CREATED = auto()
    BOUND = auto()
    STATUS = auto()
    MESSAGE = auto()
    DELETING = auto()
    GONE = auto()


class PodRecord(Struct, eq=False):
    """A Pod of the cluster: ``owner`` is the workload it is of, ``place`` that one's place in the bundle.

    ``revision`` is the number of its template's, in order of first use, 0 for a bare Pod.
    ``tainted`` counts steps under a NoExecute taint, ``orphaned`` steps since its node is gone, ``message`` and
    ``nominated`` are the scheduler's, ``times`` the ticks until it is Ready and gone where they were drawn, ``ends`` those until it ends well and badly, ``preempted`` and ``disrupted`` stand for the condition DisruptionTarget. ``tried``: the scheduler's count of events when it last tried, -1 before that. ``named``: it names its node itself; ``admitted``: its kubelet has looked at it.
    """

    pod: Pod
    key: ObjectKey
    owner: ObjectKey | None
    place: int
    info: PodInfo
    image: str
    usage: Mapping[str, int] = field(default_factory=dict)
    revision: int = 0
    tainted: int = 0
    orphaned: int = 0
    message: str = ""
    nominated: str = ""
    preempted: bool = False
    disrupted: bool = False
    times: tuple[int | None, int | None] | None = None
    ends: tuple[int | None, int | None] | None = None
    tried: int = -1
    tried_at: int = -1
    """The scheduler's moment of that try: for the rest of it the Pod is in back-off."""
    queued: int = 0
    named: bool = False
    admitted: bool = False
    arrived: int = 0
    """Which it is of all Pods there have been."""
    steady: object = None
    """The pace under which it is Ready and stays so of itself, None before that."""

    def rests(self, pace: object) -> bool:
        """Whether its kubelet has nothing to do with it: it is Ready, and neither ends nor goes."""
        pod = self.pod
        return self.steady is pace and pod.ready_since is not None and pod.deleting is None and not pod.finished

    @property
    def static(self) -> bool:
        """Whether its kubelet has it from a file: what the API server holds is a mirror of it."""
        return MIRROR in fields.mapping(fields.mapping(self.info.value, "metadata"), "annotations")

    @property
    def running(self) -> bool:
        """Whether its kubelet has started it, so that it has an address."""
        return self.pod.bound and self.pod.age > 0

    @property
    def state(self) -> str:
        """``pending``, ``bound``, ``running``, ``ready``, ``succeeded`` or ``failed``."""
        pod = self.pod
        if pod.finished:
            return pod.phase.lower()
        if not pod.bound:
            return "pending"
        if not self.running:
            return "bound"
        return "ready" if pod.ready else "running"


class NodeRecord(Struct, eq=False):
    """A node of the cluster. ``lost``: nobody hears from its kubelet; ``ended``: the tick in which its machine was deleted."""

    value: dict[str, Any]
    taints: list[Taint] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    unschedulable: bool = False
    lost: bool = False
    ended: int | None = None

    @property
    def name(self) -> str:
        """Its name."""
        return fields.text(fields.mapping(self.value, "metadata"), "name")

    @property
    def zone(self) -> str:
        """The zone that its labels name now."""
        return self.labels.get(ZONE, "")

    def bears(self, effect: str) -> bool:
        """Whether it has a taint of some effect."""
        return any(t.effect == effect for t in self.taints)

    def node(self) -> Node:
        """The node as scheduler and controllers read it now."""
        metadata = {**fields.mapping(self.value, "metadata"), "labels": self.labels}
        taints = [{"key": t.key, "value": t.value, "effect": t.effect} for t in self.taints]
        spec = {**fields.mapping(self.value, "spec"), "taints": taints, "unschedulable": self.unschedulable}
        return read_node({**self.value, "metadata": metadata, "spec": spec})

    def taint(self, taint: Taint) -> None:
        """Put a taint on, in place of one of the same key and effect."""
        self.taints = [t for t in self.taints if (t.key, t.effect) != (taint.key, taint.effect)]
        self.taints.append(taint)

    def untaint(self, key: str, effect: str = "") -> None:
        """Take the taints of a key off, those of one effect where given."""
        self.taints = [t for t in self.taints if t.key != key or (effect and t.effect != effect)]


def node_record(value: dict[str, Any]) -> NodeRecord:
    """A node as its manifest gives it."""
    node = read_node(value)
    return NodeRecord(value, list(node.taints), dict(node.labels), node.unschedulable)
