"""Which host and path is answered by what, before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from kubelens.kube.gateway import read_route
from kubelens.kube.network import read_ingress
from kubelens.kube.resource import Resource
from kubelens.plan.change import ObjectChange
from kubelens.plan.consequence import Consequence, consequence
from kubelens.plan.sides import Side, Sides
from kubelens.predict.network.destination import Destination, Route
from kubelens.predict.network.gateway import GatewayRoutesOf
from kubelens.predict.network.ingress import IngressRoutesOf
from kubelens.predict.network.request import Request, read_request

_ANY_HOST: Final = "any-host.example"
_NOT_NAMED: Final = frozenset({"the default IngressClass", "no IngressClass"})
_NONE: Final[frozenset[str]] = frozenset()

Ends = Mapping[str, frozenset[str]]


def routes(sides: Sides, changes: Sequence[ObjectChange]) -> Iterator[Consequence]:
    """One for each host and path that one side names and that ends elsewhere on the other."""
    asked = {**_requests(sides.old), **_requests(sides.after)}
    if not asked:
        return
    for url, (request, source) in asked.items():
        was, now = _ends(sides.old, sides.after, request), _ends(sides.after, sides.old, request)
        now = {end: pods | (was.get(end, _NONE) & sides.serving) for end, pods in now.items()}
        before, after = _answering(was, now), _answering(now, was)
        if before == after or (_is_as_it_was(sides, source) and _by_the_same_pods(sides, request)):
            yield from _other_class(sides, request, url, source)
            continue
        if before and not after:
            text = f"{', '.join(before)} -> nobody ({_nobody(sides.after, request)})"
            yield consequence("route-lost", source, f"{url}  {text}")
        elif after and not before:
            yield consequence("route-added", source, f"{url}  nobody -> {', '.join(after)}")
        else:
            yield consequence("route-moved", source, f"{url}  {', '.join(before)} -> {', '.join(after)}")


def _is_as_it_was(sides: Sides, source: Resource) -> bool:
    old = sides.before(source)
    return old is not None and old.value == source.value


def _by_the_same_pods(sides: Sides, request: Request) -> bool:
    """Whether the same ports of the same Pods answer through the same Services: then only a Service's port is another."""
    before, after = _pods(sides.old, request), _pods(sides.after, request)
    return before == after and all(pods for *_, pods in before) and bool(before)


def _pods(side: Side, request: Request) -> set[tuple[str, str, float, frozenset[str]]]:
    return {
        (end.namespace, end.service, end.odds, frozenset(end.pods) if end.status is None else _NONE)
        for route in _routes(side, request)
        for end in route.destinations
        if route.redirect is None
    }


def _other_class(sides: Sides, request: Request, url: str, source: Resource) -> Iterator[Consequence]:
    """Where the same answers by another class of Ingresses or another Gateway: its proxy has an address of its own."""
    before, after = _entries(sides.old, request), _entries(sides.after, request)
    if before and after and before != after and not {*before, *after} & _NOT_NAMED:
        text = f"by {', '.join(before)} -> by {', '.join(after)}"
        notes = ["where their addresses differ, DNS has to lead to the one that answers now"]
        yield consequence("route-moved", source, f"{url}  {text}", notes)


def _entries(side: Side, request: Request) -> tuple[str, ...]:
    """The classes and Gateways that answer, without what their controllers are called."""
    return tuple(
        route.entry.partition(" (")[0]
        for route in _routes(side, request)
        if route.redirect is not None or any(end.status is None for end in route.destinations)
    )


def _answering(ends: Ends, other: Ends) -> list[str]:
    """The ends that answer on one side: all with Pods, and those that the other side knows as little of."""
    return [end for end, pods in ends.items() if pods or not other.get(end)]


def _requests(side: Side) -> dict[str, tuple[Request, Resource]]:
    """A request for each host and path of the Ingresses and HTTPRoutes, by its URL for people."""
    found: dict[str, tuple[Request, Resource]] = {}
    for resource in side.bundle.all("Ingress"):
        ingress = read_ingress(resource)
        if ingress is None or not side.stands(resource):
            continue
        secure = {host for entry in ingress.tls for host in entry.hosts}
        for rule in ingress.rules:
            for path in rule.paths:
                _add(found, rule.host, path.path, rule.host in secure, resource)
        if ingress.default_backend is not None and not ingress.rules:
            _add(found, "", "/", False, resource)
    for resource in side.bundle.all("HTTPRoute"):
        route = read_route(resource)
        if route is None or not side.stands(resource):
            continue
        for gateway_rule in route.rules:
            for match in gateway_rule.matches:
                for host in route.hostnames or ("",):
                    _add(found, host, match.path, False, resource)
    return found


def _add(found: dict[str, tuple[Request, Resource]], host: str, path: str, secure: bool, resource: Resource) -> None:
    scheme = "https" if secure else "http"
    shown = f"{scheme}://{host or '*'}{path or '/'}"
    named = (host or _ANY_HOST).replace("*.", "any.")
    try:
        found.setdefault(shown, (read_request(f"{scheme}://{named}{path or '/'}"), resource))
    except ValueError:
        return


def _routes(side: Side, request: Request) -> tuple[Route, ...]:
    return (*side.ask(IngressRoutesOf(request)).answer, *side.ask(GatewayRoutesOf(request)).answer)


def _ends(side: Side, other: Side, request: Request) -> Ends:
    """What a request ends at, as ``namespace/service:port (share)`` or a redirect, with the workloads behind it.

    A Service that only the other side has is no end here; one that neither has may be in the cluster.
    """
    found: dict[str, frozenset[str]] = {}
    for route in _routes(side, request):
        if route.redirect is not None:
            found[f"redirect {route.redirect.status} {route.redirect.url or ''}".strip()] = frozenset({"the client"})
        for end in route.destinations:
            gone = not _has(side, end) and _has(other, end)
            if end.status is None and not gone:
                share = f" ({end.odds:.0%})" if end.odds < 1 else ""
                found[f"{end.namespace}/{end.service}:{end.port}{share}"] = frozenset(
                    pod.rpartition(":")[0] for pod in end.pods
                )
    return found


def _has(side: Side, end: Destination) -> bool:
    return side.bundle.get("Service", end.namespace, end.service, group="") is not None


def _nobody(side: Side, request: Request) -> str:
    """What a client gets where nothing answers: the proxy's own status, 503 where a Service without Pods is left."""
    found = _routes(side, request)
    if any(route.destinations for route in found):
        return "503"
    return next((str(route.status) for route in found if route.status is not None), "no rule")
