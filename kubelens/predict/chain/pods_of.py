"""``PodsOf``: the Pods that a controller makes of a workload, as it sends them to the API server."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.node import Node
from kubelens.kube.pod_labels import labels_by_controller, labels_made_up, labels_of_number, numbered_pods
from kubelens.kube.resource import Resource
from kubelens.kube.standing import kept_by_cluster
from kubelens.kube.tree_copy import own_copy
from kubelens.kube.workload import Workload, read_workload
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.apiserver.metadata import generated_name
from kubelens.predict.chain.mutation import MutationOf
from kubelens.predict.chain.scale import ScaleOf
from kubelens.predict.controllers.daemon_nodes import DaemonNode, Taint, runs_on, tolerated_by_daemons

_ANY_DAY: Final = datetime(2026, 1, 1, tzinfo=UTC)
MOST_PODS: Final = 20_000
_JOB_INDEX: Final = "batch.kubernetes.io/job-completion-index"
_ONE_OR_BY_JOB: Final = ("Pod", "DaemonSet", "Job", "CronJob")
_OWNERS: Final[Mapping[str, str]] = {"Deployment": "ReplicaSet", "Rollout": "ReplicaSet", "CronJob": "Job"}


class MadePods(Struct, frozen=True, eq=False):
    """The Pods of a workload: ``common`` is what all have, ``one`` adds what a single one has.

    ``count`` is how many there are at one time, 1 for a DaemonSet: it makes one for each node that runs them.
    ``made_up``: labels whose values only the cluster knows.
    """

    workload: Workload
    common: Mapping[str, Any]
    count: int
    made_up: frozenset[str] = frozenset()

    @property
    def numbers(self) -> range:
        """The number of each Pod: a StatefulSet's ordinals, an Indexed Job's indexes, else counted from 0."""
        numbered = numbered_pods(self.workload.resource)
        first = numbered.first if numbered is not None else 0
        return range(first, first + min(self.count, MOST_PODS))

    @property
    def differing(self) -> str:
        """Why the name and number of a Pod are not those of all; ``""`` where it has none before the server makes one up."""
        named = self.workload.kind == "StatefulSet" or numbered_pods(self.workload.resource) is not None
        return f"each Pod of {self.workload.resource.key} has its own" if named else ""

    def name(self, number: int) -> str:
        """What a Pod is called; where the server picks five letters, its number stands for them."""
        stem = stem_of(self.workload)
        return stem if self.workload.kind == "Pod" else f"{stem}-{number}"

    def one(self, pod: Mapping[str, Any], number: int) -> dict[str, Any]:
        """One of them: ``pod`` is what all have, as sent or as admitted; what they have in common is shared.

        Follows ``updateIdentity`` and ``updateStorage`` (statefulset), and ``createPodTemplates`` (job, Indexed).
        """
        workload, resource = self.workload, self.workload.resource
        name = self.name(number)
        spec = dict(pod["spec"])
        metadata = {**pod["metadata"], "name": name}
        if own := labels_of_number(resource, number):
            metadata["labels"] = {**(metadata.get("labels") or {}), **own}
        if workload.kind == "StatefulSet":
            spec["hostname"] = name
            if service := fields.text(resource.spec, "serviceName"):
                spec["subdomain"] = service
            _own_claims(spec, resource, name)
        elif workload.kind in ("Job", "CronJob") and numbered_pods(resource) is not None:
            spec["hostname"] = name
            metadata["annotations"] = {**(metadata.get("annotations") or {}), _JOB_INDEX: str(number)}
        return {**pod, "metadata": metadata, "spec": spec}

    def on_nodes(self, pod: Mapping[str, Any], nodes: Iterable[Node]) -> Iterator[dict[str, Any]]:
        """Those of a DaemonSet: one for each node that is to run one, bound to it by affinity (``CreatePodTemplate``)."""
        for node in nodes:
            taints = tuple(Taint(t.key, t.value, t.effect) for t in node.taints)
            if runs_on(self.workload.pod.value, DaemonNode(node.name, node.labels, taints))[0]:
                spec = own_copy(pod["spec"])
                _bind(spec, node.name)
                metadata = {**pod["metadata"], "name": f"{stem_of(self.workload)}-{node.name}"}
                yield {**pod, "metadata": metadata, "spec": spec}


def stem_of(workload: Workload) -> str:
    """A workload's name, or one as the server makes it for those that leave it to the server."""
    return workload.name or generated_name(fields.text(workload.resource.metadata, "generateName") or "pod-")


class PodsOf(Struct, frozen=True):
    """Which Pods does a controller make of an object? None for what brings no Pods."""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[MadePods | None]:
        """A bare Pod is itself; a CronJob's are those of one run. Policies may have changed the template."""
        resource = ask(MutationOf(self.resource)).answer.resource
        workload = read_workload(resource) if not resource.partial else None
        if workload is None:
            return Prediction(None)
        if workload.kind in _ONE_OR_BY_JOB:
            return Prediction(made_pods(workload, _count(workload)))
        scale = ask(ScaleOf(resource))
        return Prediction(made_pods(workload, max(scale.answer, 0)), (), scale.assumptions)


