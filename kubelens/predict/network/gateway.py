"""Which backend of the HTTPRoutes of a Gateway answers a request.

Follows the Gateway API's own text (``Listener.hostname``, ``HTTPRouteSpec.hostnames``, ``HTTPRouteRule.matches`` and
``backendRefs``, ``HTTPPathModifier``, ``HTTPRequestRedirectFilter``, ``ReferenceGrant``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct, field
from msgspec.structs import replace

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.gateway import (
    GROUP,
    Gateway,
    HttpRoute,
    Listener,
    RouteBackend,
    RouteMatch,
    RouteRule,
    ValueMatch,
    read_gateway,
    read_http_route,
    read_reference_grant,
)
from kubelens.kube.network import PortByNumber
from kubelens.predict.api import Ask, Assumption, Prediction, Reason
from kubelens.predict.network.destination import Destination, Redirect, Route, find_service, pods_behind, service_port
from kubelens.predict.network.path_match import (
    intersection,
    is_exact_match,
    is_prefix_match,
    matches_labels,
    replace_prefix,
    specificity,
)
from kubelens.predict.network.request import Request

_NOT_FOUND: Final = 404
_FAILS: Final = 500
_NOT_INERT: Final = ("ExtensionRef", "CORS", "ExternalAuth")


class Candidate(Struct, frozen=True, eq=False):
    """A match of a rule that fits a request, with the hostname it fits by."""

    route: HttpRoute
    rule: RouteRule
    match: RouteMatch
    hostname: str
    order: tuple[int, int]

    @property
    def title(self) -> str:
        """``HTTPRoute shop/web host shop.example.com path /cart (PathPrefix)``."""
        resource = self.route.resource
        return f"HTTPRoute {resource.namespace}/{resource.name} host {self.hostname or '*'} path {self.match.path} ({self.match.path_type})"

    @property
    def rank(self) -> tuple[Any, ...]:
        """Sorts the winner first (HTTPRouteRule.matches: precedence): host, path, method, headers, parameters, age, name."""
        host = specificity(self.hostname)
        match = self.match
        resource = self.route.resource
        created = str(resource.metadata.get("creationTimestamp") or "9999")
        path = (
            (2, 0)
            if match.path_type == "Exact"
            else (1, len(match.path))
            if match.path_type == "PathPrefix"
            else (0, len(match.path))
        )
        values = (-len(match.headers), -len(match.query))
        return (
            -host[0],
            -host[1],
            -path[0],
            -path[1],
            not match.method,
            *values,
            created,
            resource.namespace,
            resource.name,
            self.order,
        )


class _Findings(Struct):
    passed: list[Reason] = field(default_factory=list)
    assumptions: list[Assumption] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class GatewayRoutesOf(Struct, frozen=True):
    """How each Gateway of the bundle answers a request that comes to one of its addresses."""

    request: Request

    def answer(self, ask: Ask) -> Prediction[tuple[Route, ...]]:
        """One Route for each Gateway that listens on the request's port, in the order of the bundle."""
        found = _Findings()
        routes = []
        for resource in ask.bundle.all("Gateway"):
            gateway = read_gateway(resource)
            if gateway is None or resource.partial:
                continue
            listeners = [
                x for x in gateway.listeners if x.protocol in ("HTTP", "HTTPS", "TLS") and x.port == self.request.port
            ]
            if listeners:
                routes.append(_answer(ask, gateway, listeners, self.request, found))
        if routes:
            found.assumptions += _not_read(ask.bundle)
        return Prediction(tuple(routes), assumptions=tuple(dict.fromkeys(found.assumptions)))


def _not_read(bundle: Bundle) -> Iterator[Assumption]:
    for kind in ("GRPCRoute", "TLSRoute", "ListenerSet"):
        for resource in bundle.all(kind, group=GROUP):
            yield Assumption(f"{kind} {resource.namespace}/{resource.name} is not modelled: it takes no such request")


