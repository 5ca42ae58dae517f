"""Where connections through a Service end: Pods, addresses written by hand, a name outside the cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.kube import fields
from kubelens.kube.network import Service, ServicePort, ServiceType
from kubelens.kube.pod_labels import selects
from kubelens.kube.selector import read_labels
from kubelens.predict.api import Ask
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.controllers.endpointslice import Endpoint
from kubelens.predict.network.destination import find_service
from kubelens.predict.network.dns.record import CLUSTER_DOMAIN
from kubelens.predict.network.ends import ANYWHERE, AddressEnd, End, PodEnd
from kubelens.predict.network.ingress_reach import served_ports
from kubelens.predict.network.own_status import Readiness, readiness_of
from kubelens.predict.network.service_slices import usable_written
from kubelens.predict.network.unreached import WhyUnreachedOf

_LONGEST_CHAIN: Final = 7


class Goal(Struct, frozen=True):
    """Where a connection ends: Pods (or addresses) and their own port; ``through``: the Service port that leads there.

    ``assumption``: what is taken for granted of an end that is not among the files.
    """

    end: End
    port: int | None
    through: str = ""
    assumption: str = ""


class Asked(Struct, frozen=True):
    """The port that a client writes (None: any), and its protocol."""

    port: int | None
    protocol: str = "TCP"

    def means(self, port: ServicePort) -> bool:
        """Whether a Service's port is the one asked for."""
        return self.port is None or (port.number, port.protocol) == (self.port, self.protocol)


def goals_behind(ask: Ask, service: Service, asked: Asked, ends: Sequence[PodEnd], chain: int = 0) -> Iterator[Goal]:
    """What stands behind a Service's port: ready Pods, those that leave and still serve where none is ready, or nobody yet.

    Ends that no Pod stands at come along with ready ones, and alone where nothing serves.
    """
    if service.type is ServiceType.EXTERNAL_NAME:
        yield from _alias(ask, service, asked, ends, chain)
        return
    if service.headless:
        yield from _headless(ask, service, asked, ends)
        return
    for one in service.ports:
        if not asked.means(one):
            continue
        selected = [(end, ports) for end in ends if (ports := served_ports(service, one, end))]
        selected = [(end, ports) for end, ports in selected if _stays_selected(ask, service, end)]
        by_readiness: dict[Readiness, list[Goal]] = {}
        for end, ports in selected:
            number = ports.ranges[0][1][0][0]
            through = f"Service {service.namespace}/{service.name}: port {one} is port {number} of {end}"
            goal = Goal(end, number, through if number != one.number or service.name != end.name else "")
            by_readiness.setdefault(readiness_of(ask, service, end), []).append(goal)
        found = [*by_readiness.get(Readiness.READY, []), *_written(ask, service, one, ends)]
        nobody = by_readiness.get(Readiness.NOBODY, [])
        yield from [*found, *nobody] if found else by_readiness.get(Readiness.LEAVES, nobody)


def _headless(ask: Ask, service: Service, asked: Asked, ends: Sequence[PodEnd]) -> Iterator[Goal]:
    """DNS leads to the Pods themselves, and nothing turns a port into another one."""
    title = f"Service {service.namespace}/{service.name}"
    own = next((one for one in service.ports if asked.port is not None and asked.means(one)), None)
    told = f"{title} is headless: DNS leads to the Pods themselves, at the port that is asked for"
    if own is not None and str(own.target) != str(own.number):
        told += f" (targetPort {own.target} counts for SRV records alone)"
    if service.selector is not None:
        chosen = [e for e in ends if e.namespace == service.namespace and e.matches(service.selector)]
        chosen = [e for e in chosen if _stays_selected(ask, service, e)]
        chosen = [e for e in chosen if readiness_of(ask, service, e) in (Readiness.READY, Readiness.NOBODY)]
        yield from (Goal(end, asked.port, told) for end in chosen)
    for one in usable_written(ask, service):
        for endpoint in one.endpoints:
            yield from (replace(goal, port=asked.port, through=told) for goal in _end_of(endpoint, service, ends))


