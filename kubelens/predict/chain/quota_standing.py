"""The Pods of a namespace that run already, as its quotas count them."""

from __future__ import annotations

from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask
from kubelens.predict.apiserver.standing import exists_already
from kubelens.predict.chain.pods_of import ending_of
from kubelens.predict.chain.standing import StandingPodsOf, controllers_of


def standing_in(namespace: str, ask: Ask) -> list[Resource]:
    """The Pods of a namespace that run already: quotas count them before any that is yet to come."""
    return [pod for pod in ask.bundle.all("Pod", namespace, group="") if _stands(pod)]


def standing_of(resource: Resource, ask: Ask) -> list[Resource]:
    """Those among them that are a workload's, or itself."""
    if resource.kind == "Pod":
        return [resource] if _stands(resource) else []
    there = ask(StandingPodsOf(resource.namespace)).answer.get((resource.kind, resource.name), ())
    return [pod for pod in there if _stands(pod)]


def _stands(pod: Resource) -> bool:
    there = pod.standing is not None or exists_already(pod.value) or any(True for _ in controllers_of(pod))
    return there and not pod.partial and not ending_of(pod)


def lasting_pods(namespace: str, ask: Ask) -> list[Resource]:
    """Those among them that do not end of themselves: a Job's Pods do, and count no more then (``QuotaV1Pod``)."""
    return [pod for pod in standing_in(namespace, ask) if lasts(pod)]


def lasts(pod: Resource) -> bool:
    """Whether a Pod is no Job's."""
    return all(kind != "Job" for kind, _ in controllers_of(pod))
