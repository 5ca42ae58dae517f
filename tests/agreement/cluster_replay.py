"""A recorded joint scenario played again by the virtual cluster, following the recording in what is by lot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

import yaml

from kubelens.kube.node import Taint
from kubelens.kube.resource import Resource
from kubelens.predict.cluster import actions
from kubelens.predict.cluster.actions import Action
from kubelens.predict.cluster.cluster import Cluster
from kubelens.predict.cluster.pace import KubeletPace
from kubelens.predict.cluster.records import PodRecord
from kubelens.predict.scheduler.default_preemption import Candidate
from kubelens.predict.store.objects import ObjectKey
from kubelens.predict.store.pod import Pod
from kubelens.testing import resources_from_text
from tests.agreement.rollout_replay import pace_table

P = TypeVar("P", bound=Pod)
RELEASE = "1.36"


def read_action(action: Mapping[str, Any]) -> Action:
    """One recorded action."""
    do, node = action["do"], action.get("node", "")
    key = ObjectKey(action.get("kind", ""), action.get("namespace", ""), action.get("name", ""))
    match do:
        case "apply":
            return actions.Apply(resources_from_text(action["yaml"])[0])
        case "patch":
            return actions.Patch(key, action["patch"])
        case "scale":
            return actions.Scale(key, action["replicas"])
        case "rollback":
            return actions.Rollback(key)
        case "delete":
            return actions.Delete(key)
        case "delete-pod":
            return actions.DeletePod(action["namespace"], action["name"], action.get("force", False))
        case "add-node":
            return actions.AddNode(yaml.safe_load(action["yaml"]))
        case "taint":
            taint = action["taint"]
            return actions.TaintNode(node, Taint(taint["key"], taint.get("value", ""), taint["effect"]))
        case "untaint":
            return actions.UntaintNode(node, action["key"])
        case "label-node":
            return actions.LabelNode(node, action["labels"])
        case "pace":
            return actions.ChangePace(read_pace(action))
        case "load":
            return actions.Load(action["name"], action["cpu"])
    plain = {
        "cordon": actions.Cordon,
        "uncordon": actions.Uncordon,
        "drain": actions.Drain,
        "node-lost": actions.LoseNode,
        "node-back": actions.FindNode,
        "remove-node": actions.RemoveNode,
    }
    found: Action = plain[do](node)
    return found


def read_pace(tables: Mapping[str, Any]) -> KubeletPace:
    """Tables of ticks by image."""
    names = ("ready_after", "terminate_after", "succeed_after", "fail_after")
    return KubeletPace(*(pace_table(tables.get(name) or {}) for name in names))


def owner_text(owner: ObjectKey | None, key: ObjectKey) -> str:
    """``namespace/Kind/name`` of a Pod's workload, or of the Pod."""
    return str(owner or key)


class Followed:
    """Lots as one recording drew them."""

    def __init__(self, timeline: Sequence[Mapping[str, Any]]) -> None:
        self._states = {s["tick"]: s for s in timeline}
        self._nodes: dict[int, Mapping[str, Any]] = {}
        self._last = max(self._states)
        seen: Mapping[str, Any] = {}
        for tick in sorted(self._states):
            seen = self._states[tick].get("nodes", seen)
            self._nodes[tick] = seen
        self.cluster: Cluster | None = None
        self.begin(0)

    def begin(self, tick: int) -> None:
        """A tick begins."""
        self._tick = min(tick, self._last)
        self._decisions = list(self._states[self._tick].get("decisions", ())) if tick <= self._last else []

    def may_taint(self, node: str) -> bool:
        """Whether a node got NoExecute where that was a race."""
        taints = self._nodes[self._tick].get(node, {}).get("taints", ())
        return "node.kubernetes.io/unreachable:NoExecute" in taints

    def node(self, owner: ObjectKey | None, pod: Pod, best: Sequence[str]) -> str:
        """The recorded one of equally good nodes."""
        name = owner_text(owner, ObjectKey("Pod", "", pod.name)) if owner is not None else None
        revision = self._revision(pod)
        mine = [d for d in self._decisions if "node" in d and "top" in d and _is_of(d, name, revision, pod)]
        for decision in [d for d in mine if set(d["top"]) == set(best)] or [d for d in mine if d["node"] in best]:
            self._decisions.remove(decision)
            return str(decision["node"])
        return best[0]

    def _revision(self, pod: Pod) -> int:
        assert self.cluster is not None
        return self.cluster.world.pods[pod].revision

    def candidate(self, owner: ObjectKey | None, pod: Pod, candidates: Sequence[Candidate]) -> Candidate:
        """The recorded one of nodes with equally cheap victims."""
        gone = Counter(d["node"] for d in self._decisions if "preempted_by" in d)
        nominated = [
            p.get("nominated")
            for p in self._states[self._tick]["pods"]
            if owner is not None and p["owner"] == str(owner) and p.get("nominated")
        ]
        return max(candidates, key=lambda c: (c.node in nominated, gone[c.node]))

    def kept(self, record: PodRecord) -> float:
        """Those go that went."""
        name = record.pod.name if record.owner is not None and record.owner.kind == "StatefulSet" else None
        return any(
            "preempted_by" in d
            and d["node"] == record.pod.node
            and d["owner"] == owner_text(record.owner, record.key)
            and d.get("name", name) in (None, name)
            for d in self._states[self._tick].get("decisions", ())
        )

    def order(self, owner: ObjectKey, numbers: Sequence[int]) -> list[int]:
        """Those first that are there in the recorded state."""
        there = {p.get("name") for p in self._states[self._tick]["pods"] if p["owner"] == str(owner)}
        return sorted(numbers, key=lambda n: f"{owner.name}-{n}" not in there)

    def leader(self, nodes: Sequence[str]) -> str:
        """The first: no recorded cluster shows its control plane."""
        return nodes[0]

    def pods(self, owner: ObjectKey, alike: Sequence[P], count: int) -> list[P]:
        """Those that go according to the recorded state."""
        assert self.cluster is not None
        mine = [r for r in self.cluster.world.pods.values() if r.owner == owner]
        going: Counter[tuple[int, str | None]] = Counter()
        staying: Counter[tuple[int, str | None]] = Counter()
        for pod in self._states[self._tick]["pods"]:
            if pod["owner"] == str(owner):
                table = going if pod.get("terminating") else staying
                table[pod.get("rev") or 0, pod["node"]] += pod["count"]
        for record in mine:
            place = (record.revision, record.pod.node if record.pod.bound else None)
            (going if record.pod.terminating else staying)[place] -= 1
        left = list(alike)
        taken: list[P] = []
        for _ in range(count):
            best = max(left, key=lambda p: (going[self._revision(p), p.node], -staying[self._revision(p), p.node]))
            going[self._revision(best), best.node] -= 1
            staying[self._revision(best), best.node] += 1
            left.remove(best)
            taken.append(best)
        return taken


