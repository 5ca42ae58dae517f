"""What can be reached from outside the cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kubelens.kube import fields
from kubelens.kube.gateway import read_gateway
from kubelens.kube.network import ServiceType, read_ingress, read_service
from kubelens.kube.resource import Resource
from kubelens.kube.workload import read_workload
from kubelens.plan.change import ObjectChange
from kubelens.plan.consequence import Consequence, consequence
from kubelens.plan.sides import Side, Sides


def exposure(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """One for each changed object that listens to the outside where it did not, or does not any more."""
    for change in changes:
        before = dict.fromkeys(_open(change.old, sides.old)) if change.old is not None else {}
        after = dict.fromkeys(_open(change.new, sides.after)) if change.new is not None else {}
        opened = [one for one in after if one not in before]
        closed = [one for one in before if one not in after]
        if opened:
            yield consequence("exposed", change.resource, f"open to the outside: {', '.join(opened)}")
        if closed:
            yield consequence("no-longer-exposed", change.resource, f"not open any more: {', '.join(closed)}")


def _open(resource: Resource, side: Side) -> Iterator[str]:
    """The ways in from outside that an object opens."""
    if resource.partial or not side.stands(resource):
        return
    service = read_service(resource)
    if service is not None:
        if service.type is ServiceType.LOAD_BALANCER:
            yield from (f"load balancer port {port.number}" for port in service.ports)
        elif service.type is ServiceType.NODE_PORT:
            numbers = [fields.integer(port, "nodePort") for _, port in fields.items(resource.spec, "ports")]
            yield from (f"node port {number or '(chosen by the cluster)'}" for number in numbers)
        yield from (f"external address {address}" for address in fields.texts(resource.spec, "externalIPs"))
    elif (ingress := read_ingress(resource)) is not None:
        yield from dict.fromkeys(f"host {rule.host or '(every host)'}" for rule in ingress.rules)
    elif (gateway := read_gateway(resource)) is not None:
        for listener in gateway.listeners:
            host = f" {listener.hostname}" if listener.hostname else ""
            yield f"{listener.protocol} listener{host} port {listener.port}"
    elif (workload := read_workload(resource)) is not None and not side.has_no_pods(resource):
        if workload.pod.host_network:
            yield "the host network"
        for container in workload.pod.containers:
            yield from (f"host port {port.host_port}" for port in container.ports if port.host_port)
