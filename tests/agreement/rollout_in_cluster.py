"""Recorded rollouts played by the virtual cluster: one workload alone in it comes to what its controller comes to alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from kubelens.kube.resource import Resource
from kubelens.predict.cluster import actions
from kubelens.predict.cluster.cluster import Cluster
from kubelens.predict.cluster.lots import SeededLots
from kubelens.predict.cluster.pace import KubeletPace
from kubelens.predict.cluster.records import PodRecord
from kubelens.predict.cluster.world import key_of
from kubelens.predict.controllers.ticks.pace import (
    Action,
    ChangeNodes,
    ChangePace,
    DeleteObject,
    DeletePods,
    Edit,
    FailPods,
    PickedPods,
)
from kubelens.predict.controllers.ticks.timeline import Counts, End, State, Timeline
from kubelens.predict.store.objects import ObjectKey
from kubelens.predict.store.pod import Phase, Pod
from kubelens.testing import resources_from_text
from tests.agreement.cluster_replay import RELEASE
from tests.agreement.rollout_replay import PATIENCE, SIX_NODES, cut, goes_on_until, image_of, pace_table, read_actions

P = TypeVar("P", bound=Pod)
KINDS: Final = ("Deployment", "StatefulSet", "DaemonSet")
_ROOM: Final = {"cpu": "100000", "memory": "100Ti", "pods": "100000"}


class FirstOnes(SeededLots):
    """Of Pods that are alike the first go, as where a workload is asked about alone."""

    def pods(self, owner: ObjectKey, alike: Sequence[P], count: int) -> list[P]:
        """As they come."""
        return list(alike[:count])

    def order(self, owner: ObjectKey, numbers: Sequence[int]) -> list[int]:
        """As they come."""
        return list(numbers)


class StandIn(Cluster):
    """The recorder's way: a Pod gets its node in the first step of its kubelet, and not before."""

    def rest(self) -> None:
        """Controllers alone."""
        self._controllers()

    def begin(self) -> None:
        """Pods get their nodes."""
        self.scheduler.run()


def can_play(record: Mapping[str, Any]) -> bool:
    """Whether the cluster can play a record: ticks that count in seconds it plays as a whole, controllers do not."""
    return record["kind"] in KINDS and not record.get("tick_seconds")


def played(record: Mapping[str, Any]) -> Timeline:
    """The record's timeline as the virtual cluster gives it."""
    found = list(_states(record))
    before = found.pop(0) if not record.get("record_from_start") else None
    while len(found) > 1 and found[-1].same_as(found[-2]):
        found.pop()
    timeline = Timeline(before, tuple(found), End.GOING)
    return cut(timeline, record.get("patience", PATIENCE), goes_on_until(record))


def _states(record: Mapping[str, Any]) -> Iterator[State]:
    """The settled state, where there is one, and those from tick 0 on."""
    kubelet = record["kubelet"]
    pace = KubeletPace(pace_table(kubelet.get("ready_after", {})), pace_table(kubelet.get("terminate_after", {})))
    cluster = StandIn(release=RELEASE, pace=pace, lots=FirstOnes(), clock=False)
    nodes = (record.get("nodes") or SIX_NODES) if record["kind"] == "DaemonSet" else [{"name": "n1"}]
    for node in nodes:
        cluster.requests.add_node(_node(node))
    resource = _resource(record["before"])
    cluster.world.put(resource)
    cluster.workloads.apply(resource)
    cluster.rest()
    if not record.get("record_from_start"):
        for _ in range(record.get("settle_ticks", 60)):
            _step(cluster)
        yield _state(cluster, resource, 0)
    deeds = read_actions(record)
    for tick in range(record.get("max_ticks", 60) + 1):
        if tick:
            _step(cluster)
        for deed in deeds.get(tick, ()):
            _do(cluster, resource, deed)
            cluster.rest()
        yield _state(cluster, resource, tick)


def _step(cluster: StandIn) -> None:
    cluster.begin()
    cluster.step()


def _resource(value: Mapping[str, Any]) -> Resource:
    return resources_from_text(json.dumps(value))[0]


def _node(short: Mapping[str, Any], known: Mapping[str, str] | None = None) -> dict[str, Any]:
    metadata = short.get("metadata") or short
    name = metadata["name"]
    labels = {"kubernetes.io/hostname": name, **(known or {}), **(metadata.get("labels") or {})}
    taints = (short.get("spec") or {}).get("taints") or short.get("taints") or []
    value = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels}}
    return {**value, "spec": {"taints": taints}, "status": {"allocatable": _ROOM}}


def _do(cluster: StandIn, resource: Resource, deed: Action) -> None:
    world = cluster.world
    if isinstance(deed, Edit):
        changed = _resource(deed.value)
        world.put(changed)
        cluster.workloads.apply(changed)
    elif isinstance(deed, ChangePace):
        cluster.requests.do(actions.ChangePace(KubeletPace(deed.ready_after, deed.terminate_after)))
    elif isinstance(deed, DeletePods):
        for record in _picked(cluster, deed.pods):
            world.delete_pod(record.pod)
    elif isinstance(deed, FailPods):
        for record in _picked(cluster, deed.pods):
            world.end_pod(record, Phase.FAILED)
    elif isinstance(deed, ChangeNodes):
        for node in deed.nodes:
            name = (node.get("metadata") or node)["name"]
            known = world.nodes.get(name)
            cluster.requests.add_node(_node(node, known.labels if known is not None else None))
    elif isinstance(deed, DeleteObject):
        world.delete(key_of(resource), deed.policy)


def _picked(cluster: StandIn, picked: PickedPods) -> list[PodRecord]:
    pods = list(cluster.world.pods.values())
    if picked.names:
        return [r for r in pods if r.key.name in picked.names or r.pod.node in picked.names]
    found = [r for r in pods if picked.revision in (None, r.image) and not r.pod.terminating]
    found.sort(key=lambda r: (not r.pod.ready, r.pod.bound, r.key.name))
    return found[: picked.count]


def _state(cluster: StandIn, resource: Resource, tick: int) -> State:
    """The state in the form that a workload alone shows."""
    workload = cluster.workloads.get(key_of(resource))
    revisions: dict[str, Counts] = {}
    pods: list[tuple[str, str, str]] = []
    for record in cluster.world.pods.values():
        revisions[record.image] = revisions.get(record.image, Counts()).with_pod(record.pod.word)
        pods.append((record.pod.name, record.image, record.pod.word))
    sizes: dict[str, int] = {}
    if workload is not None and workload.deployment is not None:
        sizes = {image_of(workload.template(rs.template)): rs.replicas for rs in workload.deployment.sets}
    claims = tuple(
        (one.key.name, (one.owner.kind,) if one.owner is not None else (), "terminating" if one.deleting else "")
        for one in sorted(cluster.world.store.of_kind("PersistentVolumeClaim"), key=lambda one: one.key)
    )
    status = workload.status() if workload is not None else {}
    return State(tick, revisions, status, replicasets=sizes, pods=tuple(sorted(pods)), claims=claims)
