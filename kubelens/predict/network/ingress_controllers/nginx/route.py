"""Where ingress-nginx sends a request, step by step: server, root of the app, location, redirects, rewrite, backend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from kubelens.kube.network import Ingress, IngressPath
from kubelens.predict.api import Ask, Assumption, Reason
from kubelens.predict.network.destination import Destination, Redirect, Route
from kubelens.predict.network.ingress_backend import PortEnds, backend_ends
from kubelens.predict.network.ingress_controllers.behaviour import Answered, concerns
from kubelens.predict.network.ingress_controllers.nginx.annotations import PREFIX, parse_annotations
from kubelens.predict.network.ingress_controllers.nginx.canary import share
from kubelens.predict.network.ingress_controllers.nginx.configuration import (
    DEFAULT_SERVER,
    Configuration,
    Location,
    Server,
    Source,
    configure,
)
from kubelens.predict.network.ingress_controllers.nginx.endpoints import cluster_address_ends, endpoint_ends
from kubelens.predict.network.ingress_controllers.nginx.matching import (
    SlashAdded,
    Unreadable,
    certified,
    find_location,
    find_server,
    fitting,
    rewritten,
    www_redirect,
)
from kubelens.predict.network.ingress_controllers.nginx.refused import refusals
from kubelens.predict.network.ingress_controllers.nginx.uri import escaped, normalized
from kubelens.predict.network.request import Request

TEXT_PREFIX: Final = "ImplementationSpecific"
"""Paths of that type are prefixes of texts: ``/foo`` takes ``/foobar``."""
_PREFIX: Final = "Prefix"
_HTTPS: Final = 308


def route(ask: Ask, entry: str, group: Sequence[Ingress], request: Request) -> Answered:
    """The answer to a request of the Ingresses of one class."""
    sources, left_out, assumptions = _loaded(group, request)
    found = _routed(ask, entry, configure(sources, TEXT_PREFIX), request)
    if any(p.type == TEXT_PREFIX for s in sources for r in s.ingress.rules for p in r.paths):
        other = _routed(ask, entry, configure(sources, _PREFIX), request)
        if _end(other.route) != _end(found.route):
            assumptions.append(
                Assumption(
                    "a path of type ImplementationSpecific takes every path that begins with its text; as Prefix, "
                    f"which the controller's function SetDefaultNGINXPathType makes of it: {_words(other.route)}"
                )
            )
    if len(sources) > 1 and not any("creationTimestamp" in s.ingress.resource.metadata for s in sources):
        other = _routed(ask, entry, configure(sources[::-1], TEXT_PREFIX), request)
        if _end(other.route) != _end(found.route):
            assumptions.append(
                Assumption(
                    "of Ingresses that claim the same the older one wins, taken to be the first among the files; "
                    f"the other way round: {_words(other.route)}"
                )
            )
    passed = tuple(_passed(group, left_out, found.route, sources, request))
    concerned = {f"Ingress {i.namespace}/{i.name}" for i in group if concerns(i, request)}
    notes = (
        *found.route.notes,
        *(f"{title}: {why}" for title, why in refusals([s.ingress for s in sources]) if title in concerned),
    )
    return Answered(replace(found.route, passed=passed, notes=notes), [*found.assumptions, *assumptions])


def _loaded(group: Sequence[Ingress], request: Request) -> tuple[list[Source], dict[str, str], list[Assumption]]:
    """Ingresses as the controller loads them, the oldest first; those it does not, with the reason."""
    sources: list[Source] = []
    left_out: dict[str, str] = {}
    assumptions: list[Assumption] = []
    for ingress in sorted(group, key=lambda i: str(i.resource.metadata.get("creationTimestamp", ""))):
        title = f"Ingress {ingress.namespace}/{ingress.name}"
        parsed = parse_annotations(ingress)
        if parsed.refused:
            left_out[title] = parsed.refused
            if concerns(ingress, request):
                assumptions.append(Assumption(f"{title} is not loaded: {parsed.refused}"))
            continue
        sources.append(Source(ingress, parsed.annotations))
        if not concerns(ingress, request):
            continue
        if parsed.assumed:
            names = ", ".join(f"{PREFIX}{n}" for n in parsed.assumed)
            assumptions.append(Assumption(f"{title}: {names} lets the request through"))
        if parsed.unknown:
            names = ", ".join(f"{PREFIX}{n}" for n in parsed.unknown)
            assumptions.append(Assumption(f"{title}: {names} is none of ingress-nginx 1.15 and has no effect"))
    return sources, left_out, assumptions


def _routed(ask: Ask, entry: str, configuration: Configuration, request: Request) -> Answered:
    uri = normalized(request.path)
    if uri is None:
        return Answered(Route(entry, "nginx cannot read the path", None, (), 400, None, ()))
    redirected = www_redirect(configuration, request.host)
    if redirected is not None:
        redirect = Redirect(_HTTPS, host=redirected, path=request.path.removesuffix("/"))
        return Answered(Route(entry, f"from-to-www-redirect of host {redirected}", None, (), _HTTPS, redirect, ()))
    server = find_server(configuration, request.host)
    if request.scheme == "https" and server.ssl_passthrough:
        return _passed_through(ask, entry, server)
    if uri == "/":
        for location in server.locations:
            if root := location.annotations.app_root:
                whose = location.source.ingress if location.source is not None else None
                rule = f"app-root of {f'Ingress {whose.namespace}/{whose.name}' if whose else location.title}"
                return Answered(Route(entry, rule, location.place, (), 302, Redirect(302, path=root), ()))
    try:
        return _located(ask, entry, configuration, server, uri, request)
    except Unreadable as error:
        pattern = Assumption(f"{str(error)!r} is a regular expression that only PCRE can follow: what it takes is open")
        return Answered(Route(entry, "a path that is not followed", None, (), None, None, (), unknown=True), [pattern])


def _passed_through(ask: Ask, entry: str, server: Server) -> Answered:
    """TLS goes to the backend of / as it is; no path and no annotation plays a part."""
    assumption = Assumption("the controller runs with --enable-ssl-passthrough")
    root = next((location for location in server.locations if location.path == "/"), None)
    if root is None or root.source is None or root.upstream is None:
        return Answered(Route(entry, "ssl-passthrough without a backend of /", None, (), 404, None, ()), [assumption])
    ends = backend_ends(ask, root.source.ingress.namespace, root.backend)
    rule = f"ssl-passthrough of {root.title}"
    found = Route(entry, rule, root.place, ends.destinations, ends.status, None, (), ends.notes)
    return Answered(found, [assumption])


def _located(
    ask: Ask, entry: str, configuration: Configuration, server: Server, uri: str, request: Request
) -> Answered:
    location = find_location(server, uri)
    if isinstance(location, SlashAdded):
        origin = location.location
        added = Redirect(301, path=f"{escaped(uri)}/")
        rule = f"{origin.title}: nginx adds the slash"
        return Answered(Route(entry, rule, origin.place, (), 301, added, ()))
    if location is None:
        return Answered(Route(entry, "no location", None, (), 404, None, ()))
    path = rewritten(location, uri)
    redirect = _redirect(configuration, location, request)
    if redirect is not None:
        return Answered(Route(entry, location.title, location.place, (), redirect.status, redirect, ()))
    answered = _answered(ask, entry, configuration, location, path, request)
    if request.scheme == "http" and location.annotations.ssl_redirect:
        answered.assumptions += _named_beside(configuration, request.host)
    return answered


def _named_beside(configuration: Configuration, host: str) -> Iterator[Assumption]:
    for server in certified(configuration, host):
        if server.listed_beside:
            yield Assumption(
                f"{host} has no certificate: the TLS sections of the Ingresses of {server.host} do not name {server.host}; "
                "where the controller gives it its default one for them (createServers), plain requests are sent to https "
                "with 308"
            )
            return


def _answered(
    ask: Ask, entry: str, configuration: Configuration, location: Location, path: str | None, request: Request
) -> Answered:
    if location.annotations.answers_options and request.method == "OPTIONS":
        return Answered(
            Route(entry, location.title, location.place, (), 204, None, (), ("enable-cors answers OPTIONS",))
        )
    if path == "":
        return Answered(
            Route(entry, location.title, location.place, (), 500, None, (), ("the rewritten path is empty",))
        )
    if location.source is None or location.upstream is None:
        return Answered(Route(entry, location.title, location.place, (), 404, None, ()))
    return _served(ask, entry, configuration, location, path, request)


def _redirect(configuration: Configuration, location: Location, request: Request) -> Redirect | None:
    """nginx's own ``return`` comes before the redirect to https, which Lua does at the end of the phase."""
    own = location.annotations
    if own.redirect is not None:
        url, code = own.redirect
        return Redirect(code, url=url)
    if request.scheme != "http":
        return None
    if not own.force_ssl_redirect and not (own.ssl_redirect and _has_certificate(configuration, request.host)):
        return None
    cut = request.path.removesuffix("/") if not own.preserve_trailing_slash else request.path
    return Redirect(_HTTPS, scheme="https", path=cut if cut != request.path else None)


