"""What can be reached from outside the cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import ip_network

from msgspec import Struct

from kubelens.kube.gateway import read_gateway
from kubelens.kube.network import ServiceType, read_ingress, read_service
from kubelens.kube.resource import Resource
from kubelens.kube.workload import read_workload
from kubelens.plan.change import ObjectChange
from kubelens.plan.consequence import Consequence, consequence
from kubelens.plan.sides import Side, Sides


class Way(Struct, frozen=True):
    """One way in from outside: what is open, for which host (``""``: every one), from which networks (none: from all)."""

    entry: str
    host: str = ""
    sources: tuple[str, ...] = ()

    def __str__(self) -> str:
        host = f" for {self.host}" if self.host else ""
        sources = f" from {', '.join(self.sources)}" if self.sources else ""
        return f"{self.entry}{host}{sources}"

    def covers(self, other: Way) -> bool:
        """Whether whatever comes in by the other one comes in by this one too."""
        if self.entry != other.entry:
            return False
        hosts = self.host in ("", other.host) or (self.host[:2] == "*." and other.host.endswith(self.host[1:]))
        if not hosts or not self.sources:
            return hosts
        return bool(other.sources) and all(any(_within(o, s) for s in self.sources) for o in other.sources)


def _within(inner: str, outer: str) -> bool:
    try:
        one, other = ip_network(inner, strict=False), ip_network(outer, strict=False)
    except ValueError:
        return inner == outer
    if one.version == 4 and other.version == 4:
        return one.subnet_of(other)
    return one.version == 6 and other.version == 6 and one.subnet_of(other)


def exposure(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """One for each changed object that listens to the outside where it did not, or does not any more."""
    for change in changes:
        before = dict.fromkeys(_open(change.old, sides.old)) if change.old is not None else {}
        after = dict.fromkeys(_open(change.new, sides.after)) if change.new is not None else {}
        opened = [one for one in after if not any(was.covers(one) for was in before)]
        narrowed = [one for one in after if one not in before and one not in opened]
        closed = [
            one
            for one in before
            if not any(now.covers(one) for now in after) and not any(one.covers(now) for now in narrowed)
        ]
        if opened:
            yield consequence("exposed", change.resource, f"open to the outside: {_listed(opened)}")
        if closed:
            yield consequence("no-longer-exposed", change.resource, f"not open any more: {_listed(closed)}")
        if narrowed:
            yield consequence("no-longer-exposed", change.resource, f"open to less than before: {_listed(narrowed)}")


def _listed(ways: Sequence[Way]) -> str:
    return ", ".join(map(str, ways))


def _open(resource: Resource, side: Side) -> Iterator[Way]:
    """The ways in from outside that an object opens."""
    if resource.partial or not side.stands(resource):
        return
    service = read_service(resource)
    if service is not None:
        if service.type is ServiceType.LOAD_BALANCER:
            yield from (
                Way(f"load balancer port {port.number}", sources=service.source_ranges) for port in service.ports
            )
        if service.type is ServiceType.NODE_PORT or (
            service.type is ServiceType.LOAD_BALANCER and service.allocates_node_ports
        ):
            yield from (Way(f"node port {port.node_port or '(chosen by the cluster)'}") for port in service.ports)
        yield from (Way(f"external address {address}") for address in service.external_ips)
    elif (ingress := read_ingress(resource)) is not None:
        yield from (Way("HTTP", rule.host) for rule in ingress.rules)
        if ingress.default_backend is not None:
            yield Way("HTTP")
    elif (gateway := read_gateway(resource)) is not None:
        for listener in gateway.listeners:
            yield Way(f"{listener.protocol} listener port {listener.port}", listener.hostname or "")
    elif (workload := read_workload(resource)) is not None and not side.has_no_pods(resource):
        if workload.pod.host_network:
            yield Way("the host network")
        for container in workload.pod.containers:
            yield from (Way(f"host port {port.host_port}") for port in container.ports if port.host_port)
