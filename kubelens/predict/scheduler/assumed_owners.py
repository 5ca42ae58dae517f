"""Objects that controllers put between a workload and its Pods, as the scheduler looks them up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kubelens.kube import fields
from kubelens.kube.pod_labels import TEMPLATE_HASH
from kubelens.kube.selector import label_selector
from kubelens.predict.scheduler.pending import PendingPod
from kubelens.predict.scheduler.state import ClusterState


def make_replica_sets(pending: Iterable[PendingPod], state: ClusterState) -> None:
    """The ReplicaSets that Deployments make for their Pods: these are spread by them (``helper.DefaultSelector``).

    Each has the Deployment's selector and the Pods' own template hash. Pods beside some that stand already belong to
    the ReplicaSet of these, whose hash is theirs: the Deployment's selector stands for it.
    """
    standing = {(p.namespace, p.owner[1].rpartition("-")[0]) for _, p in state.pods() if p.owner[0] == "ReplicaSet"}
    seen: set[int] = set()
    for pod in pending:
        deployment = pod.owner
        if deployment.kind != "Deployment" or id(deployment) in seen:
            continue
        seen.add(id(deployment))
        namespace = deployment.namespace or "default"
        selector = fields.mapping(deployment.spec, "selector")
        if selector and (namespace, deployment.name) not in standing:
            selector = _with_hash(selector, pod)
        if selector:
            state.owners.setdefault(("ReplicaSet", namespace, deployment.name), label_selector(selector))


def _with_hash(selector: Mapping[str, Any], pod: PendingPod) -> Mapping[str, Any]:
    hashed = fields.text(fields.mapping(pod.value["metadata"], "labels"), TEMPLATE_HASH)
    if not hashed:
        return selector
    return {**selector, "matchLabels": {**fields.mapping(selector, "matchLabels"), TEMPLATE_HASH: hashed}}