def _has_certificate(configuration: Configuration, host: str) -> bool:
    return any(server.has_certificate for server in certified(configuration, host))


def _served(
    ask: Ask, entry: str, configuration: Configuration, location: Location, path: str | None, request: Request
) -> Answered:
    assert location.source is not None
    assert location.upstream is not None
    ends = backend_ends(ask, location.source.ingress.namespace, location.backend, _lookup(location.source))
    notes = list(ends.notes)
    found = list(ends.destinations)
    alternative = configuration.alternatives.get(location.upstream)
    if alternative is not None:
        part = share(alternative.canary, request)
        source = alternative.source
        beside = backend_ends(ask, source.ingress.namespace, alternative.backend, _lookup(source))
        notes += beside.notes
        found = [replace(d, odds=d.odds * (1 - part)) for d in found]
        found += [replace(d, odds=part) for d in beside.destinations]
    if location.annotations.default_backend and not any(d.pods for d in found):
        notes.append(f"without endpoints Service {location.annotations.default_backend} answers (default-backend)")
    seen = escaped(path) if path is not None else None
    host = location.annotations.upstream_vhost or None
    ends_seen = tuple(
        Destination(d.service, d.namespace, d.port, d.pods, d.odds, host, seen if seen != request.path else None)
        for d in found
        if d.odds > 0
    )
    return Answered(Route(entry, location.title, location.place, ends_seen, ends.status, None, (), tuple(notes)))


