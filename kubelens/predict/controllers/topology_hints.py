"""Hints that the endpoint-slice controller writes: for which zones and nodes an endpoint is meant.

Follows ``endpointslice/trafficdist`` (``ReconcileHintsForSlices``) and ``endpointslice/topologycache`` (``AddHints``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, inf
from typing import Final

from msgspec.structs import replace

from kubelens.kube.node import Node
from kubelens.predict.controllers.endpointslice import Endpoint, EndpointSlice

TOPOLOGY_MODE: Final = "service.kubernetes.io/topology-mode"
_OLD_TOPOLOGY_MODE: Final = "service.kubernetes.io/topology-aware-hints"
_OVERLOAD: Final = 0.2
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
        if moved is None:
            continue
        for n in of_family:
            hinted = tuple(replace(e, zone_hints=(moved[e],)) if e in moved else e for e in given[n].endpoints)
            given[n] = replace(given[n], endpoints=hinted)
    return tuple(given)


def _allocations(endpoints: int, nodes: Mapping[str, Node]) -> dict[str, tuple[int, float]] | None:
    """For each zone the fewest and the most endpoints it may have (``getAllocations``); None: no hints."""
    usable = [n for n in nodes.values() if not any(label in n.labels for label in _CONTROL_PLANE)]
    if any(not n.zone or not n.allocatable.get("cpu") for n in usable):
        return None
    cpu: dict[str, int] = {}
    for node in usable:
        cpu[node.zone] = cpu.get(node.zone, 0) + node.allocatable["cpu"]
    if len(cpu) < 2 or len(cpu) > endpoints:
        return None
    total = sum(cpu.values())
    found: dict[str, tuple[int, float]] = {}
    fewest = 0
    for zone, amount in cpu.items():
        desired = endpoints * amount / total
        minimum = ceil(desired / (1 + _OVERLOAD))
        fewest += minimum
        found[zone] = (minimum, desired)
    return found if fewest <= endpoints else None


def _spread(ready: Sequence[Endpoint], wanted: Mapping[str, tuple[int, float]]) -> dict[Endpoint, str] | None:
    """Endpoints by the zone they are to serve: their own, but for those that zones with too many give away."""
    zones: dict[Endpoint, str] = {e: e.zone for e in ready}
    here: dict[str, list[Endpoint]] = {zone: [] for zone in wanted}
    for endpoint in ready:
        if endpoint.zone not in here:
            return None
        here[endpoint.zone].append(endpoint)
    needing = {zone: minimum - len(here[zone]) for zone, (minimum, _) in wanted.items() if len(here[zone]) < minimum}
    giving = {zone: len(here[zone]) - minimum for zone, (minimum, _) in wanted.items() if len(here[zone]) > minimum}
    for zone, need in needing.items():
        for _ in range(need):
            richest = max(giving, key=lambda z: giving[z] if giving[z] else -inf, default="")
            if not richest or not giving[richest]:
                return None
            giving[richest] -= 1
            zones[here[richest].pop(0)] = zone
    return zones
