"""The Pods behind a selector as controllers of endpoints see them: with a name, addresses, a node, and whether Ready.

Pods that stand among the manifests with their status are taken as they are. Those that workloads are yet to bring get
what is known of them: the names controllers give, and in place of addresses words for them (``<IPv4 of Pod web-0>``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.node import read_node
from kubelens.kube.pod_labels import given_by_controllers
from kubelens.kube.resource import Resource
from kubelens.kube.selector import Selector
from kubelens.kube.workload import Workload, selected_workloads

MOST_PODS: Final = 1000
"""Of one workload: as many as an Endpoints object holds."""
FAMILIES: Final = ("IPv4", "IPv6")

Object = Mapping[str, Any]


def standing_pods(bundle: Bundle, selector: Selector, namespace: str) -> tuple[list[Object], bool]:
    """The Pods of a namespace that a selector matches, and whether some are taken for Ready without a word of it."""
    there = _owners(bundle, namespace)
    found: list[Object] = []
    assumed = False
    for workload in selected_workloads(bundle, selector, namespace):
        if workload.kind == "Pod":
            pod = _written(workload.resource)
            assumed |= not fields.mapping(workload.resource.value, "status")
            found.append(pod)
        elif workload.kind != "CronJob" and (workload.kind, workload.name) not in there:
            brought = list(_brought(bundle, workload, selector))
            assumed |= bool(brought)
            found.extend(brought)
    return found, assumed


def _owners(bundle: Bundle, namespace: str) -> set[tuple[str, str]]:
    """The workloads whose Pods are themselves among the manifests, and those that another one of them stands for."""
    owners: set[tuple[str, str]] = set()
    for pod in bundle.all("Pod", namespace, group=""):
        owners |= _controllers(pod)
    for replica_set in bundle.all("ReplicaSet", namespace, group="apps"):
        if ("ReplicaSet", replica_set.name) in owners or fields.mapping(replica_set.value, "status"):
            owners |= _controllers(replica_set)
    for kind, name in list(owners):
        stem, _, pod_template_hash = name.rpartition("-")
        if kind == "ReplicaSet" and pod_template_hash and bundle.get("Deployment", namespace, stem) is not None:
            owners.add(("Deployment", stem))
    return owners


def _controllers(resource: Resource) -> set[tuple[str, str]]:
    references = fields.items(resource.metadata, "ownerReferences")
    return {(fields.text(r, "kind"), fields.text(r, "name")) for _, r in references if r.get("controller") is True}


def _written(resource: Resource) -> Object:
    """A Pod of the manifests; without a status it is taken to run and to be Ready."""
    value = resource.value
    metadata = {**resource.metadata, "namespace": resource.namespace}
    if fields.mapping(value, "status"):
        return {**value, "metadata": metadata}
    spec = fields.mapping(value, "spec")
    host = fields.boolean(spec, "hostNetwork") or False
    return {**value, "kind": "Pod", "metadata": metadata, "status": _status(resource.name, host=host)}


def _status(name: str, *, host: bool) -> dict[str, Any]:
    whose = f"the node of Pod {name}" if host else f"Pod {name}"
    return {
        "phase": "Running",
        "podIPs": [{"ip": f"<{family} of {whose}>"} for family in FAMILIES],
        "conditions": [{"type": "Ready", "status": "True"}],
    }


def _brought(bundle: Bundle, workload: Workload, selector: Selector) -> Iterator[Object]:
    labels = dict(workload.pod.labels)
    for requirement in selector.requirements:
        if given_by_controllers(requirement.key) and len(requirement.values) == 1:
            labels.setdefault(requirement.key, requirement.values[0])
    for name, node in _names(bundle, workload):
        own = labels
        spec: dict[str, Any] = {**workload.pod.value, "nodeName": node or workload.pod.value.get("nodeName")}
        if workload.kind == "StatefulSet":
            spec["hostname"], spec["subdomain"] = name, fields.text(workload.resource.spec, "serviceName")
            index = name.rpartition("-")[2]
            own = {**labels, "statefulset.kubernetes.io/pod-name": name, "apps.kubernetes.io/pod-index": index}
        yield {
            "kind": "Pod",
            "metadata": {"name": name, "namespace": workload.namespace, "labels": own},
            "spec": spec,
            "status": _status(name, host=workload.pod.host_network),
        }


def _names(bundle: Bundle, workload: Workload) -> Iterator[tuple[str, str]]:
    """(Pod, node or ``""``): names as a StatefulSet gives them, numbered ones for the others."""
    if workload.kind == "DaemonSet":
        nodes = [read_node(r.value) for r in bundle.all("Node", group="")]
        selector = fields.mapping(workload.pod.value, "nodeSelector")
        for node in nodes:
            if all(node.labels.get(key) == value for key, value in selector.items()):
                yield f"{workload.name}-{node.name}", node.name
        if not nodes:
            yield f"{workload.name}-<each node>", ""
        return
    start = 0
    if workload.kind == "StatefulSet":
        start = fields.integer(fields.mapping(workload.resource.spec, "ordinals"), "start") or 0
    for number in range(min(max(workload.desired, 0), MOST_PODS)):
        yield f"{workload.name}-{start + number}", ""