def _answer(ask: Ask, gateway: Gateway, listeners: list[Listener], request: Request, found: _Findings) -> Route:
    found.passed, found.notes = [], []
    entry = f"Gateway {gateway.resource.namespace}/{gateway.resource.name}"
    fitting = [x for x in listeners if matches_labels(x.hostname, request.host)]
    if not fitting:
        return Route(entry, f"no listener for host {request.host}", None, (), _NOT_FOUND, None, ())
    listener = max(fitting, key=lambda x: specificity(x.hostname))
    candidates = sorted(_candidates(ask.bundle, gateway, listener, request, found), key=lambda c: c.rank)
    if not candidates:
        return Route(entry, f"listener {listener.name}: no rule", None, (), _NOT_FOUND, None, tuple(found.passed))
    winner, *others = candidates
    for other in others:
        if other.rule is not winner.rule:
            found.passed.append(
                Reason(
                    f"{other.title}: matches, but {winner.match.path} ({winner.match.path_type}) of {winner.route.resource.name} goes before",
                    _place(other),
                )
            )
    redirect = _redirect(winner, request, listener, found)
    status: int | None = redirect.status if redirect is not None else None
    ends: tuple[Destination, ...] = ()
    if redirect is None:
        ends, status = _ends(ask, winner, request, found)
    return Route(entry, winner.title, _place(winner), ends, status, redirect, tuple(found.passed), tuple(found.notes))


def _place(candidate: Candidate) -> Any:
    return candidate.route.resource.place.at(*candidate.rule.at)


def is_attached(bundle: Bundle, route: HttpRoute, gateway: Gateway, listener: Listener) -> str:
    """Why a route does not join a listener, ``""`` where it does (ParentReference; AllowedRoutes)."""
    resource = route.resource
    parents = [
        p
        for p in route.parents
        if p.kind == "Gateway" and (p.namespace, p.name) == (gateway.resource.namespace, gateway.resource.name)
    ]
    if not parents:
        return "names another parent"
    if not any(
        (not p.section or p.section == listener.name) and (not p.port or p.port == listener.port) for p in parents
    ):
        return f"names another listener than {listener.name}"
    if listener.kinds and resource.kind not in listener.kinds:
        return f"listener {listener.name} takes no {resource.kind}"
    if listener.from_namespaces == "Same" and resource.namespace != gateway.resource.namespace:
        return f"listener {listener.name} takes routes of namespace {gateway.resource.namespace} only"
    if listener.from_namespaces == "None":
        return f"listener {listener.name} takes no routes"
    if listener.from_namespaces == "Selector":
        labels = bundle.namespace_labels(resource.namespace)
        if listener.selector is None or not listener.selector.matches(labels):
            return f"the labels of namespace {resource.namespace} do not fit listener {listener.name}"
    return ""


def _candidates(
    bundle: Bundle, gateway: Gateway, listener: Listener, request: Request, found: _Findings
) -> Iterator[Candidate]:
    for resource in bundle.all("HTTPRoute"):
        route = read_http_route(resource)
        if route is None or resource.partial:
            continue
        if why := is_attached(bundle, route, gateway, listener):
            if "another parent" not in why:
                found.passed.append(Reason(f"HTTPRoute {resource.namespace}/{resource.name}: {why}", resource.place))
            continue
        hosts = [h for name in route.hostnames or ("",) if (h := intersection(listener.hostname, name)) is not None]
        fitting = [h for h in hosts if matches_labels(h, request.host)]
        if not fitting:
            found.passed.append(
                Reason(
                    f"HTTPRoute {resource.namespace}/{resource.name}: host {request.host or '(none)'} does not match",
                    resource.place,
                )
            )
            continue
        host = max(fitting, key=specificity)
        for index, rule in enumerate(route.rules):
            for at, match in enumerate(rule.matches):
                candidate = Candidate(route, rule, match, host, (index, at))
                if why := _misfit(match, request):
                    found.passed.append(Reason(f"{candidate.title}: {why}", _place(candidate)))
                else:
                    yield candidate


def _misfit(match: RouteMatch, request: Request) -> str:
    """Why a match does not fit, ``""`` where it does."""
    if match.path_type == "Exact":
        fits = is_exact_match(match.path, request.path)
    elif match.path_type == "PathPrefix":
        fits = is_prefix_match(match.path, request.path)
    else:
        fits = re.match(match.path, request.path) is not None
    if not fits:
        return f"path {request.path} does not match"
    if match.method and match.method != request.method:
        return f"method {request.method} is not {match.method}"
    for header in match.headers:
        if not _is_value(header, request.header(header.name)):
            return f"header {header.name} is not {header.value!r}"
    for parameter in match.query:
        if not _is_value(parameter, request.parameter(parameter.name)):
            return f"query parameter {parameter.name} is not {parameter.value!r}"
    return ""


