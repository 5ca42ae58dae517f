"""Recorded budgets, evictions and endpoints in the virtual cluster: its controllers look at Pods in the recorded states."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.predict.cluster.budgets import budget_pod
from kubelens.predict.cluster.cluster import Cluster
from kubelens.predict.cluster.pace import KubeletPace
from kubelens.predict.cluster.records import PodRecord
from kubelens.predict.controllers.disruption import Eviction, PodState, judge_eviction
from kubelens.predict.store.objects import ObjectKey
from kubelens.predict.store.pod import Phase
from kubelens.testing import resources_from_text
from tests.agreement.cluster_replay import RELEASE

_ROOM: Final = {"cpu": "100000", "memory": "100Ti", "pods": "100000"}
_KINDS: Final = {"Pod", "Service"}
_ENDED: Final = {"Succeeded": Phase.SUCCEEDED, "Failed": Phase.FAILED}


def _cluster(nodes: Sequence[str]) -> Cluster:
    """Kubelets in it do nothing of themselves."""
    cluster = Cluster(release=RELEASE, pace=KubeletPace({"*": None}, {"*": None}), clock=False)
    for name in nodes:
        metadata = {"name": name, "labels": {"kubernetes.io/hostname": name}}
        value = {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "status": {"allocatable": _ROOM}}
        cluster.requests.add_node(value)
    return cluster


def _set(cluster: Cluster, record: PodRecord, state: PodState) -> None:
    if state is PodState.PENDING:
        return
    record.pod.age, record.pod.phase = 1, Phase.RUNNING
    record.pod.ready_since = cluster.world.now if state is PodState.READY else None
    cluster.world.changed(record)


def budget_numbers(record: Mapping[str, Any]) -> list[int]:
    """expected, desired, healthy and allowed of the budget of a record of one workload."""
    cluster = _cluster(["n1"])
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "main", "image": "v1"}]}}
    chosen = {"selector": {"matchLabels": {"app": "web"}}, "template": template, "replicas": record["replicas"]}
    if record["owner"] == "bare":
        pods = [
            {"apiVersion": "v1", "kind": "Pod", **template, "metadata": {"name": f"web-{n}", "labels": {"app": "web"}}}
            for n in range(record["replicas"])
        ]
    else:
        more = {"serviceName": "web", "podManagementPolicy": "Parallel"} if record["owner"] == "StatefulSet" else {}
        spec = {**chosen, **more}
        pods = [{"apiVersion": "apps/v1", "kind": record["owner"], "metadata": {"name": "web"}, "spec": spec}]
    cluster.start(_resources([*pods, record["pdb"]]))
    for number, pod in enumerate(list(cluster.world.pods.values())):
        _set(cluster, pod, PodState.READY if number < record["ready"] else PodState.UNREADY)
    cluster.rest()
    return [n for numbers in _budgets(cluster).values() for n in numbers]


def drained(record: Mapping[str, Any]) -> tuple[dict[str, list[int]], dict[str, Eviction]]:
    """The numbers of each budget, and what is said to the eviction of each Pod, of a record of several workloads.

    Budgets come to Pods that stand already, as when they were recorded.
    """
    cluster = _cluster(["n1"])
    objects = resources_from_text(record["objects"])
    cluster.start([r for r in objects if r.kind != "PodDisruptionBudget"])
    left = list(cluster.world.pods.values())
    placed: dict[str, PodRecord] = {}
    for name, pod in record["pods"].items():
        kind = {"ReplicaSet": "Deployment"}.get(pod["owner"], pod["owner"])
        found = next(r for r in left if _is(r, kind, pod["labels"]))
        left.remove(found)
        placed[name] = found
    for name, pod in record["pods"].items():
        _set(cluster, placed[name], PodState(pod["state"]))
    for resource in objects:
        if resource.kind == "PodDisruptionBudget":
            cluster.requests.apply(resource)
    cluster.rest()
    return _budgets(cluster), {n: judge_eviction(budget_pod(r), cluster.budgets.of(r)) for n, r in placed.items()}


def _is(record: PodRecord, kind: str | None, labels: Mapping[str, str]) -> bool:
    owner = record.owner.kind if record.owner is not None else None
    return owner in (kind, "ReplicaSet" if kind == "Deployment" else kind) and all(
        record.info.labels.get(key) == value for key, value in labels.items()
    )


def _budgets(cluster: Cluster) -> dict[str, list[int]]:
    return {r.name: [s.expected, s.desired, s.healthy, s.allowed] for r, s in cluster.budgets.resources()}


def can_stand(objects: Sequence[Mapping[str, Any]]) -> bool:
    """Whether all objects of a scenario of endpoints are ones that the virtual cluster has controllers and kubelets for."""
    names = Counter(
        (o["kind"], fields.text(o["metadata"], "namespace"), o["metadata"]["name"])
        for o in objects
        if o.get("metadata")
    )
    return (
        {o.get("kind") for o in objects} <= _KINDS
        and all(times == 1 for times in names.values())
        and all(fields.mapping(o, "status").get("phase") != "Unknown" for o in objects)
        and not any(":" in fields.text(fields.mapping(o, "status"), "podIP") for o in objects)
    )


def endpoints(objects: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], tuple[int, int, int, int]]:
    """ready, serving, terminating and total of each Service, by namespace and name."""
    nodes = {fields.text(fields.mapping(o, "spec"), "nodeName") for o in objects} - {""}
    cluster = _cluster(sorted(nodes) or ["n1"])
    cluster.start(_resources([{k: v for k, v in o.items() if k != "status"} for o in objects]))
    for value in objects:
        if value["kind"] == "Pod":
            namespace = fields.text(value["metadata"], "namespace") or "default"
            stored = cluster.world.store.get(ObjectKey("Pod", namespace, value["metadata"]["name"]))
            record = cluster.world.pods.get(stored.content) if stored is not None else None
            if record is not None:
                _stand(cluster, record, value)
    cluster.rest()
    return {
        (key.namespace, key.name): (e.ready, e.serving, e.terminating, e.total)
        for key, e in cluster.endpoints.found.items()
    }


def _stand(cluster: Cluster, record: PodRecord, value: Mapping[str, Any]) -> None:
    status = fields.mapping(value, "status")
    conditions = {fields.text(c, "type"): fields.text(c, "status") for _, c in fields.items(status, "conditions")}
    record.pod.age = 1 if status.get("podIP") else 0
    record.pod.ready_since = cluster.world.now if conditions.get("Ready") == "True" else None
    record.pod.phase = Phase.RUNNING
    if "deletionTimestamp" in value["metadata"]:
        record.pod.deleting = 0
    if fields.text(status, "phase") in _ENDED:
        record.pod.end(_ENDED[fields.text(status, "phase")])
    cluster.world.changed(record)


def recorded_endpoints(expected: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], tuple[int, int, int, int]]]:
    """The same of the slices that were recorded."""
    for namespace, found in expected.items():
        for name, slices in found.get("endpointSlices", {}).items():
            ends = [e["conditions"] for one in slices if one["managed"] for e in one["endpoints"] or ()]
            yield (
                (namespace, name),
                (
                    sum(e["ready"] is not False for e in ends),
                    sum(e["serving"] is not False for e in ends),
                    sum(e["terminating"] is True for e in ends),
                    len(ends),
                ),
            )


def _resources(values: Sequence[Mapping[str, Any]]) -> list[Resource]:
    return resources_from_text(*map(json.dumps, values))
