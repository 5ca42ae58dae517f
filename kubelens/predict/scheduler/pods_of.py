"""The Pods that the controllers of a bundle would create, in the order in which they would be scheduled."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.node import Node
from kubelens.kube.resource import Resource
from kubelens.kube.workload import Workload, workloads
from kubelens.predict.controllers.daemon_nodes import DaemonNode, Taint, runs_on

MOST_PODS: Final = 20_000


class PendingPod(Struct, frozen=True, eq=False):
    """A Pod to be placed: the decoded object and the workload that brings it."""

    value: dict[str, Any]
    owner: Resource

    @property
    def name(self) -> str:
        """``namespace/name``."""
        metadata = self.value["metadata"]
        return f"{metadata['namespace']}/{metadata['name']}"


def pods_of_bundle(bundle: Bundle, nodes: Iterable[Node]) -> list[PendingPod]:
    """All Pods that the workloads of a bundle want; for DaemonSets one on each node that is to run one."""
    known = list(nodes)
    found: list[PendingPod] = []
    for workload in workloads(bundle):
        if workload.kind == "Pod" and workload.pod.value.get("nodeName"):
            continue
        found.extend(pods_of(workload, known))
    return found[:MOST_PODS]


def pods_of(workload: Workload, nodes: Iterable[Node]) -> Iterator[PendingPod]:
    """The Pods of one workload, with the names a StatefulSet gives and numbered ones for the others."""
    if workload.kind == "DaemonSet":
        for node in nodes:
            taints = tuple(Taint(t.key, t.value, t.effect) for t in node.taints)
            if runs_on(workload.pod.value, DaemonNode(node.name, node.labels, taints))[0]:
                pod = _pod(workload, f"{workload.name}-{node.name}", node=node.name)
                yield PendingPod(pod, workload.resource)
        return
    if workload.kind == "Pod":
        yield PendingPod(_pod(workload, workload.name or "pod"), workload.resource)
        return
    start = 0
    if workload.kind == "StatefulSet":
        start = fields.integer(fields.mapping(workload.resource.spec, "ordinals"), "start") or 0
    count = workload.desired
    if workload.kind in ("Job", "CronJob"):
        spec = workload.resource.spec
        if workload.kind == "CronJob":
            spec = fields.mapping(fields.mapping(spec, "jobTemplate"), "spec")
        parallelism, completions = fields.integer(spec, "parallelism"), fields.integer(spec, "completions")
        count = 1 if parallelism is None else parallelism
        if completions is not None:
            count = min(count, completions)
    for number in range(max(0, min(count, MOST_PODS))):
        yield PendingPod(_pod(workload, f"{workload.name}-{start + number}"), workload.resource)


def _pod(workload: Workload, name: str, node: str = "") -> dict[str, Any]:
    spec: dict[str, Any] = copy.deepcopy(dict(workload.pod.value))
    metadata: dict[str, Any] = {
        "name": name,
        "namespace": workload.namespace,
        "labels": dict(workload.pod.labels),
        "annotations": dict(workload.pod.annotations),
    }
    kind = "ReplicaSet" if workload.kind == "Deployment" else workload.kind
    if workload.kind != "Pod":
        metadata["ownerReferences"] = [{"kind": kind, "name": workload.name, "controller": True}]
    if workload.kind == "Deployment":
        metadata["labels"]["pod-template-hash"] = f"of-{workload.name}"
    if node:
        _pin(spec, node)
    _claims(spec, workload, name)
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def _pin(spec: dict[str, Any], node: str) -> None:
    """The DaemonSet controller names the node by affinity and tolerates what nodes may have."""
    affinity = spec.setdefault("affinity", {})
    node_affinity = affinity.setdefault("nodeAffinity", {})
    required = node_affinity.setdefault("requiredDuringSchedulingIgnoredDuringExecution", {"nodeSelectorTerms": [{}]})
    field = {"key": "metadata.name", "operator": "In", "values": [node]}
    required["nodeSelectorTerms"] = [
        {**term, "matchFields": [field]} for term in required.get("nodeSelectorTerms") or [{}]
    ]
    tolerations = list(spec.get("tolerations") or [])
    for key, effect in (
        ("node.kubernetes.io/not-ready", "NoExecute"),
        ("node.kubernetes.io/unreachable", "NoExecute"),
        ("node.kubernetes.io/disk-pressure", "NoSchedule"),
        ("node.kubernetes.io/memory-pressure", "NoSchedule"),
        ("node.kubernetes.io/pid-pressure", "NoSchedule"),
        ("node.kubernetes.io/unschedulable", "NoSchedule"),
    ):
        tolerations.append({"key": key, "operator": "Exists", "effect": effect})
    if spec.get("hostNetwork"):
        tolerations.append(
            {"key": "node.kubernetes.io/network-unavailable", "operator": "Exists", "effect": "NoSchedule"}
        )
    spec["tolerations"] = tolerations


def _claims(spec: dict[str, Any], workload: Workload, name: str) -> None:
    """Claim templates of a StatefulSet become volumes of its Pods."""
    if workload.kind != "StatefulSet":
        return
    templates = [
        fields.text(fields.mapping(t, "metadata"), "name")
        for _, t in fields.items(workload.resource.spec, "volumeClaimTemplates")
    ]
    volumes = [v for v in spec.get("volumes") or [] if not (isinstance(v, dict) and v.get("name") in templates)]
    spec["volumes"] = volumes + [
        {"name": t, "persistentVolumeClaim": {"claimName": f"{t}-{name}"}} for t in templates if t
    ]
