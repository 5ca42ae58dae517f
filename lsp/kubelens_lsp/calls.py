"""Who sends requests to whom: from a Gateway or Ingress by routes and Services to the Pods of workloads, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from kubelens.kube.network import read_service
from kubelens.kube.resource import Resource
from kubelens.kube.workload import read_workload, selected_workloads
from kubelens.syntax.place import Place
from kubelens_lsp.names import names_of, occurrences
from kubelens_lsp.occurrence import Symbol
from kubelens_lsp.view import View

Call = tuple[Resource, tuple[Place, ...]]
"""The other end, and the places in the caller that say so."""
_ROUTES: Final = frozenset({"HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute"})
_ENTRIES: Final = frozenset({"Ingress", *_ROUTES})


def takes_part(resource: Resource) -> bool:
    """Whether requests come from or go to an object."""
    return resource.kind in _ENTRIES | {"Gateway", "Service"} or read_workload(resource) is not None


def calls_from(view: View, caller: Resource) -> list[Call]:
    """Where an object sends requests."""
    if caller.kind == "Gateway":
        return [(route, (caller.place.at("metadata", "name"),)) for route, _ in _routes_of(view, caller)]
    if caller.kind == "Service":
        return [(target, (caller.place.at("spec", "selector"),)) for target in _behind(view, caller)]
    return _grouped(
        (target, one.place)
        for one in names_of(view, caller)
        if one.symbol.kind == "Service" and not one.defines
        for target in view.snapshot.bundle.all("Service", one.symbol.scope)
        if target.name == one.symbol.name
    )


def calls_to(view: View, target: Resource) -> list[Call]:
    """What sends requests to an object."""
    if target.kind in _ROUTES:
        gateways = (g for one in names_of(view, target) if one.symbol.kind == "Gateway" for g in _at(view, one.symbol))
        return [(gateway, (gateway.place.at("metadata", "name"),)) for gateway in gateways]
    if target.kind == "Service":
        return _grouped(
            (caller, one.place)
            for one in occurrences(view, [Symbol("Service", target.namespace, target.name)])
            if not one.defines and (caller := view.snapshot.object_at(one.place)) is not None
            if caller.kind in _ENTRIES or read_workload(caller) is not None
        )
    if read_workload(target) is None:
        return []
    services = view.snapshot.bundle.all("Service", target.namespace)
    chosen = (service for service in services if any(one is target for one in _behind(view, service)))
    return [(service, (service.place.at("spec", "selector"),)) for service in chosen]


def _behind(view: View, resource: Resource) -> list[Resource]:
    service = read_service(resource)
    if service is None or not service.selector:
        return []
    return [one.resource for one in selected_workloads(view.snapshot.bundle, service.selector, resource.namespace)]


def _routes_of(view: View, gateway: Resource) -> list[Call]:
    found = occurrences(view, [Symbol("Gateway", gateway.namespace, gateway.name)])
    owners = ((view.snapshot.object_at(one.place), one.place) for one in found if not one.defines)
    return _grouped((route, place) for route, place in owners if route is not None and route.kind in _ROUTES)


def _at(view: View, symbol: Symbol) -> Iterator[Resource]:
    return (one for one in view.snapshot.bundle.all(symbol.kind, symbol.scope) if one.name == symbol.name)


def _grouped(found: Iterable[tuple[Resource, Place]]) -> list[Call]:
    places: dict[int, tuple[Resource, list[Place]]] = {}
    for resource, place in found:
        places.setdefault(id(resource), (resource, []))[1].append(place)
    return [(resource, tuple(dict.fromkeys(at))) for resource, at in places.values()]
