"""The ways into a Service and how its traffic is shared out among Pods, in words and as seen from one node."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from kubelens.kube.network import Service, ServicePort, ServiceType, read_service
from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Assumption, Prediction
from kubelens.predict.chain.stored import Stored
from kubelens.predict.controllers.endpointslice import EndpointSlice
from kubelens.predict.controllers.topology_hints import asks_for_capacity_hints
from kubelens.predict.network.destination import Behind, behind
from kubelens.predict.network.kube_proxy.categorize import backends
from kubelens.predict.network.kube_proxy.path import OTHER_PROXY, Entry, Way, entries, has_node_port
from kubelens.predict.network.service_slices import SlicesOf, shown_families

_NEAR: Final = {
    "PreferSameNode": "Pods on the client's node where there is one, else of its zone, else any",
    "PreferSameZone": "Pods of the client's zone where there is one, else any",
    "PreferClose": "Pods of the client's zone where there is one, else any",
}
_NEAR_NODE: Final = {
    "PreferSameNode": "Pods on the node that is reached where there is one, else of its zone, else any",
    "PreferSameZone": "Pods of the zone of the node that is reached where there is one, else any",
    "PreferClose": "Pods of the zone of the node that is reached where there is one, else any",
}
_ANY_PORT: Final = "any port"


class PortPath(Struct, frozen=True):
    """A port, what stands behind it and the ways in, in words; ``node_port`` is 0 where none is written.

    ``pods``: workloads as ``Kind namespace/name:port``, and addresses written by hand. ``unready``: Pods whose own status
    keeps them from being ready endpoints, and why.
    """

    port: str
    node_port: int
    pods: tuple[str, ...]
    ways: tuple[str, ...]
    unready: tuple[str, ...] = ()


class ServicePaths(Struct, frozen=True):
    """The ports of a Service, and how a new connection finds its Pod."""

    ports: tuple[PortPath, ...]
    sharing: str


class ServicePathsOf(Struct, frozen=True):
    """What stands behind a Service."""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[ServicePaths]:
        """Pods without a status are taken for ready; which of them answers is chance and is said as such."""
        service = read_service(self.resource)
        if service is None:
            return Prediction(ServicePaths((), ""))
        if (denial := ask(Stored(self.resource)).answer.denial) is not None:
            return Prediction(ServicePaths((), f"the API server refuses {self.resource.key}: {denial.sentence}"))
        if service.type is ServiceType.EXTERNAL_NAME:
            text = f"DNS answers with {service.external_name}; nothing of the cluster stands between"
            return Prediction(ServicePaths((), text))
        families = shown_families(ask)
        slices = ask(SlicesOf(self.resource, families))
        ports = tuple(
            PortPath(
                f"{port.number}/{port.protocol}",
                port.node_port,
                (found := _behind(ask, service, port)).pods,
                tuple(_ways(service, port, slices.answer, families)),
                found.unready,
            )
            for port in service.ports
        )
        if service.headless and not service.ports:
            found = behind(ask, service, None)
            ports = (PortPath(_ANY_PORT, 0, found.pods, (), found.unready),)
        assumptions = list(slices.assumptions)
        if any(p.pods for p in ports) and not service.headless:
            assumptions += _taken_for_granted(service, slices.answer)
        elif service.selector is None and not any(p.pods for p in ports):
            assumptions.append(
                Assumption("nothing beside the files writes endpoints of this Service, which has no selector")
            )
        sharing = _sharing(service) if any(p.pods for p in ports) else ""
        return Prediction(ServicePaths(ports, sharing), assumptions=tuple(dict.fromkeys(assumptions)))


def _behind(ask: Ask, service: Service, port: ServicePort) -> Behind:
    """DNS lists what is behind a headless Service whatever its ports lead to."""
    found = behind(ask, service, port)
    return behind(ask, service, None) if service.headless and not found.pods else found


def _taken_for_granted(service: Service, slices: Sequence[EndpointSlice]) -> Iterator[Assumption]:
    """What besides readiness decides and the manifests do not say."""
    endpoints = [e for s in slices for e in s.endpoints]
    unhinted = [e for s in slices if s.managed for e in s.endpoints if e.ready and not e.zone_hints]
    if service.traffic_distribution in _NEAR and unhinted:
        yield Assumption("nodes and zones of the Pods are not known: who has one near is open (give the nodes)")
    if asks_for_capacity_hints(service.resource.annotations) and not any(e.zone_hints for e in endpoints):
        yield Assumption("topology-mode Auto gives no hints here, or the nodes are not known: any Pod is used")


def _ways(
    service: Service, port: ServicePort, slices: Sequence[EndpointSlice], families: tuple[str, ...]
) -> Iterator[str]:
    if OTHER_PROXY in service.resource.labels:
        yield f"label {OTHER_PROXY}: kube-proxy leaves the Service to another proxy"
        return
    for entry in entries(service, port, families):
        found = backends(slices, port, entry.family)
        rejected = "" if any(b.ready or b.serving_terminating for b in found) else _rejected(service, entry)
        match entry.way:
            case Way.CLUSTER_IP:
                near = _near(service, slices, _NEAR)
                yield f"in the cluster: {entry.address}:{entry.port}{rejected or _inside(service, near)}"
            case Way.NODE_PORT:
                number = str(entry.port) if entry.port else "a port from 30000 to 32767 the API server picks"
                yield f"on nodes: {number}{rejected or _from_outside(service, slices)}"
            case Way.LOAD_BALANCER if entry.proxied:
                yield (
                    f"at the load balancer: {entry.address}:{entry.port}, which ends connections itself "
                    "(ipMode Proxy): kube-proxy has no rule for the address"
                )
            case Way.LOAD_BALANCER:
                reach = rejected or _from_outside(service, slices)
                yield f"at the load balancer: {entry.address}:{entry.port}{_ranges(service)}{reach}"
            case Way.EXTERNAL_IP:
                yield f"at the external address {entry.address}:{entry.port}{rejected or _from_outside(service, slices)}"
    if service.type is ServiceType.LOAD_BALANCER and not has_node_port(service, port):
        yield "on nodes: no port (allocateLoadBalancerNodePorts: false)"
    if service.type is ServiceType.LOAD_BALANCER and service.external_traffic == "Local":
        yield "health check of nodes (healthCheckNodePort): 200 where a Pod runs, else 503"


def _rejected(service: Service, entry: Entry) -> str:
    if entry.way is Way.LOAD_BALANCER and service.source_ranges:
        return ", rejected: no endpoint (nftables mode drops what the ranges do not hold)"
    return ", rejected: no endpoint"


def _inside(service: Service, near: str) -> str:
    if service.internal_traffic == "Local":
        return ", only Pods on the client's own node; dropped where there is none"
    return near


def _from_outside(service: Service, slices: Sequence[EndpointSlice]) -> str:
    if service.external_traffic == "Local":
        return (
            ", from outside only Pods on the node that is reached, dropped where there is none; "
            "from Pods and from nodes any"
        )
    return _near(service, slices, _NEAR_NODE)


def _near(service: Service, slices: Sequence[EndpointSlice], words: Mapping[str, str]) -> str:
    """Whom hints prefer: they count only where every ready endpoint has one."""
    by_hand = [e for s in slices if not s.managed for e in s.endpoints if e.ready is not False]
    if any(not e.zone_hints and not e.node_hints for e in by_hand):
        asked = service.traffic_distribution in words
        return ", any: an endpoint written by hand has no hints, and so none count" if asked else ""
    if service.traffic_distribution in words:
        return f", {words[service.traffic_distribution]}"
    return f", {words['PreferSameZone']} (hints of the slices)" if by_hand and by_hand[0].zone_hints else ""


def _ranges(service: Service) -> str:
    if not service.source_ranges:
        return ""
    return f", only from {', '.join(service.source_ranges)}: all others are dropped, Pods and nodes too"


def _sharing(service: Service) -> str:
    if service.headless:
        return "headless: DNS lists every ready Pod and the client chooses"
    if service.session_affinity == "ClientIP":
        return f"a client keeps its Pod for {service.session_timeout} s; the first choice is random, each Pod with the same odds"
    return (
        "each new connection goes to one of those Pods with the same odds (iptables and nftables; IPVS takes them in "
        "turn, each node for itself, unless another of its schedulers is set); terminating Pods that still serve are "
        "used only where no ready one is left"
    )
