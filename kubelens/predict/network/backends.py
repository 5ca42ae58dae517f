"""The Pods that could stand behind Services: recorded ones, and those that workloads will bring."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.pod import PodSpec
from kubelens.kube.resource import Resource
from kubelens.kube.selector import Selector
from kubelens.kube.workload import Workload, read_workload, workloads
from kubelens.predict.api import Ask, Assumption, Prediction
from kubelens.predict.network.operators import operator_pods

_EXPANDED_ORDINALS: Final = 200
_ZONE_LABEL: Final = "topology.kubernetes.io/zone"
_HASHES: Final[Mapping[str, tuple[str, ...]]] = {
    "Deployment": ("pod-template-hash",),
    "ReplicaSet": (),
    "StatefulSet": ("controller-revision-hash",),
    "DaemonSet": ("controller-revision-hash", "pod-template-generation"),
    "Rollout": ("rollouts-pod-template-hash",),
    "Job": ("controller-uid", "batch.kubernetes.io/controller-uid"),
    "CronJob": ("controller-uid", "batch.kubernetes.io/controller-uid", "job-name", "batch.kubernetes.io/job-name"),
}
"""Labels that a controller adds with a value no manifest tells."""


@dataclass(frozen=True, slots=True)
class PodStatus:
    """What a recorded Pod's status says; ``addresses`` in order."""

    phase: str
    ready: bool
    addresses: tuple[str, ...]
    deleted: bool

    @property
    def finished(self) -> bool:
        """Whether it has come to its end."""
        return self.phase in ("Succeeded", "Failed")


@dataclass(frozen=True, slots=True, eq=False)
class BackendPod:
    """A Pod, or ``count`` equal Pods of a workload (None: one on each of its nodes, or as many as it wants).

    ``status`` is None where the Pod is yet to be made. ``unknown_labels`` have values only the cluster knows.
    ``owner`` is the object that brings it: a workload, the Pod itself, or a custom resource.
    """

    name: str
    namespace: str
    labels: Mapping[str, str]
    owner: Resource
    count: int | None
    spec: PodSpec | None
    node: str = ""
    hostname: str = ""
    subdomain: str = ""
    status: PodStatus | None = None
    unknown_labels: tuple[str, ...] = ()
    note: str = ""
    declared: bool = True
    known_ports: Mapping[str, int] = field(default_factory=dict)

    @property
    def symbolic(self) -> bool:
        """Whether it is yet to be made."""
        return self.status is None

    def matches(self, selector: Selector) -> bool:
        """Whether its labels satisfy a selector, labels of unknown value taken to fit."""
        return not self.failing(selector)

    def failing(self, selector: Selector) -> tuple[Any, ...]:
        """The requirements its labels do not satisfy."""
        return tuple(r for r in selector.failing(self.labels) if r.key not in self.unknown_labels)

    def rests_on(self, selector: Selector) -> tuple[str, ...]:
        """The labels of unknown value a selector asks for."""
        return tuple(r.key for r in selector.requirements if r.key in self.unknown_labels)

    def __repr__(self) -> str:
        return f"BackendPod({self.namespace}/{self.name})"


@dataclass(frozen=True, slots=True)
class BackendsOf:
    """Which Pods will there be in a namespace? Controllers are taken to have done their work."""

    namespace: str

    def answer(self, ask: Ask) -> Prediction[tuple[BackendPod, ...]]:
        """Recorded Pods as they are; for each workload without recorded Pods the Pods it will bring."""
        pods = tuple(_pods(ask.bundle, self.namespace))
        notes = dict.fromkeys(Assumption(p.note) for p in pods if p.note)
        return Prediction(pods, assumptions=tuple(notes))


def _pods(bundle: Bundle, namespace: str) -> Iterator[BackendPod]:
    recorded: list[BackendPod] = []
    made: list[Workload] = []
    for workload in workloads(bundle, namespace):
        if workload.kind == "Pod" and (status := read_status(workload.resource)) is not None:
            recorded.append(_recorded(workload, status))
        else:
            made.append(workload)
    yield from recorded
    for workload in made:
        if not _brought_already(bundle, workload, recorded):
            yield from symbolic_pods(workload)
    for resource in bundle:
        if resource.namespace == namespace and read_workload(resource) is None:
            for pod in operator_pods(resource):
                yield BackendPod(
                    name=f"{resource.name}-<id>",
                    namespace=namespace,
                    labels=pod.labels,
                    owner=resource,
                    count=pod.count,
                    spec=pod.spec,
                    note=f"the operator of {resource.kind} {resource.name!r} brings Pods as it documents",
                    declared=pod.spec is not None,
                    known_ports=pod.ports,
                )