def _lookup(source: Source) -> PortEnds:
    return cluster_address_ends if source.annotations.service_upstream else endpoint_ends


def _end(found: Route) -> object:
    ends = [(d.namespace, d.service, d.port, d.odds, d.path) for d in found.destinations]
    return ends, found.status, found.redirect


def _words(found: Route) -> str:
    if found.redirect is not None:
        return f"redirect {found.redirect.status} by {found.rule}"
    return ", ".join(f"Service {d.service}" for d in found.destinations) or f"status {found.status}"


def _passed(
    group: Sequence[Ingress], left_out: dict[str, str], found: Route, sources: Sequence[Source], request: Request
) -> Iterator[Reason]:
    """Every path that does not answer, with the reason."""
    configuration = configure(sources, TEXT_PREFIX)
    server = find_server(configuration, request.host)
    uri = normalized(request.path)
    fits = {id(location.origin) for location in fitting(server, uri)} if uri is not None else set()
    for ingress in group:
        out = left_out.get(f"Ingress {ingress.namespace}/{ingress.name}", "")
        for rule in ingress.rules:
            for path in rule.paths:
                place = ingress.resource.place.at(*path.at)
                title = _title(ingress, rule.host, path)
                if place == found.place:
                    continue
                if out:
                    yield Reason(f"{title}: the Ingress is not loaded, {out}", place)
                elif (rule.host or DEFAULT_SERVER) != server.host:
                    shown = server.host if server.host != DEFAULT_SERVER else "the default server"
                    yield Reason(f"{title}: {shown} answers for host {request.host or '(none)'}", place)
                elif id(path) in fits:
                    yield Reason(f"{title}: matches, but {found.rule} is closer or older", place)
                else:
                    yield Reason(f"{title}: path {request.path} does not match", place)


def _title(ingress: Ingress, host: str, path: IngressPath) -> str:
    return f"Ingress {ingress.namespace}/{ingress.name} host {host or '*'} path {path.path or '/'} ({path.type})"
