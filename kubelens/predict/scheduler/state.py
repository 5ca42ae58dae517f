"""The cluster as the scheduler's cache holds it: nodes with their Pods, and the objects that plugins look up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from kubelens.kube import fields
from kubelens.kube.node import Node, read_node
from kubelens.kube.persistent_volume import PersistentVolume, read_persistent_volume
from kubelens.kube.persistent_volume_claim import PersistentVolumeClaim, read_claim
from kubelens.kube.selector import Selector, label_selector, read_labels
from kubelens.kube.selector_index import SelectorIndex
from kubelens.kube.storage_class import Reach, StorageClass, read_storage_class
from kubelens.predict.scheduler.devices.inventory import DeviceInventory
from kubelens.predict.scheduler.pod_info import PodInfo, read_pod


class NodeInfo:
    """A node and the Pods on it. Amounts: cpu in milli, others in units."""

    __slots__ = ("node", "pods", "requested", "score_cpu", "score_memory")

    def __init__(self, node: Node, pods: Iterable[PodInfo] = ()) -> None:
        self.node = node
        self.pods: list[PodInfo] = []
        self.requested: dict[str, int] = {}
        self.score_cpu = 0
        self.score_memory = 0
        for pod in pods:
            self.add(pod)

    def add(self, pod: PodInfo) -> None:
        """Put a Pod on the node."""
        self.pods.append(pod)
        for name, value in pod.requests.items():
            self.requested[name] = self.requested.get(name, 0) + value
        self.score_cpu += pod.score_cpu
        self.score_memory += pod.score_memory

    def remove(self, pod: PodInfo) -> None:
        """Take a Pod off the node."""
        self.pods = [p for p in self.pods if p is not pod]
        for name, value in pod.requests.items():
            self.requested[name] -= value
        self.score_cpu -= pod.score_cpu
        self.score_memory -= pod.score_memory

    def swap(self, pod: PodInfo, later: PodInfo) -> None:
        """The same Pod as it is now: what it asks for has not changed."""
        self.pods = [later if p is pod else p for p in self.pods]

    def without(self, gone: Iterable[PodInfo]) -> NodeInfo:
        """The node without some Pods."""
        removed = set(map(id, gone))
        return NodeInfo(self.node, (p for p in self.pods if id(p) not in removed))


class ClusterState(Struct):
    """Everything a scheduling cycle reads. Objects of CSI drivers are plain decoded maps."""

    nodes: dict[str, NodeInfo] = field(default_factory=dict)
    namespaces: dict[str, dict[str, str]] = field(default_factory=dict)
    services: dict[str, SelectorIndex[Selector]] = field(default_factory=dict)
    """The selectors of Services by namespace."""
    owners: dict[tuple[str, str, str], Selector] = field(default_factory=dict)
    """(kind, namespace, name) -> selector of ReplicaSets, StatefulSets and ReplicationControllers."""
    budgets: list[tuple[str, Selector, int, bool]] = field(default_factory=list)
    """(namespace, selector, disruptions allowed, whether the selector is empty)."""
    claims: dict[tuple[str, str], PersistentVolumeClaim] = field(default_factory=dict)
    volumes: dict[str, PersistentVolume] = field(default_factory=dict)
    unsettled: dict[str, Reach] = field(default_factory=dict)
    """How far volumes reach that were made before any Pod used them, by name, until one's node tells where they stand."""
    storage_classes: dict[str, StorageClass] = field(default_factory=dict)
    csi_nodes: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    csi_drivers: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    capacities: list[Mapping[str, Any]] = field(default_factory=list)
    attachments: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """(attacher, PersistentVolume) of the VolumeAttachments by node."""
    devices: DeviceInventory = field(default_factory=DeviceInventory)
    nominated: dict[str, list[PodInfo]] = field(default_factory=dict)
    """Pods that wait for victims to go, by node."""
    made_up: bool = False
    """Whether all nodes are made up, so that there may be others of other names."""

    def pods(self) -> Iterator[tuple[NodeInfo, PodInfo]]:
        """Every placed Pod with its node."""
        for info in self.nodes.values():
            for pod in info.pods:
                yield info, pod

    def namespace_labels(self, name: str) -> Mapping[str, str]:
        """A namespace's labels."""
        return self.namespaces.get(name) or {"kubernetes.io/metadata.name": name}

    def with_node(self, info: NodeInfo) -> ClusterState:
        """The cluster with one node replaced."""
        from msgspec.structs import replace  # noqa: PLC0415 - only for dry runs

        return replace(self, nodes={**self.nodes, info.node.name: info})

    def take(self, obj: Mapping[str, Any]) -> None:
        """Take in one object of the cluster."""
        kind = obj.get("kind")
        metadata = fields.mapping(obj, "metadata")
        name, namespace = fields.text(metadata, "name"), fields.text(metadata, "namespace") or "default"
        spec = fields.mapping(obj, "spec")
        if kind == "Node":
            node = read_node(obj)
            known = self.nodes.get(node.name)
            self.nodes[node.name] = NodeInfo(node, known.pods if known else ())
        elif kind == "Pod":
            pod = read_pod(obj, placed=True)
            if pod.node_name and not pod.finished and pod.node_name in self.nodes:
                self.nodes[pod.node_name].add(pod)
        elif kind == "Namespace":
            self.namespaces[name] = {**read_labels(metadata.get("labels")), "kubernetes.io/metadata.name": name}
        elif kind == "Service" and spec.get("selector"):
            selector = label_selector({"matchLabels": spec["selector"]})
            self.services.setdefault(namespace, SelectorIndex()).add(selector, selector)
        elif kind == "ReplicationController":
            self.owners["ReplicationController", namespace, name] = label_selector(
                {"matchLabels": spec.get("selector") or {}}
            )
        elif kind in ("ReplicaSet", "StatefulSet"):
            self.owners[str(kind), namespace, name] = label_selector(spec.get("selector"))
        elif kind == "PodDisruptionBudget":
            allowed = fields.integer(fields.mapping(obj, "status"), "disruptionsAllowed") or 0
            written = fields.mapping(spec, "selector")
            empty = not written.get("matchLabels") and not written.get("matchExpressions")
            self.budgets.append((namespace, label_selector(written), allowed, empty))
        else:
            self._take_storage(str(kind), namespace, name, obj)

    def _take_storage(self, kind: str, namespace: str, name: str, obj: Mapping[str, Any]) -> None:
        if kind == "PersistentVolumeClaim":
            self.claims[namespace, name] = read_claim(obj)
        elif kind == "PersistentVolume":
            self.volumes[name] = read_persistent_volume(obj)
        elif kind == "StorageClass":
            self.storage_classes[name] = read_storage_class(obj)
        elif kind == "CSINode":
            self.csi_nodes[name] = obj
        elif kind == "CSIDriver":
            self.csi_drivers[name] = obj
        elif kind == "CSIStorageCapacity":
            self.capacities.append(obj)
        elif fields.text(obj, "apiVersion").startswith("resource.k8s.io/"):
            self.devices.take(kind, obj)
        elif kind == "VolumeAttachment":
            self._take_attachment(fields.mapping(obj, "spec"))

    def _take_attachment(self, spec: Mapping[str, Any]) -> None:
        attacher, volume = fields.text(spec, "attacher"), fields.mapping(spec, "source").get("persistentVolumeName")
        if attacher and isinstance(volume, str):
            self.attachments.setdefault(fields.text(spec, "nodeName"), []).append((attacher, volume))


def cluster_state(objects: Iterable[Mapping[str, Any]]) -> ClusterState:
    """A cluster from decoded objects; nodes come first whatever their place."""
    listed = list(objects)
    state = ClusterState()
    for obj in listed:
        if obj.get("kind") == "Node":
            state.take(obj)
    for obj in listed:
        if obj.get("kind") != "Node":
            state.take(obj)
    return state
