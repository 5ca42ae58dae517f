"""The ways into a Service's port, and what a node's kube-proxy does with a new connection on each.

Follows ``pkg/proxy/nftables/proxier.go`` and ``pkg/proxy/iptables/proxier.go`` (``syncProxyRules``).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from enum import StrEnum
from fractions import Fraction
from typing import Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.network import Service, ServicePort, ServiceType
from kubelens.predict.controllers.endpointslice import EndpointSlice, address_family, families_of
from kubelens.predict.controllers.topology_hints import asks_for_capacity_hints
from kubelens.predict.network.kube_proxy.categorize import (
    Backend,
    NodePlace,
    Policies,
    backends,
    categorize,
)

NEAR: Final = ("PreferSameNode", "PreferSameZone", "PreferClose")
OTHER_PROXY: Final = "service.kubernetes.io/service-proxy-name"
ALLOCATED: Final = 0


class Way(StrEnum):
    """What a client connects to."""

    CLUSTER_IP = "cluster IP"
    NODE_PORT = "node port"
    LOAD_BALANCER = "load balancer"
    EXTERNAL_IP = "external IP"


class Origin(StrEnum):
    """Where a connection comes from, as the node sees it that decides."""

    POD = "a Pod on the node"
    NODE = "the node"
    OUTSIDE = "outside"


class Mode(StrEnum):
    """How kube-proxy writes its rules."""

    NFTABLES = "nftables"
    IPTABLES = "iptables"


class Verdict(StrEnum):
    """What becomes of a connection: sent to an endpoint, refused, dropped, or left to routing (there is no rule).

    ``OPEN``: nodes decide, and the manifests do not say what runs where.
    """

    SENT = "dnat"
    REJECTED = "reject"
    DROPPED = "drop"
    UNTOUCHED = "untouched"
    OPEN = "open"


class Entry(Struct, frozen=True):
    """A way in: an address (words where only the cluster knows it) and a port (0: the API server gives one).

    ``family`` is ``IPv4`` or ``IPv6``. ``proxied``: the load balancer ends connections itself (``ipMode: Proxy``).
    """

    way: Way
    address: str
    port: int
    family: str
    proxied: bool = False


class Client(Struct, frozen=True):
    """Who connects; ``address`` as the node sees it, ``""`` where it is not known."""

    origin: Origin
    address: str = ""


class Outcome(Struct, frozen=True):
    """A verdict and, where connections are sent on, the share of new ones each endpoint gets.

    Of an open one ``possible`` are the endpoints that may get it, and ``otherwise`` says what becomes of it where none of
    them does (None: one of them gets it).
    """

    verdict: Verdict
    shares: tuple[tuple[Backend, Fraction], ...] = ()
    possible: tuple[Backend, ...] = ()
    otherwise: Verdict | None = None


def entries(service: Service, port: ServicePort, families: Sequence[str]) -> Iterator[Entry]:
    """The ways into a port; none for headless Services and aliases. ``families``: the cluster's."""
    if service.headless or service.type is ServiceType.EXTERNAL_NAME:
        return
    spec = service.resource.spec
    written = fields.texts(spec, "clusterIPs") or ((service.cluster_ip,) if service.cluster_ip else ())
    own = families_of(service.resource.value, tuple(families))
    known = {address_family(a): a for a in written}
    for family in own:
        yield Entry(Way.CLUSTER_IP, known.get(family, f"<its {family} cluster IP>"), port.number, family)
    if has_node_port(service, port):
        yield Entry(Way.NODE_PORT, "<any node>", port.node_port or ALLOCATED, own[0])
    if service.type is ServiceType.LOAD_BALANCER:
        yield from _load_balancers(service, port, own[0])
    for address in service.external_ips:
        yield Entry(Way.EXTERNAL_IP, address, port.number, address_family(address) or own[0])


def has_node_port(service: Service, port: ServicePort) -> bool:
    """Whether nodes listen for a port: type NodePort, or LoadBalancer unless it asks for none."""
    if service.type is ServiceType.LOAD_BALANCER:
        return bool(port.node_port) or service.allocates_node_ports
    return service.type is ServiceType.NODE_PORT


def _load_balancers(service: Service, port: ServicePort, family: str) -> Iterator[Entry]:
    status = fields.mapping(fields.mapping(service.resource.value, "status"), "loadBalancer")
    listed = fields.items(status, "ingress")
    for _, ingress in listed:
        if address := fields.text(ingress, "ip"):
            proxied = fields.text(ingress, "ipMode") == "Proxy"
            yield Entry(Way.LOAD_BALANCER, address, port.number, address_family(address) or family, proxied)
    if not listed:
        yield Entry(Way.LOAD_BALANCER, "<its address>", port.number, family)


