"""``LastRequestsOf``: which Services still send to a Pod that is told to stop, before it has a moment to itself.

A deleted Pod is taken out of its Services' EndpointSlices while the kubelet stops it: neither waits for the other, and nodes
and load balancers go on sending to it until they have heard. Only a preStop hook keeps SIGTERM back for that while.
"""

from __future__ import annotations

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.network import read_service
from kubelens.kube.pod import Container, PodSpec
from kubelens.kube.resource import Resource
from kubelens.kube.selector import read_labels
from kubelens.kube.workload import read_workload
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.stored import Stored
from kubelens.predict.kubelet.hooks import PRE_STOP, takes
from kubelens.predict.kubelet.termination import grace_period


class LastRequestsOf(Struct, frozen=True):
    """Which Services send requests to Pods of a workload that get SIGTERM at once?"""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[tuple[str, ...]]:
        """Names of the Services, none where a container that may serve their ports has a preStop hook."""
        pod = ask(Admitted(self.resource)).answer.pod
        workload = read_workload(self.resource)
        if pod is None or workload is None or _holds_back(workload.pod):
            return Prediction(())
        labels = read_labels(fields.mapping(pod, "metadata").get("labels"))
        found: list[str] = []
        for resource in ask.bundle.all("Service"):
            service = read_service(resource) if resource.namespace == self.resource.namespace else None
            if service is None or service.selector is None or not service.selector.matches(labels):
                continue
            if ask(Stored(resource)).answer.denial is None:
                found.append(resource.name)
        return Prediction(tuple(found))


def _holds_back(pod: PodSpec) -> bool:
    return grace_period(pod.value) > 0 and any(_has_hook(one) for one in pod.containers if one.runs_throughout)


def _has_hook(container: Container) -> bool:
    return takes(container.value, PRE_STOP) is not None