def _is_of(decision: Mapping[str, Any], owner: str | None, revision: int, pod: Pod) -> bool:
    if owner is None:
        return bool(decision["owner"].endswith(f"/Pod/{pod.name}"))
    if decision["owner"] != owner or (decision.get("rev") or revision) != revision:
        return False
    return "name" not in decision or "StatefulSet" not in owner or decision["name"] == pod.name


def play(record: Mapping[str, Any], timeline: Sequence[Mapping[str, Any]], ticks: int) -> Iterator[Cluster]:
    """The cluster after tick 0, 1, ... ``ticks``, following one recorded timeline."""
    lots = Followed(timeline)
    cluster = Cluster(
        release=RELEASE,
        pace=read_pace(record["pace"]),
        lots=lots,
        seconds=record["seconds_per_tick"],
        clock=False,
        may_taint=lots.may_taint,
    )
    lots.cluster = cluster
    objects: list[Resource] = resources_from_text(*record["nodes"], *record["objects"])
    by_tick: dict[int, list[Action]] = {}
    for action in record["actions"]:
        by_tick.setdefault(action["tick"], []).append(read_action(action))
    cluster.start(objects)
    yield cluster
    for tick in range(1, ticks + 1):
        lots.begin(tick)
        cluster.step(by_tick.get(tick, ()))
        yield cluster


def state_of(cluster: Cluster) -> dict[str, Any]:
    """The state in the recordings' form, as far as it is compared."""
    pods: Counter[str] = Counter(_row(r) for r in cluster.world.pods.values())
    nodes = {}
    for name, node in cluster.world.nodes.items():
        seen: dict[str, Any] = {"ready": "Unknown" if node.lost else "True"}
        if node.unschedulable:
            seen["unschedulable"] = True
        if node.taints:
            seen["taints"] = sorted(map(str, node.taints))
        nodes[name] = seen
    workloads = {}
    for workload in cluster.workloads:
        status = workload.status()
        if workload.deployment is not None:
            status["replicasets"] = {str(workload.ordinal(rs.revision)): rs.replicas for rs in workload.deployment.sets}
        workloads[str(workload.key)] = {"status": status, "conditions": sorted(workload.conditions())}
    return {
        "pods": dict(pods),
        "workloads": workloads,
        "services": {
            f"{key.namespace}/{key.name}": [found.ready, found.serving, found.terminating, found.total]
            for key, found in cluster.endpoints.found.items()
        },
        "budgets": {
            f"{r.namespace}/{r.name}": [s.allowed, s.healthy, s.desired, s.expected]
            for r, s in cluster.budgets.resources()
        },
        "quotas": {f"{r.namespace}/{r.name}": cluster.quotas.used(r) for r in cluster.world.resources("ResourceQuota")},
        "evictions": dict(
            Counter(
                f"{owner_text(e.record.owner, e.record.key)} {revision_of(e.record) or ''} {e.node} {e.ready} {e.answer.code}"
                for e in cluster.drains.answers
            )
        ),
        "nodes": nodes,
        "autoscalers": {
            f"{key.namespace}/{key.name}": [look.current, look.desired, look.utilization]
            for key, look in cluster.autoscalers.looks.items()
        },
    }


def revision_of(record: PodRecord) -> int:
    """The number of a Pod's revision; Pods of Jobs and bare ones have none."""
    return 0 if record.owner is None or record.owner.kind == "Job" else record.revision


def _row(record: PodRecord) -> str:
    owner = owner_text(record.owner, record.key)
    name = record.pod.name if record.owner is not None and record.owner.kind == "StatefulSet" else ""
    index = "" if record.pod.index is None else record.pod.index
    node = record.pod.node if record.pod.bound else None
    return row(owner, revision_of(record) or "", name, index, node, record.state, record.pod.terminating)


def row(owner: str, revision: object, name: object, index: object, node: object, state: str, going: bool) -> str:
    """A Pod as a line."""
    return f"{owner}#{revision} {name}{index} on {node}: {state}{' terminating' if going else ''}"