def outcome(
    service: Service,
    port: ServicePort,
    slices: Sequence[EndpointSlice],
    entry: Entry,
    node: NodePlace,
    client: Client,
    mode: Mode = Mode.NFTABLES,
) -> Outcome:
    """What becomes of a new connection that a node's kube-proxy sees."""
    if OTHER_PROXY in service.resource.labels:
        unallocated = mode is Mode.NFTABLES and entry.way is Way.CLUSTER_IP
        return Outcome(Verdict.DROPPED if unallocated else Verdict.UNTOUCHED)
    if entry.proxied:
        return Outcome(Verdict.UNTOUCHED)
    policies = Policies(
        service.internal_traffic == "Local",
        service.external_traffic == "Local",
        _is_externally_accessible(service, port),
    )
    endpoints = backends(slices, port, entry.family)
    found = categorize(endpoints, policies, node)
    refused = entry.way is Way.LOAD_BALANCER and not passes_ranges(service, client, entry.family)
    if not found.anywhere:
        if refused and mode is Mode.NFTABLES:
            return Outcome(Verdict.DROPPED)
        external = entry.way in (Way.LOAD_BALANCER, Way.EXTERNAL_IP)
        if external and client.origin is Origin.NODE and mode is Mode.IPTABLES:
            return Outcome(Verdict.UNTOUCHED)
        return Outcome(Verdict.REJECTED)
    if refused:
        return Outcome(Verdict.DROPPED)
    if _keeps_to_node(policies, entry, client):
        if open_ones := tuple(e for e in endpoints if e.ready and (e.unplaced or not node.name)):
            return Outcome(
                Verdict.OPEN,
                possible=(*found.local, *open_ones),
                otherwise=None if found.local else Verdict.DROPPED,
            )
        used = found.local
    elif _nearness_is_open(service, endpoints, node):
        return Outcome(Verdict.OPEN, possible=tuple(e for e in endpoints if e.ready))
    else:
        used = found.cluster
    if not used:
        return Outcome(Verdict.DROPPED)
    return Outcome(Verdict.SENT, tuple((backend, Fraction(1, len(used))) for backend in used))


def any_of(outcomes: Sequence[Outcome]) -> Outcome:
    """One of several, and nobody knows which: it itself where they are the same, else an open one."""
    first, *others = outcomes
    if all(other == first for other in others):
        return first
    possible = [b for one in outcomes for b in (*(b for b, _ in one.shares), *one.possible)]
    ends = [one.otherwise or one.verdict for one in outcomes if not one.shares and (one.otherwise or not one.possible)]
    return Outcome(Verdict.OPEN, possible=tuple(dict.fromkeys(possible)), otherwise=next(iter(ends), None))


def _nearness_is_open(service: Service, endpoints: Sequence[Backend], node: NodePlace) -> bool:
    """Whether hints decide among several endpoints, and what they say depends on nodes that nobody tells."""
    ready = [e for e in endpoints if e.ready]
    if len(ready) < 2:
        return False
    by_node = all(e.node_hints for e in ready)
    if by_node and not node.name:
        return True
    if by_node and any(node.name in e.node_hints for e in ready):
        return False
    if not node.zone_known and all(e.zone_hints for e in ready):
        return len({e.zone_hints for e in ready}) > 1
    asked = service.traffic_distribution in NEAR or asks_for_capacity_hints(service.resource.annotations)
    return asked and any(e.unplaced or (e.unhinted and not node.cluster_known) for e in ready)


def _keeps_to_node(policies: Policies, entry: Entry, client: Client) -> bool:
    """Whether only endpoints on the node that decides may be used."""
    if entry.way is Way.CLUSTER_IP:
        return policies.internal_local
    return policies.external_local and client.origin is Origin.OUTSIDE


def _is_externally_accessible(service: Service, port: ServicePort) -> bool:
    """Whether nodes answer for a port at more than the cluster IP (``ExternallyAccessible``)."""
    balancers = (e for e in _load_balancers(service, port, "") if service.type is ServiceType.LOAD_BALANCER)
    return has_node_port(service, port) or bool(service.external_ips) or any(not e.proxied for e in balancers)


def passes_ranges(service: Service, client: Client, family: str) -> bool:
    """Whether ``loadBalancerSourceRanges`` let a client's address in; an address nobody knows is not let in.

    Ranges of the other address family do not count.
    """
    networks = [n for n in map(_network, service.source_ranges) if n is not None and f"IPv{n.version}" == family]
    if not networks:
        return True
    try:
        address = ipaddress.ip_address(client.address)
    except ValueError:
        return False
    return any(address in network for network in networks)


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None