def made_pods(workload: Workload, count: int) -> MadePods:
    """So many Pods of a workload, as its controller sends them."""
    resource, stem = workload.resource, stem_of(workload)
    spec: dict[str, Any] = own_copy(workload.pod.value)
    metadata: dict[str, Any] = {"namespace": workload.namespace or "default"}
    if workload.kind == "Pod":
        metadata = {**own_copy(resource.metadata), **metadata}
    else:
        labels = {**workload.pod.labels, **labels_by_controller(resource)}
        labels.update(dict.fromkeys(labels_made_up(resource), _hash(workload)))
        kind = _OWNERS.get(workload.kind, workload.kind)
        metadata["generateName"] = f"{stem}-"
        metadata["labels"] = labels
        metadata["annotations"] = dict(workload.pod.annotations)
        metadata["ownerReferences"] = [
            {
                "apiVersion": resource.gvk.api_version,
                "kind": kind,
                "name": stem,
                "uid": "-",
                "controller": True,
            }
        ]
        for key in ("finalizers",):
            if written := fields.at(resource.value, (*workload.pod.metadata_path, key)):
                metadata[key] = written
    if workload.kind == "DeploymentConfig":
        _put_images(spec, resource)
    if workload.kind == "DaemonSet":
        tolerations = [*(spec.get("tolerations") or []), *tolerated_by_daemons(host_network=workload.pod.host_network)]
        spec["tolerations"] = tolerations
    common = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
    return MadePods(workload, common, count, labels_made_up(resource))


def _put_images(spec: dict[str, Any], config: Resource) -> None:
    """Images that OpenShift puts where a trigger names the container (openshift-controller-manager, ``deploymentconfigs``).

    The name of the ImageStreamTag stands for what it leads to.
    """
    for _, trigger in fields.items(config.spec, "triggers"):
        told = fields.mapping(trigger, "imageChangeParams")
        names = fields.texts(told, "containerNames")
        tag = fields.text(fields.mapping(told, "from"), "name")
        for key in ("containers", "initContainers"):
            for container in spec.get(key) or ():
                blank = isinstance(container, dict) and not fields.text(container, "image").strip()
                if blank and tag and container.get("name") in names:
                    container["image"] = tag


def _hash(workload: Workload) -> str:
    """Stands for what a controller works out of a template: the same for all Pods of one template, and for no others."""
    template = json.dumps([workload.pod.labels, workload.pod.annotations, workload.pod.value], default=str)
    from hashlib import sha256  # noqa: PLC0415 - only for Pods whose labels a controller makes up

    return sha256(f"{workload.kind}/{workload.name}/{template}".encode()).hexdigest()[:10]


def _count(workload: Workload) -> int:
    if workload.kind in ("Pod", "DaemonSet"):
        return 1
    spec = workload.resource.spec
    if workload.kind == "CronJob":
        spec = fields.mapping(fields.mapping(spec, "jobTemplate"), "spec")
    parallelism, completions = fields.integer(spec, "parallelism"), fields.integer(spec, "completions")
    count = 1 if parallelism is None else parallelism
    return max(count if completions is None else min(count, completions), 0)


def ending_of(resource: Resource) -> str:
    """How a Pod or Job ended, by the status that a cluster gave it (``Succeeded``, ``Complete``); ``""`` where it goes on.

    A Job that is finished makes no Pod again (job controller, ``IsJobFinished``).
    """
    if resource.kind not in ("Job", "Pod"):
        return ""
    status = fields.mapping(kept_by_cluster(resource), "status")
    if resource.kind == "Pod":
        phase = fields.text(status, "phase")
        return phase if phase in ("Succeeded", "Failed") else ""
    true = [fields.text(c, "type") for _, c in fields.items(status, "conditions") if c.get("status") == "True"]
    return next((kind for kind in true if kind in ("Complete", "Failed")), "")


def is_suspended(resource: Resource) -> bool:
    """Whether a Job or CronJob makes no Pods until somebody changes it."""
    return bool(why_suspended(resource))


def why_suspended(resource: Resource) -> str:
    """Why a Job or CronJob makes no Pods: it is suspended, or its schedule never comes round; ``""`` where it makes some."""
    if resource.kind not in ("Job", "CronJob"):
        return ""
    job = fields.mapping(fields.mapping(resource.spec, "jobTemplate"), "spec")
    if True in (fields.boolean(resource.spec, "suspend"), fields.boolean(job, "suspend")):
        return "is suspended"
    return "never runs: its schedule names no day that exists" if resource.view(_never_comes_round) else ""


def _never_comes_round(resource: Resource) -> bool:
    if resource.kind != "CronJob":
        return False
    from kubelens.predict.controllers.cron_times import ScheduleError, read_schedule  # noqa: PLC0415 - only for these

    try:
        schedule = read_schedule(fields.text(resource.spec, "schedule"))
    except ScheduleError:
        return False
    return schedule.next(_ANY_DAY) is None


def _bind(spec: dict[str, Any], node: str) -> None:
    affinity = spec.setdefault("affinity", {})
    node_affinity = affinity.setdefault("nodeAffinity", {})
    required = node_affinity.setdefault("requiredDuringSchedulingIgnoredDuringExecution", {"nodeSelectorTerms": [{}]})
    field = {"key": "metadata.name", "operator": "In", "values": [node]}
    required["nodeSelectorTerms"] = [
        {**term, "matchFields": [field]} for term in required.get("nodeSelectorTerms") or [{}]
    ]


def _own_claims(spec: dict[str, Any], resource: Resource, name: str) -> None:
    """Claim templates of a StatefulSet become volumes of its Pods."""
    templates = [
        fields.text(fields.mapping(t, "metadata"), "name")
        for _, t in fields.items(resource.spec, "volumeClaimTemplates")
    ]
    if templates:
        volumes = [v for v in spec.get("volumes") or [] if not (isinstance(v, dict) and v.get("name") in templates)]
        spec["volumes"] = volumes + [
            {"name": t, "persistentVolumeClaim": {"claimName": f"{t}-{name}"}} for t in templates if t
        ]
