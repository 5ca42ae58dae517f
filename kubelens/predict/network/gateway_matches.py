"""Which routes join a listener of a Gateway, and which of their matches fit a request.

Follows the Gateway API's own text (``ParentReference``, ``AllowedRoutes``, ``HTTPRouteRule.matches``,
``GRPCRouteRule.matches``, and the rule of GRPCRoute that a hostname belongs to one kind of route).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from msgspec import Struct

from kubelens.kube.bundle import Bundle
from kubelens.kube.gateway import (
    ROUTE_PROTOCOLS,
    Gateway,
    GatewayRoute,
    Listener,
    RouteMatch,
    RouteRule,
    ValueMatch,
    read_route,
)
from kubelens.predict.api import Assumption, Reason
from kubelens.predict.network.attachment import refusals_of
from kubelens.predict.network.gateway_expressions import fits_expression
from kubelens.predict.network.path_match import (
    intersection,
    is_exact_match,
    is_prefix_match,
    matches_labels,
    specificity,
)
from kubelens.predict.network.request import Request
from kubelens.syntax.place import Place

_RIVALS: Final = ("HTTPRoute", "GRPCRoute")


class Candidate(Struct, frozen=True, eq=False):
    """A match of a rule that fits a request, with the hostname it fits by."""

    route: GatewayRoute
    rule: RouteRule
    match: RouteMatch
    hostname: str
    order: tuple[int, int]

    @property
    def title(self) -> str:
        """``HTTPRoute shop/web host shop.example.com path /cart (PathPrefix)``."""
        resource = self.route.resource
        head = f"{resource.kind} {resource.namespace}/{resource.name}"
        if resource.kind not in _RIVALS:
            return f"{head} host {self.hostname or '*'}"
        return f"{head} host {self.hostname or '*'} {self.match}"

    @property
    def place(self) -> Place:
        """The rule."""
        return self.route.resource.place.at(*self.rule.at)

    @property
    def rank(self) -> tuple[Any, ...]:
        """Sorts the winner first: host, path or call, method, headers, parameters, age, name, place in the route."""
        match = self.match
        if match.call is not None:
            path = (len(match.call[0]), len(match.call[1]))
        elif match.path_type == "Exact":
            path = (2, 0)
        else:
            path = (int(match.path_type == "PathPrefix"), len(match.path))
        return (
            *(-n for n in specificity(self.hostname)),
            *(-n for n in path),
            not match.method,
            -len(match.headers),
            -len(match.query),
            *age(self.route),
            self.order,
        )


def age(route: GatewayRoute) -> tuple[str, str, str]:
    """Sorts the older route first, then by namespace and name."""
    resource = route.resource
    return (str(resource.metadata.get("creationTimestamp") or "9999"), resource.namespace, resource.name)


def not_attached(bundle: Bundle, route: GatewayRoute, gateway: Gateway, listener: Listener) -> str | None:
    """Why a route does not join a listener by any of its parents: ``""`` where none is its Gateway, None where it joins."""
    own = ("Gateway", gateway.resource.namespace, gateway.resource.name)
    why = ""
    for parent in route.parents:
        if (parent.kind, parent.namespace, parent.name) == own:
            first = next(refusals_of(bundle, route, parent, gateway, listener), None)
            if first is None:
                return None
            why = why or first[0]
    return why


def candidates(
    bundle: Bundle,
    gateway: Gateway,
    listener: Listener,
    request: Request,
    passed: list[Reason],
    taken: list[Assumption],
) -> Iterator[Candidate]:
    """The matches that fit; why each other one does not goes to ``passed``, what is taken for granted then to ``taken``."""
    joined: list[tuple[GatewayRoute, str]] = []
    for kind in ROUTE_PROTOCOLS:
        for resource in bundle.all(kind):
            route = read_route(resource)
            if route is None or resource.partial:
                continue
            title = f"{kind} {resource.namespace}/{resource.name}"
            why = not_attached(bundle, route, gateway, listener)
            if why is not None:
                if why:
                    passed.append(Reason(f"{title}: {why}", resource.place))
                continue
            hosts = [h for name in route.hostnames or ("",) if (h := intersection(listener.hostname, name)) is not None]
            fitting = [h for h in hosts if matches_labels(h, request.host)]
            if fitting:
                joined.append((route, max(fitting, key=specificity)))
            else:
                passed.append(Reason(f"{title}: host {request.host or '(none)'} does not match", resource.place))
    for route, host in _one_kind(joined, passed):
        for index, rule in enumerate(route.rules):
            for at, match in enumerate(rule.matches):
                candidate = Candidate(route, rule, match, host, (index, at))
                doubts: list[str] = []
                why = _misfit(match, request, doubts)
                taken += (Assumption(f"{candidate.title}: {doubt}") for doubt in doubts)
                if why:
                    passed.append(Reason(f"{candidate.title}: {why}", candidate.place))
                else:
                    yield candidate


def _one_kind(joined: list[tuple[GatewayRoute, str]], passed: list[Reason]) -> list[tuple[GatewayRoute, str]]:
    """HTTPRoutes and GRPCRoutes cannot share a hostname of a listener: the kind of the oldest route is accepted."""
    rivals = [route for route, _ in joined if route.resource.kind in _RIVALS]
    if len({route.resource.kind for route in rivals}) < 2:
        return joined
    first = min(rivals, key=age).resource
    kept = []
    for route, host in joined:
        resource = route.resource
        if resource.kind in (first.kind, *(k for k in ROUTE_PROTOCOLS if k not in _RIVALS)):
            kept.append((route, host))
        else:
            text = f"{resource.kind} {resource.namespace}/{resource.name}: not accepted, {first.kind} {first.name} has the host"
            passed.append(Reason(text, resource.place))
    return kept


def _misfit(match: RouteMatch, request: Request, doubts: list[str]) -> str:
    """Why a match does not fit, ``""`` where it does; what of it implementations see otherwise goes to ``doubts``."""
    if match.path_type == "Exact":
        fits = is_exact_match(match.path, request.path)
    elif match.path_type == "PathPrefix":
        fits = is_prefix_match(match.path, request.path)
    else:
        fits = _fits(match.path, request.path, doubts)
    if not fits and doubts:
        return doubts[-1]
    if not fits:
        return f"path {request.path} does not match"
    if match.method and match.method != request.method:
        return f"method {request.method} is not {match.method}"
    for header in match.headers:
        if not _is_value(header, request.header(header.name), doubts):
            return f"header {header.name} is not {header.value!r}"
    for parameter in match.query:
        if not _is_value(parameter, request.parameter(parameter.name), doubts):
            return f"query parameter {parameter.name} is not {parameter.value!r}"
    return ""


def _fits(pattern: str, text: str, doubts: list[str]) -> bool:
    found = fits_expression(pattern, text)
    if found.doubt:
        doubts.append(found.doubt)
    return found.fits


def _is_value(match: ValueMatch, value: str | None, doubts: list[str]) -> bool:
    if value is None:
        return False
    if match.type != "RegularExpression":
        return match.value == value
    return _fits(match.value, value, doubts)