def _is_value(match: ValueMatch, value: str | None) -> bool:
    if value is None:
        return False
    return re.fullmatch(match.value, value) is not None if match.type == "RegularExpression" else match.value == value


def _modified(modifier: Mapping[str, Any], candidate: Candidate, path: str) -> str | None:
    """The path after an HTTPPathModifier; None where there is none."""
    kind = fields.text(modifier, "type")
    if kind == "ReplaceFullPath":
        return fields.text(modifier, "replaceFullPath") or "/"
    if kind == "ReplacePrefixMatch":
        return replace_prefix(path, candidate.match.path, fields.text(modifier, "replacePrefixMatch"))
    return None


def _redirect(candidate: Candidate, request: Request, listener: Listener, found: _Findings) -> Redirect | None:
    for one in candidate.rule.filters:
        if fields.text(one, "type") in _NOT_INERT:
            found.assumptions.append(
                Assumption(f"{candidate.title}: filter {fields.text(one, 'type')} is not modelled")
            )
        if fields.text(one, "type") != "RequestRedirect":
            continue
        value = fields.mapping(one, "requestRedirect")
        scheme = fields.text(value, "scheme") or None
        return Redirect(
            fields.integer(value, "statusCode") or 302,
            scheme,
            fields.text(value, "hostname") or None,
            fields.integer(value, "port"),
            _modified(fields.mapping(value, "path"), candidate, request.path),
        )
    return None


def _ends(
    ask: Ask, candidate: Candidate, request: Request, found: _Findings
) -> tuple[tuple[Destination, ...], int | None]:
    """Backends by weight; those that cannot be resolved answer their share with 500 (HTTPRouteRule.backendRefs)."""
    host: str | None = None
    path: str | None = None
    for one in candidate.rule.filters:
        if fields.text(one, "type") == "URLRewrite":
            value = fields.mapping(one, "urlRewrite")
            host = fields.text(value, "hostname") or None
            path = _modified(fields.mapping(value, "path"), candidate, request.path)
    backends = [b for b in candidate.rule.backends if b.weight > 0]
    total = sum(b.weight for b in backends)
    ends = []
    for backend in backends:
        end = _end(ask, candidate, backend, found)
        if end is not None:
            ends.append(replace(end, odds=backend.weight / total, host=host, path=path))
        elif len(backends) > 1:
            found.notes.append(f"{backend.weight / total:.0%} of requests fail with 500")
    if not backends:
        found.notes.append("the rule has no backend: 500")
    return tuple(ends), None if ends else _FAILS


def _end(ask: Ask, candidate: Candidate, backend: RouteBackend, found: _Findings) -> Destination | None:
    own = candidate.route.resource.namespace
    if (backend.group, backend.kind) != ("", "Service"):
        found.notes.append(
            f"backend {backend.kind} {backend.name} is of a kind the API does not define: 500 unless the implementation knows it"
        )
        return None
    if backend.namespace != own and not _is_granted(ask.bundle, own, backend):
        found.notes.append(
            f"no ReferenceGrant in namespace {backend.namespace} lets HTTPRoutes of {own} refer to Service {backend.name}: 500"
        )
        return None
    service = find_service(ask.bundle, backend.namespace, backend.name)
    if service is None:
        found.notes.append(
            f"Service {backend.namespace}/{backend.name} is not among the files: 500 unless the cluster has it"
        )
        return None
    port = service_port(service, PortByNumber(backend.port) if backend.port else None)
    if port is None:
        found.notes.append(f"Service {service.name} has no port {backend.port}: 500")
        return None
    return Destination(service.name, backend.namespace, str(port.number), pods_behind(ask, service, port))


def _is_granted(bundle: Bundle, source: str, backend: RouteBackend) -> bool:
    grants = (read_reference_grant(r) for r in bundle.all("ReferenceGrant", backend.namespace))
    return any(
        grant is not None
        and ("HTTPRoute", source) in grant.sources
        and any(kind == "Service" and name in ("", backend.name) for kind, name in grant.targets)
        for grant in grants
    )
