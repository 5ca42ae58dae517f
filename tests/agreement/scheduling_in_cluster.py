"""Recorded decisions of the scheduler in the virtual cluster: Pods are applied one after the other and find their nodes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from kubelens.predict.apiserver.admission import Admission
from kubelens.predict.chain.admitted import entering_pod
from kubelens.predict.cluster.cluster import Cluster
from kubelens.predict.cluster.lots import SeededLots
from kubelens.predict.cluster.pace import KubeletPace
from kubelens.predict.scheduler.default_preemption import Candidate
from kubelens.predict.store.objects import ObjectKey
from kubelens.predict.store.pod import Pod
from kubelens.testing import resources_from_text
from tests.agreement.cluster_replay import RELEASE

_ACT: Final = frozenset({"ReplicaSet", "ReplicationController", "StatefulSet"})


def can_decide(objects: Sequence[Mapping[str, Any]]) -> bool:
    """Whether nothing but the scheduler acts in a scenario: here controllers would make Pods of their own."""
    return not any(o.get("kind") in _ACT for o in objects)


class _Chosen(SeededLots):
    """The recorded node, where it is one of the best."""

    wanted: str | None = None

    def node(self, owner: ObjectKey | None, pod: Pod, best: Sequence[str]) -> str:
        return self.wanted if self.wanted in best and self.wanted is not None else best[0]

    def candidate(self, owner: ObjectKey | None, pod: Pod, candidates: Sequence[Candidate]) -> Candidate:
        return next((c for c in candidates if c.node == self.wanted), candidates[0])


def decided(record: Mapping[str, Any], objects: Sequence[Mapping[str, Any]]) -> tuple[list[Any], list[Any]]:
    """What was recorded of each step, and what the virtual cluster comes to; up to the first preemption.

    A step is its best nodes, or none. Of a preemption it is compared that there is one: which Pods go rests on when they
    started and on what their budgets allow, and here kubelets and controllers give both.
    """
    lots = _Chosen()
    cluster = Cluster(release=RELEASE, pace=KubeletPace({"*": None}, {"*": None}), lots=lots, clock=False)
    classes = [o for o in objects if o.get("kind") in ("PriorityClass", "RuntimeClass")]
    admission = Admission(tuple(classes), RELEASE, complete=False)
    resources = resources_from_text(*(json.dumps(_standing(o, admission)) for o in objects))
    for resource in (r for r in resources if r.kind == "Node"):
        cluster.requests.add_node(resource.value)
    cluster.start([r for r in resources if r.kind != "Node"])
    theirs: list[Any] = []
    mine: list[Any] = []
    for step in record["steps"]:
        if step.get("rejected") or step.get("direct"):
            break
        for resource in resources_from_text(step["context"]) if step.get("context") else []:
            cluster.requests.apply(resource)
        pod = resources_from_text(step["pod"])[0]
        lots.wanted = step.get("nominated") or step["chosen"]
        cluster.scheduler.outcomes.clear()
        cluster.requests.apply(pod)
        cluster.rest()
        said = [o for o in cluster.scheduler.outcomes if (o.record.key.namespace, o.record.key.name) == _named(pod)]
        if step.get("nominated"):
            theirs.append("preemption")
            mine.append("preemption" if any(o.preempted for o in said) else "")
            break
        theirs.append(sorted(step["top"] or ()) if step["chosen"] else [])
        mine.append(next((sorted(o.top) for o in said if o.node), []))
        if not step["chosen"]:
            break
    return theirs, mine


def _standing(value: Mapping[str, Any], admission: Admission) -> Mapping[str, Any]:
    """A Pod that is there has a uid and what plugins gave it (priority, overhead), and its status counts."""
    if value.get("kind") != "Pod" or not value.get("status"):
        return value
    kept = entering_pod(value, admission)[0]
    return {**kept, "metadata": {**kept["metadata"], "uid": kept["metadata"]["name"]}, "status": value["status"]}


def _named(pod: Any) -> tuple[str, str]:
    return pod.namespace, pod.name