def read_status(resource: Resource) -> PodStatus | None:
    """The status a recorded Pod has; None where the manifest is that of a Pod to be made."""
    status = fields.mapping(resource.value, "status")
    addresses = tuple(ip for _, item in fields.items(status, "podIPs") if (ip := fields.text(item, "ip")))
    single = fields.text(status, "podIP")
    if not addresses and single:
        addresses = (single,)
    phase = fields.text(status, "phase")
    deleted = resource.metadata.get("deletionTimestamp") is not None
    if not phase and not addresses and not deleted:
        return None
    ready = any(
        fields.text(c, "type") == "Ready" and fields.text(c, "status") == "True" for _, c in fields.items(status, "conditions")
    )
    return PodStatus(phase, ready, addresses, deleted)


def _recorded(workload: Workload, status: PodStatus) -> BackendPod:
    pod = workload.pod
    return BackendPod(
        name=workload.name,
        namespace=workload.namespace,
        labels=pod.labels,
        owner=workload.resource,
        count=1,
        spec=pod,
        node=fields.text(pod.value, "nodeName"),
        hostname=pod.hostname,
        subdomain=pod.subdomain,
        status=status,
    )


def _brought_already(bundle: Bundle, workload: Workload, recorded: list[BackendPod]) -> bool:
    """Whether its Pods are recorded beside it, or it is itself brought by another object of the bundle."""
    for _, owner in fields.items(workload.resource.metadata, "ownerReferences"):
        kind, name = fields.text(owner, "kind"), fields.text(owner, "name")
        if fields.boolean(owner, "controller") and bundle.get(kind, workload.namespace, name) is not None:
            return True
    if workload.kind == "Pod" or workload.selector.nothing:
        return False
    return any(
        fields.items(pod.owner.metadata, "ownerReferences") and workload.selector.matches(pod.labels) for pod in recorded
    )


def symbolic_pods(workload: Workload) -> Iterator[BackendPod]:
    """The Pods a controller makes from a workload, those alike as one (StatefulSet Pods by ordinal)."""
    kind, pod = workload.kind, workload.pod
    resource = workload.resource
    if kind == "StatefulSet" and workload.desired <= _EXPANDED_ORDINALS:
        start = fields.integer(fields.mapping(resource.spec, "ordinals"), "start") or 0
        for ordinal in range(start, start + max(workload.desired, 0)):
            name = f"{workload.name}-{ordinal}"
            labels = {"statefulset.kubernetes.io/pod-name": name, "apps.kubernetes.io/pod-index": str(ordinal)}
            yield _symbolic(workload, name, 1, labels, name, fields.text(resource.spec, "serviceName"))
        if workload.desired > 0:
            return
    names = {"Pod": workload.name, "StatefulSet": f"{workload.name}-<n>", "Deployment": f"{workload.name}-<hash>-<id>"}
    added: dict[str, str] = {}
    if kind == "Job":
        added = {"job-name": workload.name, "batch.kubernetes.io/job-name": workload.name}
    yield _symbolic(workload, names.get(kind, f"{workload.name}-<id>"), _count(workload), added, pod.hostname, pod.subdomain)


def _symbolic(
    workload: Workload, name: str, count: int | None, added: Mapping[str, str], hostname: str, subdomain: str
) -> BackendPod:
    unknown = tuple(k for k in _HASHES.get(workload.kind, ()) if k not in workload.pod.labels)
    note = ""
    if workload.kind in ("Job", "CronJob"):
        note = f"{workload.kind} {workload.name!r} has Pods only while it runs"
    return BackendPod(
        name=name,
        namespace=workload.namespace,
        labels={**workload.pod.labels, **added},
        owner=workload.resource,
        count=count,
        spec=workload.pod,
        node=fields.text(workload.pod.value, "nodeName"),
        hostname=hostname,
        subdomain=subdomain,
        unknown_labels=unknown,
        note=note,
    )


def _count(workload: Workload) -> int | None:
    if workload.kind in ("DaemonSet", "CronJob"):
        return None
    if workload.kind == "Pod":
        return 1
    return max(workload.desired, 0)


def zone_of(bundle: Bundle, node: str) -> str:
    """The zone of a node, ``""`` where it has none or is not in the bundle."""
    found = bundle.get("Node", "", node) if node else None
    return found.labels.get(_ZONE_LABEL, "") if found else ""
