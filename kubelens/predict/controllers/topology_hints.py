"""Hints that the endpoint-slice controller writes: for which zones and nodes an endpoint is meant.

Follows ``endpointslice/trafficdist`` (``ReconcileHintsForSlices``) and ``endpointslice/topologycache`` (``AddHints``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import ceil
from typing import Final

from msgspec.structs import replace

from kubelens.kube.node import Node
from kubelens.predict.controllers.endpointslice import Endpoint, EndpointSlice

TOPOLOGY_MODE: Final = "service.kubernetes.io/topology-mode"
_OLD_TOPOLOGY_MODE: Final = "service.kubernetes.io/topology-aware-hints"
_OVERLOAD: Final = 0.2
_HALF: Final = 0.5
_CONTROL_PLANE: Final = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")


def with_hints(
    slices: Sequence[EndpointSlice], annotations: Mapping[str, str], distribution: str, nodes: Mapping[str, Node]
) -> tuple[EndpointSlice, ...]:
    """A Service's slices with the zone of each endpoint's node, and the hints of those that a controller makes."""
    zoned = [replace(s, endpoints=tuple(_zoned(e, nodes) for e in s.endpoints)) if s.managed else s for s in slices]
    if asks_for_capacity_hints(annotations):
        return _by_capacity(zoned, nodes)
    if distribution not in ("PreferClose", "PreferSameZone", "PreferSameNode"):
        return tuple(zoned)
    return tuple(_by_distribution(s, distribution) if s.managed else s for s in zoned)


def asks_for_capacity_hints(annotations: Mapping[str, str]) -> bool:
    """Whether a Service's annotations ask for topology-aware routing."""
    return annotations.get(TOPOLOGY_MODE, annotations.get(_OLD_TOPOLOGY_MODE, "")) in ("Auto", "auto")


def _zoned(endpoint: Endpoint, nodes: Mapping[str, Node]) -> Endpoint:
    node = nodes.get(endpoint.node)
    return replace(endpoint, zone=node.zone) if node is not None else endpoint


def _by_distribution(one: EndpointSlice, distribution: str) -> EndpointSlice:
    return replace(
        one,
        endpoints=tuple(
            replace(
                e,
                zone_hints=(e.zone,) if e.zone else (),
                node_hints=(e.node,) if e.node and distribution == "PreferSameNode" else (),
            )
            if e.ready
            else e
            for e in one.endpoints
        ),
    )


def _by_capacity(slices: Sequence[EndpointSlice], nodes: Mapping[str, Node]) -> tuple[EndpointSlice, ...]:
    """Topology-aware routing: each zone gets endpoints by its share of the nodes' cpu, or nobody gets a hint."""
    given = list(slices)
    for family in {s.address_type for s in slices if s.managed}:
        of_family = [n for n, s in enumerate(given) if s.managed and s.address_type == family]
        ready = [e for n in of_family for e in given[n].endpoints if e.ready]
        wanted = _allocations(len(ready), nodes)
        if wanted is None or any(not e.zone for e in ready):
            continue
        moved = _spread(ready, wanted)
        for n in of_family:
            hinted = tuple(replace(e, zone_hints=(moved[e],)) if e in moved else e for e in given[n].endpoints)
            given[n] = replace(given[n], endpoints=hinted)
    return tuple(given)


def _allocations(endpoints: int, nodes: Mapping[str, Node]) -> dict[str, float] | None:
    """How many endpoints each zone is to have by its share of cpu (``getAllocations``); None: no hints."""
    usable = [n for n in nodes.values() if not any(label in n.labels for label in _CONTROL_PLANE)]
    if any(not n.zone or not n.allocatable.get("cpu") for n in usable):
        return None
    cpu: dict[str, int] = {}
    for node in usable:
        cpu[node.zone] = cpu.get(node.zone, 0) + node.allocatable["cpu"]
    if len(cpu) < 2 or len(cpu) > endpoints:
        return None
    total = sum(cpu.values())
    found: dict[str, float] = {}
    fewest = 0
    for zone, amount in sorted(cpu.items()):
        desired = endpoints * amount / total
        minimum = ceil(desired / (1 + _OVERLOAD))
        fewest += minimum
        found[zone] = max(desired, float(minimum))
    return found if fewest <= endpoints else None


def _spread(ready: Sequence[Endpoint], wanted: Mapping[str, float]) -> dict[Endpoint, str]:
    """Endpoints by the zone they are to serve: their own, but for those that zones with more than their share give away.

    Follows ``getGivingAndReceivingZones`` and ``redistributeHints``; of zones with the same need the first by name.
    """
    here = Counter(e.zone for e in ready)
    giving = {zone: here[zone] - share for zone, share in wanted.items() if here[zone] > share}
    receiving = {zone: share - here[zone] for zone, share in wanted.items() if here[zone] < share}
    gives: Counter[str] = Counter()
    takes: list[str] = []
    while giving and receiving:
        giver = max(giving, key=lambda zone: giving[zone])
        taker = max(receiving, key=lambda zone: receiving[zone])
        given, taken = giving[giver], receiving[taker]
        if (given < 1 and taken < 1) or given < _HALF or taken < _HALF:
            break
        giving[giver] -= 1
        receiving[taker] -= 1
        gives[giver] += 1
        takes.append(taker)
    takes.sort()
    zones: dict[Endpoint, str] = {}
    for endpoint in ready:
        zones[endpoint] = endpoint.zone
        if gives[endpoint.zone] and takes:
            gives[endpoint.zone] -= 1
            zones[endpoint] = takes.pop(0)
    return zones
