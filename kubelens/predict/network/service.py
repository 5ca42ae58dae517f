"""The ways into a Service and how its traffic is shared out among Pods.

Follows kube-proxy (``proxier.syncProxyRules``, ``CategorizeEndpoints``) and the API's text on traffic policies.
"""

from __future__ import annotations

from msgspec import Struct

from kubelens.kube.network import Service, ServiceType, read_service
from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Assumption, Prediction
from kubelens.predict.network.destination import pods_behind

_CLIENT = "the client's own node"


class PortPath(Struct, frozen=True):
    """A port, the workloads behind it and the ways in, in words; ``node_port`` is 0 where there is none."""

    port: str
    node_port: int
    pods: tuple[str, ...]
    ways: tuple[str, ...]


class ServicePaths(Struct, frozen=True):
    """The ports of a Service, and how a new connection finds its Pod."""

    ports: tuple[PortPath, ...]
    sharing: str


class ServicePathsOf(Struct, frozen=True):
    """What stands behind a Service."""

    resource: Resource

    def answer(self, ask: Ask) -> Prediction[ServicePaths]:
        """Ready Pods are taken for granted; which of them answers is chance and is said as such."""
        service = read_service(self.resource)
        if service is None:
            return Prediction(ServicePaths((), ""))
        if service.type is ServiceType.EXTERNAL_NAME:
            text = f"DNS answers with {service.external_name}; nothing of the cluster stands between"
            return Prediction(ServicePaths((), text))
        ports = tuple(
            PortPath(
                f"{port.number}/{port.protocol}",
                port.node_port,
                pods_behind(ask, service, port),
                tuple(_ways(service, port.node_port, port.number)),
            )
            for port in service.ports
        )
        assumptions = [Assumption("Pods are ready")] if any(p.pods for p in ports) else []
        if service.selector is None:
            assumptions.append(Assumption("the Service has no selector: its endpoints are written by something else"))
        return Prediction(ServicePaths(ports, _sharing(service)), assumptions=tuple(assumptions))


def _ways(service: Service, node_port: int, number: int) -> list[str]:
    ways = []
    if service.cluster_ip != "None":
        ways.append(
            f"in the cluster: {service.cluster_ip or 'its cluster IP'}:{number}{_reach(service.internal_traffic, _CLIENT)}"
        )
    if service.type in (ServiceType.NODE_PORT, ServiceType.LOAD_BALANCER):
        shown = str(node_port) if node_port else "a port from 30000 to 32767 the API server picks"
        ways.append(f"on nodes: {shown}{_reach(service.external_traffic, 'that node')}")
    if service.type is ServiceType.LOAD_BALANCER:
        ways.append(f"at the load balancer: port {number}")
    ways += [f"at the external address {address}:{number}" for address in service.external_ips]
    return ways


def _reach(policy: str, whose: str) -> str:
    return f", only Pods on {whose}; dropped where there is none" if policy == "Local" else ""


def _sharing(service: Service) -> str:
    if service.cluster_ip == "None":
        return "headless: DNS lists every ready Pod and the client chooses"
    if service.session_affinity == "ClientIP":
        return f"a client keeps its Pod for {service.session_timeout} s; the first choice is random, each Pod with the same odds"
    return (
        "each new connection goes to any ready Pod with the same odds (iptables and nftables; IPVS takes them in turn, "
        "each node for itself, unless another of its schedulers is set)"
    )
