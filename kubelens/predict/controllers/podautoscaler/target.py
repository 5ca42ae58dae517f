"""What an autoscaler scales: the workload it names, and what its Pods request as the API server stores them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.placeholder import has_variable
from kubelens.kube.quantity import read_quantity
from kubelens.kube.resource import Resource
from kubelens.kube.workload import Workload, read_workload
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.homeless import WhyNoneRuns
from kubelens.predict.chain.let_in import taken_to_let_in
from kubelens.predict.kubelet.never_ready import NeverStarts
from kubelens.predict.references.pods_index import index_of


class Target(Struct, frozen=True, eq=False):
    """The workload (None: not among the manifests) and its requests in milli, by container and resource.

    The container ``""`` stands for the Pod's own requests. ``kind`` and ``name`` as the autoscaler writes them.
    ``refusal``: why the API server lets none of its Pods in, ``""`` where it does. ``idle``: why none of those runs.
    """

    kind: str
    name: str
    workload: Workload | None = None
    requests: Mapping[str, Mapping[str, int]] = {}
    refusal: str = ""
    idle: str = ""


class TargetOf(Struct, frozen=True):
    """What an autoscaler scales."""

    hpa: Resource

    def answer(self, ask: Ask) -> Prediction[Target]:
        """Requests as the Pods that the API server lets in have them; as written where it lets none in."""
        reference = fields.mapping(self.hpa.spec, "scaleTargetRef")
        kind, name = fields.text(reference, "kind"), fields.text(reference, "name")
        found = ask.bundle.get(kind, self.hpa.namespace, name)
        workload = read_workload(found) if found is not None and not found.partial else None
        if workload is None:
            return Prediction(Target(kind, name))
        admitted = ask(Admitted(workload.resource)).answer
        spec = fields.mapping(admitted.pod, "spec") if admitted.pod is not None else workload.pod.value
        taken = taken_to_let_in(ask, [workload.resource])
        idle = _why_unread(workload.resource, ask) if workload.desired else ""
        return Prediction(Target(kind, name, workload, requests_of(spec), admitted.refusal, idle), assumptions=taken)


def _why_unread(resource: Resource, ask: Ask) -> str:
    """Why there is no reading of any Pod of a workload, ``""`` where there may be one.

    A container that never starts has none, and a Pod without readings of all its containers counts as one without metrics
    (metrics-server, ``podMetrics``; ``replica_calculator.go`` GetResourceReplicas: did not receive metrics).
    """
    if why := ask(WhyNoneRuns(resource)).answer:
        return why
    never = "" if resource.kind == "CronJob" else ask(NeverStarts(resource)).answer
    return f"{resource.kind} {resource.name} never starts: {never}" if never else ""


_GROUPS: Final = {"Deployment": "apps", "StatefulSet": "apps", "ReplicaSet": "apps", "ReplicationController": ""}


_WITHOUT_SCALE: Final = ("DaemonSet", "Job", "CronJob", "Pod", "Service", "Node")


def has_scale(kind: str) -> bool:
    """Whether objects of a kind may have the subresource ``scale``: of the API's own, workloads with replicas do."""
    return kind not in _WITHOUT_SCALE


def unmapped_target(hpa: Resource) -> str:
    """Why no server has the kind that an autoscaler names in the group it names, ``""`` where one may have it.

    The group alone counts (horizontal.go, scaleForResourceMappings); a reference without one is refused.
    """
    reference = fields.mapping(hpa.spec, "scaleTargetRef")
    kind, version = fields.text(reference, "kind"), fields.text(reference, "apiVersion")
    group = version.rpartition("/")[0]
    if not version or kind not in _GROUPS or group == _GROUPS[kind] or "." in group or has_variable(version):
        return ""
    return f"no server has a {kind} in {version!r}; write {_GROUPS[kind]}/v1".replace(" /v1", " v1")


def same_target(ask: Ask, hpa: Resource) -> tuple[str, ...]:
    """The names of other autoscalers of the namespace with the same target: then none of them scales."""
    own = ask(TargetOf(hpa)).answer
    scalers = index_of(ask.bundle).scalers(own.kind, own.name, hpa.namespace)
    return tuple(other.name for other in scalers if other.name != hpa.name)


def requests_of(spec: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """What a Pod requests in milli, by container and resource; the container ``""`` stands for the Pod's own."""
    running = [c for _, c in fields.items(spec, "containers")]
    running += [c for _, c in fields.items(spec, "initContainers") if c.get("restartPolicy") == "Always"]
    found = {fields.text(c, "name"): _amounts(fields.mapping(c, "resources")) for c in running}
    own = _amounts(fields.mapping(spec, "resources"))
    return {**found, "": own} if own else found


def _amounts(resources: Mapping[str, Any]) -> dict[str, int]:
    """Requests in milli; a limit stands for a request that is not written."""
    found: dict[str, int] = {}
    for part in ("limits", "requests"):
        for name, text in fields.mapping(resources, part).items():
            quantity = read_quantity(text)
            if quantity is not None:
                found[name] = -(-quantity.nanos // 10**6)
    return found