def _stays_selected(ask: Ask, service: Service, end: PodEnd) -> bool:
    """Whether a Service selects Pods by the labels that policies leave them; those that are kept out have their own."""
    pod = ask(Admitted(end.workload.resource)).answer.pod
    if pod is None or service.selector is None:
        return True
    labels = read_labels(fields.mapping(fields.mapping(pod, "metadata"), "labels"))
    return selects(service.selector, labels, end.workload.resource)


def why_none(ask: Ask, service: Service, port: int | None) -> str:
    """Why no goal is known behind a Service, or behind the port of that number."""
    title = f"Service {service.namespace}/{service.name}"
    if service.type is ServiceType.EXTERNAL_NAME:
        name = service.external_name
        if _is_address(name):
            return f"{title}: externalName {name} is an address, of which CoreDNS makes no record: nothing answers"
        return f"{title} is an alias of {name}, which leads to nothing among the files"
    asked = [one for one in service.ports if port in (None, one.number)]
    if not asked:
        listed = ", ".join(str(p) for p in service.ports) or "none"
        return f"{title} has no port {port}; it has: {listed}"
    why = "; ".join(dict.fromkeys(r.text for one in asked for r in ask(WhyUnreachedOf(service, one)).reasons))
    where = f"port {port}" if port is not None else "it"
    return f"{title}: {where} leads to no Pod of the files: {why}"


def _written(ask: Ask, service: Service, port: ServicePort, ends: Sequence[PodEnd]) -> Iterator[Goal]:
    """Endpoints that somebody wrote; one that names a Pod of the files is that Pod."""
    for one in usable_written(ask, service):
        number = one.number_of(port.name, port.protocol)
        if number is None:
            continue
        for endpoint in one.endpoints:
            for goal in _end_of(endpoint, service, ends):
                at = endpoint.addresses[0]
                through = f"Service {service.namespace}/{service.name}: port {port} is port {number} of {at}"
                yield replace(goal, port=number, through=through)


def _end_of(endpoint: Endpoint, service: Service, ends: Sequence[PodEnd]) -> Iterator[Goal]:
    """A ready endpoint that somebody wrote: the Pod that it names, or its first address."""
    for address in endpoint.addresses[:1] if endpoint.ready is not False else ():
        pod = _pod_at(ends, service.namespace, endpoint.pod, address)
        taken = "" if pod else f"{address}, an endpoint written by hand, is no Pod's: policies know those by labels"
        yield Goal(pod or AddressEnd(ip_address(address), ip_address(address)), None, "", taken)


def _pod_at(ends: Sequence[PodEnd], namespace: str, name: str, address: str) -> PodEnd | None:
    for end in ends:
        resource = end.workload.resource
        if resource.kind != "Pod" or end.namespace != namespace:
            continue
        own = fields.text(fields.mapping(resource.value, "status"), "podIP")
        if resource.name == name or (own and own == address):
            return end
    return None


def _alias(ask: Ask, service: Service, asked: Asked, ends: Sequence[PodEnd], chain: int) -> Iterator[Goal]:
    """An ExternalName: the client connects to what the name means, at the very port that it asks for."""
    name = service.external_name.rstrip(".").lower()
    title = f"Service {service.namespace}/{service.name} is an alias of {name}"
    if _is_address(name) or chain > _LONGEST_CHAIN:
        return
    suffix = f".svc.{CLUSTER_DOMAIN}"
    if not name.endswith(f".{CLUSTER_DOMAIN}"):
        text = (
            f"{name} has some address outside the cluster, which the files do not say: rules for a part of all addresses, "
            "exceptions too, are taken not to mean it"
        )
        yield Goal(ANYWHERE, asked.port, title, text)
        return
    own, _, namespace = name.removesuffix(suffix).rpartition(".")
    target = find_service(ask.bundle, namespace, own) if name.endswith(suffix) else None
    if target is not None:
        for goal in goals_behind(ask, target, asked, ends, chain + 1):
            yield replace(goal, through=f"{title}; {goal.through}" if goal.through else title)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
