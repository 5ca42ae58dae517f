"""Which backend of the routes of a Gateway answers a request.

Follows the Gateway API's own text (``Listener.hostname``, ``HTTPRouteSpec.hostnames``, ``HTTPRouteRule.matches`` and
``backendRefs``, ``HTTPPathModifier``, ``HTTPRequestRedirectFilter``, ``ReferenceGrant``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct, field
from msgspec.structs import replace

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.gateway import GROUP, Gateway, Listener, RouteBackend, read_gateway, read_reference_grant
from kubelens.kube.network import PortByNumber, ServiceType
from kubelens.predict.api import Ask, Assumption, Prediction, Reason
from kubelens.predict.chain.stored import Stored
from kubelens.predict.network.destination import Destination, Redirect, Route, behind, find_service, service_port
from kubelens.predict.network.gateway_matches import Candidate, candidates
from kubelens.predict.network.homeless_routes import without_gateway
from kubelens.predict.network.ingress_backend import leaving_alone, without_pods
from kubelens.predict.network.path_forms import taken_as_written
from kubelens.predict.network.path_match import matches_labels, replace_prefix, specificity
from kubelens.predict.network.request import Request
from kubelens.predict.network.services_let_in import let_in_at

_NOT_FOUND: Final = 404
_FAILS: Final = 500
_NOT_INERT: Final = ("ExtensionRef", "CORS", "ExternalAuth")
_EXPRESSION: Final = "RegularExpression"
_WEB: Final = ("HTTP", "HTTPS")
_CLOSED: Final = "no route takes it: the connection is closed"


class _Findings(Struct):
    passed: list[Reason] = field(default_factory=list)
    assumptions: list[Assumption] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unknown: bool = False


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
                x for x in gateway.listeners if x.protocol in (*_WEB, "TLS", "TCP") and x.port == self.request.port
            ]
            if listeners:
                routes.append(_answer(ask, gateway, listeners, self.request, found))
        found.assumptions += _not_read(ask.bundle)
        found.assumptions += without_gateway(ask.bundle, self.request)
        found.assumptions += let_in_at(ask, routes)
        found.assumptions += taken_as_written(self.request) if routes else ()
        return Prediction(tuple(routes), assumptions=tuple(dict.fromkeys(found.assumptions)))


def _not_read(bundle: Bundle) -> Iterator[Assumption]:
    for resource in bundle.all("ListenerSet", group=GROUP):
        yield Assumption(f"ListenerSet {resource.namespace}/{resource.name} is not modelled: it takes no such request")


def _answer(ask: Ask, gateway: Gateway, listeners: list[Listener], request: Request, found: _Findings) -> Route:
    found.passed, found.notes, found.unknown = [], [], False
    entry = f"Gateway {gateway.resource.namespace}/{gateway.resource.name}"
    fitting = [x for x in listeners if matches_labels(x.hostname, request.host)]
    if not fitting:
        return Route(entry, f"no listener for host {request.host}", None, (), _NOT_FOUND, None, ())
    listener = max(fitting, key=lambda x: specificity(x.hostname))
    web = listener.protocol in _WEB
    joined = candidates(ask.bundle, gateway, listener, request, found.passed, found.assumptions)
    ranked = sorted(joined, key=lambda c: c.rank)
    if not ranked:
        found.assumptions += _isolated(ask.bundle, gateway, fitting, listener, request)
        rule, passed = f"listener {listener.name}: no rule", tuple(found.passed)
        if web:
            return Route(entry, rule, None, (), _NOT_FOUND, None, passed)
        return Route(entry, rule, None, (), None, None, passed, (_CLOSED,))
    winner, *others = ranked
    found.assumptions += _expressions_after(winner, others)
    for other in others:
        if other.rule is not winner.rule:
            found.passed.append(
                Reason(
                    f"{other.title}: matches, but {winner.match} of {winner.route.resource.name} goes before",
                    other.place,
                )
            )
    redirect = _redirect(winner, winner.rule.filters, request, found)
    backends = winner.rule.backends
    if redirect is None and len(backends) == 1:
        redirect = _redirect(winner, backends[0].filters, request, found)
    status: int | None = redirect.status if redirect is not None else None
    ends: tuple[Destination, ...] = ()
    if redirect is None:
        ends, status = _ends(ask, winner, request, found)
    if winner.route.resource.kind == "GRPCRoute":
        found.assumptions.append(
            Assumption("the request is a gRPC call: POST over HTTP/2, the path is /service/method")
        )
    if not web and status == _FAILS:
        status = None
        found.notes.append("the connection is closed")
    return Route(
        entry,
        winner.title,
        winner.place,
        ends,
        status,
        redirect,
        tuple(found.passed),
        tuple(dict.fromkeys(found.notes)),
        found.unknown,
    )


def _isolated(
    bundle: Bundle, gateway: Gateway, fitting: Iterable[Listener], chosen: Listener, request: Request
) -> Iterator[Assumption]:
    """Which other listener may take what the closest one has no rule for (GatewayHTTPListenerIsolation)."""
    for listener in sorted(fitting, key=lambda x: specificity(x.hostname), reverse=True):
        if listener is not chosen and any(candidates(bundle, gateway, listener, request, [], [])):
            yield Assumption(
                f"Gateway {gateway.resource.namespace}/{gateway.resource.name} keeps listeners apart: of {chosen.name}, which is "
                f"closest to the host, no rule takes the request, and an implementation without that asks {listener.name} next"
            )
            return


def _expressions_after(winner: Candidate, others: Iterable[Candidate]) -> Iterator[Assumption]:
    """Where expressions stand among other paths is each implementation's own matter (HTTPRouteRule.matches)."""
    if winner.match.call is not None:
        return
    for other in others:
        if other.hostname == winner.hostname and other.rule is not winner.rule:
            if (
                _EXPRESSION in (winner.match.path_type, other.match.path_type)
                and winner.match.path_type != other.match.path_type
            ):
                yield Assumption(
                    f"{winner.match} goes before {other.match}: the Gateway API leaves open where expressions stand"
                )
                return


