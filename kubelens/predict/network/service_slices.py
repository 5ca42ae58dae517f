"""The EndpointSlices of a Service: its controller's, those mirrored from Endpoints, and those written by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.network import Service, ServiceType, read_service
from kubelens.kube.node import Node, read_node
from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Assumption, Prediction, Reason
from kubelens.predict.chain.homeless import Homeless
from kubelens.predict.chain.in_force import is_in_force
from kubelens.predict.controllers.endpointslice import (
    SERVICE_NAME,
    EndpointSlice,
    families_of,
    name_of,
    namespace_of,
    slices_of,
)
from kubelens.predict.controllers.topology_hints import with_hints
from kubelens.predict.network.standing_pods import standing_pods


class ClusterNodes(Struct, frozen=True):
    """The nodes among the manifests, by name."""

    def answer(self, ask: Ask) -> Prediction[Mapping[str, Node]]:
        """Empty where the manifests hold none."""
        nodes = [read_node(r.value) for r in ask.bundle.all("Node", group="")]
        return Prediction({node.name: node for node in nodes})


def shown_families(ask: Ask) -> tuple[str, ...]:
    """The cluster's address families as its Services show."""
    return ask(ShownFamilies()).answer


class ShownFamilies(Struct, frozen=True):
    """Which address families does the cluster have, as far as its Services show?"""

    def answer(self, ask: Ask) -> Prediction[tuple[str, ...]]:
        """Both where a Service needs IPv6 beside IPv4."""
        two = any(_needs_both(resource.spec) for resource in ask.bundle.all("Service", group=""))
        return Prediction(("IPv4", "IPv6") if two else ("IPv4",))


def _needs_both(spec: Mapping[str, Any]) -> bool:
    families, addresses = spec.get("ipFamilies"), spec.get("clusterIPs")
    return (
        spec.get("ipFamilyPolicy") == "RequireDualStack"
        or (isinstance(families, list) and "IPv6" in families)
        or (isinstance(addresses, list) and len(addresses) > 1)
        or (isinstance(spec.get("clusterIP"), str) and ":" in spec["clusterIP"])
    )


class SlicesOf(Struct, frozen=True):
    """The slices of a Service; ``families``: the cluster's address families, the preferred one first."""

    resource: Resource
    families: tuple[str, ...] = ("IPv4",)

    def answer(self, ask: Ask) -> Prediction[tuple[EndpointSlice, ...]]:
        """Addresses that only the cluster knows are given in words; Pods without a status are taken for Ready."""
        service = read_service(self.resource)
        if service is None:
            return Prediction(())
        objects: list[Mapping[str, Any]] = [_object(r) for r in written_endpoints(ask, service)]
        assumptions: list[Assumption] = []
        reasons: tuple[Reason, ...] = ()
        nodes = ask(ClusterNodes()).answer
        if service.selector is not None and service.type is not ServiceType.EXTERNAL_NAME:
            standing = standing_pods(ask, service.selector, service.namespace, nodes)
            pods = list(standing.pods)
            reasons = tuple(Reason(text) for text in standing.refusals)
            if any(not fields.text(fields.mapping(p, "spec"), "nodeName") for p in pods):
                homeless = ask(Homeless()).answer
                reasons += tuple(Reason(f"Pod {k}: {homeless[k]}") for k in map(_pod_key, pods) if k in homeless)
                pods = [p for p in pods if _pod_key(p) not in homeless]
                if nodes:
                    pods = _placed(ask, pods)
                    assumptions.append(Assumption("Pods run where the scheduler puts them now (predict schedule)"))
            objects += pods
            if standing.assumed:
                assumptions.append(Assumption("Pods whose status the files do not give are ready"))
            assumptions += standing.taken
        found = slices_of(_object(self.resource), objects, cluster_families=self.families)
        distribution = fields.text(self.resource.spec, "trafficDistribution")
        hinted = with_hints(found, self.resource.annotations, distribution, nodes)
        return Prediction(hinted, reasons, tuple(assumptions))


def _placed(ask: Ask, pods: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Pods with the node that the scheduler gives them; where several tie, its first."""
    from kubelens.predict.chain.placed import Placed  # noqa: PLC0415 - only where there are nodes

    chosen = {p.pod.key: p.chosen for p in ask(Placed()).answer.placements}
    found: list[Mapping[str, Any]] = []
    for pod in pods:
        spec = fields.mapping(pod, "spec")
        node = fields.text(spec, "nodeName") or chosen.get(_pod_key(pod), "")
        found.append({**pod, "spec": {**spec, "nodeName": node}} if node else pod)
    return found


def _pod_key(pod: Mapping[str, Any]) -> str:
    return f"{namespace_of(pod)}/{name_of(pod)}"


def written_endpoints(ask: Ask, service: Service) -> list[Resource]:
    """EndpointSlices of the manifests that belong to a Service, and Endpoints that are mirrored into one."""
    written = [
        r
        for r in ask.bundle.all("EndpointSlice", service.namespace, group="discovery.k8s.io")
        if r.labels.get(SERVICE_NAME) == service.name and is_in_force(r, ask)
    ]
    old = ask.bundle.get("Endpoints", service.namespace, service.name, group="")
    return [*written, old] if old is not None and service.selector is None and is_in_force(old, ask) else written


def usable_written(ask: Ask, service: Service) -> Iterator[EndpointSlice]:
    """Slices that somebody wrote for a Service, of the address families that it has."""
    families = families_of(service.resource.value, shown_families(ask))
    for one in ask(SlicesOf(service.resource, shown_families(ask))).answer:
        if not (one.managed and service.selector is not None) and one.address_type in families:
            yield one


def _object(resource: Resource) -> dict[str, Any]:
    return {**resource.value, "metadata": {**resource.metadata, "namespace": resource.namespace}}
