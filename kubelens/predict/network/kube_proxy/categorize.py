"""Which endpoints a node's kube-proxy uses (``pkg/proxy/topology.go``, ``CategorizeEndpoints``)."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from kubelens.kube.network import ServicePort
from kubelens.predict.controllers.endpointslice import EndpointSlice

SAME_NODE: Final = "PreferSameNode"
SAME_ZONE: Final = "PreferSameZone"


class Backend(Struct, frozen=True):
    """An address and port behind a Service's port; ``pod`` and ``node`` are ``""`` where a slice names none.

    ``unplaced``: it is a Pod, and the manifests do not say on which node. ``unhinted``: it is a Pod for whose zone or node
    no hint stands here.
    """

    address: str
    port: int
    pod: str
    node: str
    ready: bool
    serving_terminating: bool
    zone_hints: tuple[str, ...] = ()
    node_hints: tuple[str, ...] = ()
    unplaced: bool = False
    unhinted: bool = False

    def __str__(self) -> str:
        return f"[{self.address}]:{self.port}" if _is_ipv6(self.address) else f"{self.address}:{self.port}"


class NodePlace(Struct, frozen=True):
    """The node whose kube-proxy decides, and its zone; ``name`` is ``""`` for some node that nobody names.

    ``zone_known``: ``zone`` is its zone, ``""`` for none. ``cluster_known``: the cluster's nodes are among the files.
    """

    name: str
    zone: str = ""
    zone_known: bool = True
    cluster_known: bool = True


class Policies(Struct, frozen=True):
    """What of a Service decides: its traffic policies, and whether anything reaches it from outside the cluster."""

    internal_local: bool
    external_local: bool
    externally_accessible: bool


class Categories(Struct, frozen=True):
    """``cluster``: for policy Cluster; ``local``: for policy Local; ``anywhere``: whether any node has one of use."""

    cluster: tuple[Backend, ...]
    local: tuple[Backend, ...]
    anywhere: bool


def backends(slices: Sequence[EndpointSlice], port: ServicePort, family: str) -> tuple[Backend, ...]:
    """The endpoints of a Service's port: slices of the family with a port of its name and protocol."""
    found: dict[tuple[str, int], Backend] = {}
    for one in slices:
        numbers = [p.number for p in one.ports if (p.name, p.protocol) == (port.name, port.protocol) and p.number]
        if one.address_type != family:
            continue
        for number in numbers:
            for endpoint in one.endpoints:
                ready = endpoint.ready is not False
                serving = endpoint.serving if endpoint.serving is not None else ready
                for address in endpoint.addresses[:1]:
                    found[address, number] = Backend(
                        address,
                        number,
                        endpoint.pod,
                        endpoint.node,
                        ready,
                        serving and endpoint.terminating is True,
                        endpoint.zone_hints,
                        endpoint.node_hints,
                        one.managed and bool(endpoint.pod) and not endpoint.node,
                        one.managed and bool(endpoint.pod) and not endpoint.zone_hints and not endpoint.node_hints,
                    )
    return tuple(found.values())


def categorize(endpoints: Sequence[Backend], policies: Policies, node: NodePlace) -> Categories:
    """Ready endpoints, near ones where hints say so; terminating ones that still serve where no ready one is left."""
    usable = [e for e in endpoints if e.ready or e.serving_terminating]
    cluster: tuple[Backend, ...] = ()
    if not policies.internal_local or policies.externally_accessible:
        preference = _preference([e for e in endpoints if e.ready], node)
        cluster = tuple(e for e in endpoints if e.ready and _is_near(e, preference, node))
        cluster = cluster or tuple(e for e in endpoints if e.serving_terminating)
    local: tuple[Backend, ...] = ()
    if policies.internal_local or (policies.external_local and policies.externally_accessible):
        here = [e for e in endpoints if e.node and e.node == node.name]
        local = tuple(e for e in here if e.ready) or tuple(e for e in here if e.serving_terminating)
    return Categories(cluster, local, bool(usable))


def local_ready(slices: Sequence[EndpointSlice], node: str) -> int:
    """How many ready endpoints a node has, at whatever port they have (``LocalReadyEndpoints``).

    A node's health check port of a Service answers 200 where there is one, 503 where there is none.
    """
    usable = (s for s in slices if any(p.number for p in s.ports))
    ready = (e for s in usable for e in s.endpoints if e.ready is not False and e.node and e.node == node)
    return len({address for endpoint in ready for address in endpoint.addresses[:1]})


def maybe_local(slices: Sequence[EndpointSlice]) -> int:
    """How many ready Pods may run on any node, as nothing says where they do."""
    usable = (s for s in slices if s.managed and any(p.number for p in s.ports))
    return len({e.pod for s in usable for e in s.endpoints if e.ready is not False and e.pod and not e.node})


def _preference(ready: Sequence[Backend], node: NodePlace) -> str:
    """(``topologyModeFromHints``): hints count where every ready endpoint has them and one of them is meant."""
    if not ready:
        return ""
    if all(e.node_hints for e in ready) and any(node.name in e.node_hints for e in ready):
        return SAME_NODE
    if all(e.zone_hints for e in ready) and any(node.zone in e.zone_hints for e in ready):
        return SAME_ZONE
    return ""


def _is_near(endpoint: Backend, preference: str, node: NodePlace) -> bool:
    if preference == SAME_NODE:
        return node.name in endpoint.node_hints
    return preference != SAME_ZONE or node.zone in endpoint.zone_hints


def _is_ipv6(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).version == 6
    except ValueError:
        return False