def _modified(modifier: Mapping[str, Any], candidate: Candidate, path: str) -> str | None:
    """The path after an HTTPPathModifier; None where there is none."""
    kind = fields.text(modifier, "type")
    if kind == "ReplaceFullPath":
        return fields.text(modifier, "replaceFullPath") or "/"
    if kind == "ReplacePrefixMatch":
        return replace_prefix(path, candidate.match.path, fields.text(modifier, "replacePrefixMatch"))
    return None


def _redirect(
    candidate: Candidate, filters: Iterable[Mapping[str, Any]], request: Request, found: _Findings
) -> Redirect | None:
    """What a redirect changes; a scheme without a port brings its own (HTTPRequestRedirectFilter)."""
    for one in filters:
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


def _rewritten(
    candidate: Candidate, filters: Iterable[Mapping[str, Any]], request: Request
) -> tuple[str | None, str | None]:
    """(host, path) as a URLRewrite filter leaves them, None where it leaves them alone."""
    for one in filters:
        if fields.text(one, "type") == "URLRewrite":
            value = fields.mapping(one, "urlRewrite")
            return fields.text(value, "hostname") or None, _modified(
                fields.mapping(value, "path"), candidate, request.path
            )
    return None, None


def _ends(
    ask: Ask, candidate: Candidate, request: Request, found: _Findings
) -> tuple[tuple[Destination, ...], int | None]:
    """Backends by weight; those that cannot be resolved answer their share with 500 (HTTPRouteRule.backendRefs)."""
    host, path = _rewritten(candidate, candidate.rule.filters, request)
    backends = [b for b in candidate.rule.backends if b.weight > 0]
    total = sum(b.weight for b in backends)
    ends: list[Destination] = []
    for backend in backends:
        end = _end(ask, candidate, backend, found)
        if end is not None:
            own_host, own_path = _rewritten(candidate, backend.filters, request)
            ends.append(replace(end, odds=backend.weight / total, host=own_host or host, path=own_path or path))
        else:
            port = str(backend.port) if backend.port else ""
            ends.append(Destination(backend.name, backend.namespace, port, (), backend.weight / total, status=_FAILS))
    if not backends:
        found.notes.append("the rule has no backend: 500")
    if all(end.status is not None for end in ends):
        return (), _FAILS
    return _summed(ends), None


def _summed(ends: Iterable[Destination]) -> tuple[Destination, ...]:
    """Each end once, with the shares of the backends that name it together."""
    shares: dict[Destination, float] = {}
    for end in ends:
        same = replace(end, odds=0.0)
        shares[same] = shares.get(same, 0.0) + end.odds
    return tuple(replace(end, odds=odds) for end, odds in shares.items())


def _end(ask: Ask, candidate: Candidate, backend: RouteBackend, found: _Findings) -> Destination | None:
    own = candidate.route.resource.namespace
    if (backend.group, backend.kind) != ("", "Service"):
        found.notes.append(
            f"backend {backend.kind} {backend.name} is of a kind the API does not define: 500 unless the implementation knows it"
        )
        return None
    kind = candidate.route.resource.kind
    if backend.namespace != own and not _is_granted(ask.bundle, kind, own, backend):
        found.notes.append(
            f"no ReferenceGrant in namespace {backend.namespace} lets {kind}s of {own} refer to Service {backend.name}: 500"
        )
        return None
    service = find_service(ask.bundle, backend.namespace, backend.name)
    if service is None:
        found.notes.append(
            f"Service {backend.namespace}/{backend.name} is not among the files: 500 unless the cluster has it"
        )
        found.unknown = True
        return None
    if (denial := ask(Stored(service.resource)).answer.denial) is not None:
        found.notes.append(f"the API server refuses {service.resource.key}: {denial.sentence}: 500")
        return None
    port = service_port(service, PortByNumber(backend.port) if backend.port else None)
    if port is None:
        found.notes.append(f"Service {service.name} has no port {backend.port}: 500")
        return None
    there = behind(ask, service, port)
    pods = there.pods
    found.notes += leaving_alone(service) if there.leaving else ()
    if service.type is ServiceType.EXTERNAL_NAME:
        found.notes.append(
            f"Service {service.namespace}/{service.name} is an ExternalName, which implementations should not take "
            f"(BackendObjectReference): whether this one proxies to {service.external_name} is its own matter"
        )
    if not pods:
        found.notes.append(without_pods(ask, service, port))
    return Destination(service.name, backend.namespace, str(port.number), pods)


def _is_granted(bundle: Bundle, kind: str, namespace: str, backend: RouteBackend) -> bool:
    grants = (read_reference_grant(r) for r in bundle.all("ReferenceGrant", backend.namespace))
    return any(
        grant is not None
        and (GROUP, kind, namespace) in grant.sources
        and any((group, of) == ("", "Service") and name in ("", backend.name) for group, of, name in grant.targets)
        for grant in grants
    )
