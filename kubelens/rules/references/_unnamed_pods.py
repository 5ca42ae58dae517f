"""StatefulSets whose Pods have no names of their own in DNS, because their Service has an address."""

from __future__ import annotations

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.kube.selector import equality_selector
from kubelens.kube.workload import Workload


def service_without_names(workload: Workload, bundle: Bundle) -> Resource | None:
    """The Service a StatefulSet of several Pods names, where it has an address and no other is headless for them."""
    spec = workload.resource.spec
    replicas = fields.integer(spec, "replicas")
    name = fields.text(spec, "serviceName")
    if workload.kind != "StatefulSet" or workload.resource.partial or not name or (replicas or 1) < 2:
        return None
    service = bundle.get("Service", workload.namespace, name)
    if service is None or service.partial or _is_headless(service) or service.spec.get("type") == "ExternalName":
        return None
    if bundle.is_patched(service) or not _selects(service, workload):
        return None
    others = bundle.all("Service", workload.namespace)
    return None if any(_is_headless(other) and _selects(other, workload) for other in others) else service


def _is_headless(service: Resource) -> bool:
    return service.spec.get("clusterIP") == "None"


def _selects(service: Resource, workload: Workload) -> bool:
    selector = service.spec.get("selector")
    return bool(selector) and equality_selector(selector).matches(workload.pod.labels)
