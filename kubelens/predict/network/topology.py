"""The graph of a bundle: Ingress to Service to workload to what its Pods need."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.references.graph import ReferencesOf, SelectionsOf

_LAYERS: Final = {
    "Gateway": 0, "Ingress": 0, "HTTPRoute": 1, "GRPCRoute": 1, "Service": 2,
    "HorizontalPodAutoscaler": 2, "ScaledObject": 2, "PodDisruptionBudget": 2,
    "Deployment": 3, "StatefulSet": 3, "DaemonSet": 3, "ReplicaSet": 3, "Rollout": 3, "ReplicationController": 3,
    "Job": 3, "CronJob": 3, "Pod": 3,
    "ConfigMap": 4, "Secret": 4, "PersistentVolumeClaim": 4, "ServiceAccount": 4,
}  # fmt: skip
_SELECTING: Final = ("Service", "PodDisruptionBudget")


class Node(Struct, frozen=True, order=True):
    """An object; ``present`` is False where it is only referred to. ``layer`` counts from the outside in."""

    layer: int
    namespace: str
    kind: str
    name: str
    present: bool = True

    @property
    def title(self) -> str:
        """``Service shop/web``."""
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


class Edge(Struct, frozen=True, order=True):
    """What leads from one node to another; ``label`` is a port, a key, or empty."""

    source: Node
    target: Node
    label: str = ""


class Graph(Struct, frozen=True):
    """Nodes sorted by layer, edges sorted."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


class Topology(Struct, frozen=True):
    """The graph of one namespace, or of all (``""``)."""

    namespace: str = ""

    def answer(self, ask: Ask) -> Prediction[Graph]:
        """Objects of kinds outside the graph are left out."""
        bundle = ask.bundle
        nodes: dict[tuple[str, str, str], Node] = {}
        edges: set[Edge] = set()

        def node(kind: str, namespace: str, name: str) -> Node:
            key = (kind, namespace, name)
            if key not in nodes:
                nodes[key] = Node(_LAYERS[kind], namespace, kind, name, bundle.get(kind, namespace, name) is not None)
            return nodes[key]

        def shown(resource: Resource) -> bool:
            return (
                resource.kind in _LAYERS
                and not resource.partial
                and bool(resource.name)
                and self.namespace in ("", resource.namespace)
            )

        for resource in filter(shown, bundle):
            source = node(resource.kind, resource.namespace, resource.name)
            for reference in ask(ReferencesOf(resource)).answer:
                if reference.kind in _LAYERS and not (
                    reference.kind == "ServiceAccount" and reference.name == "default"
                ):
                    target = node(reference.kind, reference.namespace, reference.name)
                    up = _LAYERS[reference.kind] < source.layer
                    label = str(reference.port) if reference.port is not None else ""
                    edges.add(Edge(target, source, label) if up else Edge(source, target, label))
            if resource.kind in _SELECTING:
                for selection in ask(SelectionsOf(resource)).answer:
                    for match in filter(shown, selection.matches):
                        edges.add(Edge(source, node(match.kind, match.namespace, match.name)))
        return Prediction(Graph(tuple(sorted(nodes.values())), tuple(sorted(edges))))
