"""Routes of the Gateway API whose Gateway is not among the manifests: who listens for them is not known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.kube.bundle import Bundle
from kubelens.kube.gateway import GROUP, ROUTE_PROTOCOLS, read_route
from kubelens.predict.api import Assumption
from kubelens.predict.first_names import first_names
from kubelens.predict.network.path_match import matches_labels
from kubelens.predict.network.request import Request

_MOST_NAMED: Final = 4


def without_gateway(bundle: Bundle, request: Request) -> Iterator[Assumption]:
    """One assumption for each such Gateway, with the routes that may take a request's host."""
    routes: dict[str, list[str]] = {}
    for kind in ROUTE_PROTOCOLS:
        for resource in bundle.all(kind, group=GROUP):
            route = read_route(resource) if not resource.partial else None
            if route is None or not any(matches_labels(host, request.host) for host in route.hostnames or ("",)):
                continue
            for parent in route.parents:
                known = parent.kind != "Gateway" or any(
                    one.name == parent.name for one in bundle.all("Gateway", parent.namespace, group=GROUP)
                )
                if not known:
                    gateway = f"{parent.namespace}/{parent.name}"
                    routes.setdefault(gateway, []).append(f"{kind} {resource.namespace}/{resource.name}")
    for gateway, found in routes.items():
        named = list(dict.fromkeys(found))
        verb = "take" if len(named) > 1 else "takes"
        listed = first_names(named, _MOST_NAMED)
        yield Assumption(f"{listed} {verb} no part: Gateway {gateway} is not among the files")
