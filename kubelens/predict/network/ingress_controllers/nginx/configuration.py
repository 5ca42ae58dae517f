"""Servers and locations that ingress-nginx makes of Ingresses.

Follows ``internal/ingress/controller/controller.go`` (``createUpstreams``, ``createServers``, ``getBackendServers``,
``mergeAlternativeBackends``) and ``location.go`` (``updateServerLocations``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct, field

from kubelens.kube.network import Ingress, IngressBackend, IngressPath, ServiceBackend
from kubelens.predict.network.ingress_controllers.nginx.annotations import Annotations, Canary
from kubelens.predict.network.path_match import matches_one_label
from kubelens.syntax.place import Place

DEFAULT_SERVER: Final = "_"
ROOT: Final = "/"
EXACT: Final = "Exact"
PREFIX: Final = "Prefix"


class Upstream(Struct, frozen=True):
    """A port of a Service behind locations."""

    namespace: str
    service: str
    port: str


class Source(Struct, frozen=True, eq=False):
    """An Ingress with its annotations, as the controller loads it."""

    ingress: Ingress
    annotations: Annotations


class Location(Struct):
    """A location of a server. ``upstream`` None is the controller's own default backend: 404.

    ``path`` is as nginx has it; ``place`` and ``title`` tell where it comes from.
    """

    path: str
    type: str
    upstream: Upstream | None
    backend: IngressBackend | None
    is_default: bool
    annotations: Annotations
    source: Source | None
    title: str
    place: Place | None
    origin: IngressPath | None = None

    @property
    def rewrites(self) -> bool:
        """Whether a rewrite-target that is not the path itself holds (``needsRewrite``)."""
        target = self.annotations.rewrite_target
        return bool(target) and target != self.path


class Server(Struct):
    """A virtual server; ``has_certificate``: plain requests may be sent to https.

    ``listed_beside``: an Ingress of the host has a TLS section that does not name the host.
    """

    host: str
    locations: list[Location]
    aliases: tuple[str, ...] = ()
    has_certificate: bool = False
    listed_beside: bool = False
    ssl_passthrough: bool = False
    from_to_www: bool = False

    @property
    def by_regex(self) -> bool:
        """Whether every location is a regular expression (``enforceRegexModifier``)."""
        return any(location.rewrites or location.annotations.use_regex for location in self.locations)


class Alternative(Struct, frozen=True):
    """A canary's upstream, and when it takes a request."""

    upstream: Upstream
    backend: IngressBackend | None
    canary: Canary
    source: Source


class Configuration(Struct):
    """Servers by host, and the canary behind an upstream."""

    servers: dict[str, Server] = field(default_factory=dict)
    alternatives: dict[Upstream, Alternative] = field(default_factory=dict)


class _Made(Struct):
    """An upstream while it is made: one that a canary makes first serves nothing by itself."""

    canary: Canary | None
    backend: IngressBackend | None


def configure(sources: Sequence[Source], implementation_specific: str) -> Configuration:
    """The configuration of Ingresses, the oldest first.

    ``implementation_specific``: the type those paths are given; of its own it makes them prefixes of texts.
    """
    upstreams = _upstreams(sources)
    configuration = Configuration(_servers(sources))
    for source in sources:
        for host, path in _paths(source):
            _add(configuration, upstreams, source, host, path, implementation_specific)
    if any(s.annotations.canary is None for s in sources):
        for source in sources:
            if source.annotations.canary is not None:
                _merge(configuration, upstreams, source, source.annotations.canary, implementation_specific)
    for server in configuration.servers.values():
        server.locations.sort(key=lambda location: location.path, reverse=True)
        server.locations.sort(key=lambda location: len(location.path), reverse=True)
        server.locations = list(_updated(server.locations))
    return configuration


def upstream_of(ingress: Ingress, backend: IngressBackend | None) -> Upstream | None:
    """The upstream of a backend, None for what is no Service."""
    if not isinstance(backend, ServiceBackend):
        return None
    return Upstream(ingress.namespace, backend.name, str(backend.port) if backend.port is not None else "")


def _paths(source: Source) -> Iterator[tuple[str, IngressPath]]:
    for rule in source.ingress.rules:
        for path in rule.paths:
            yield rule.host or DEFAULT_SERVER, path


def _upstreams(sources: Sequence[Source]) -> dict[Upstream, _Made]:
    """(``createUpstreams``): whoever names a Service's port first decides whether it is a canary's."""
    found: dict[Upstream, _Made] = {}
    for source in sources:
        canary = source.annotations.canary
        default = upstream_of(source.ingress, source.ingress.default_backend)
        if default is not None:
            found[default] = _Made(canary, source.ingress.default_backend)
        for _, path in _paths(source):
            upstream = upstream_of(source.ingress, path.backend)
            if upstream is not None:
                found.setdefault(upstream, _Made(canary, path.backend))
    return found


def _servers(sources: Sequence[Source]) -> dict[str, Server]:
    """(``createServers``): every host has a location /, of the first Ingress's own default backend where it has one."""
    catch_all = Location(ROOT, PREFIX, None, None, True, Annotations(), None, "the controller's default", None)
    servers = {DEFAULT_SERVER: Server(DEFAULT_SERVER, [catch_all], has_certificate=True)}
    mains = [s for s in sources if s.annotations.canary is None]
    for source in mains:
        ingress = source.ingress
        upstream = upstream_of(ingress, ingress.default_backend)
        title = f"Ingress {ingress.namespace}/{ingress.name} defaultBackend"
        place = ingress.resource.place.at("spec", "defaultBackend")
        if upstream is not None and not ingress.rules and catch_all.is_default:
            catch_all.is_default = False
            catch_all.upstream, catch_all.backend, catch_all.source = upstream, ingress.default_backend, source
            catch_all.title, catch_all.place = title, place
        for rule in ingress.rules:
            host = rule.host or DEFAULT_SERVER
            if host in servers:
                continue
            if upstream is None:
                title, place = "the controller's default", ingress.resource.place.at(*rule.at)
            root = Location(
                ROOT, PREFIX, upstream, ingress.default_backend, True, source.annotations, source, title, place
            )
            servers[host] = Server(host, [root], ssl_passthrough=source.annotations.ssl_passthrough)
    _names_and_certificates(mains, servers)
    return servers


def _names_and_certificates(mains: Sequence[Source], servers: dict[str, Server]) -> None:
    aliases: dict[str, tuple[str, ...]] = {}
    for source in mains:
        for rule in source.ingress.rules:
            server = servers[rule.host or DEFAULT_SERVER]
            if not aliases.get(server.host):
                aliases[server.host] = source.annotations.aliases
            server.ssl_passthrough |= source.annotations.ssl_passthrough
            tls = source.ingress.tls
            server.has_certificate |= any(
                not t.hosts or any(matches_one_label(h, rule.host) for h in t.hosts) for t in tls
            )
            server.listed_beside |= bool(tls)
    for host, names in aliases.items():
        servers[host].aliases = tuple(n for n in names if n not in servers)


def _add(
    configuration: Configuration,
    upstreams: dict[Upstream, _Made],
    source: Source,
    host: str,
    path: IngressPath,
    implementation_specific: str,
) -> None:
    """(``getBackendServers``): the first of several paths of one type stays.

    ``/`` takes every path whichever prefix it is, and so the place of the default.
    """
    upstream = upstream_of(source.ingress, path.backend)
    if upstream is None or upstreams[upstream].canary is not None:
        return
    server = configuration.servers.get(host, configuration.servers[DEFAULT_SERVER])
    written = path.path or ROOT
    kind = _type(path, implementation_specific)
    location = Location(
        written,
        kind,
        upstream,
        path.backend,
        False,
        source.annotations,
        source,
        _title(source.ingress, host, path),
        source.ingress.resource.place.at(*path.at),
        path,
    )
    server.from_to_www |= source.annotations.from_to_www
    for number, other in enumerate(server.locations):
        if other.path != written:
            continue
        if other.type != kind and not (other.is_default and written == ROOT and kind != EXACT):
            break
        if other.is_default:
            server.locations[number] = location
        return
    server.locations.append(location)


def _type(path: IngressPath, implementation_specific: str) -> str:
    return path.type if path.type in (EXACT, PREFIX) else implementation_specific


def _title(ingress: Ingress, host: str, path: IngressPath) -> str:
    shown = "*" if host == DEFAULT_SERVER else host
    return f"Ingress {ingress.namespace}/{ingress.name} host {shown} path {path.path or ROOT} ({path.type})"


def _merge(
    configuration: Configuration,
    upstreams: dict[Upstream, _Made],
    source: Source,
    canary: Canary,
    implementation_specific: str,
) -> None:
    """(``mergeAlternativeBackends``): a canary stands behind the upstream of a main path, wherever that serves."""
    for host, path in _paths(source):
        own = upstream_of(source.ingress, path.backend)
        server = configuration.servers.get(host)
        if own is None or server is None or upstreams[own].canary is None:
            continue
        alternative = Alternative(own, path.backend, canary, source)
        for location in server.locations:
            if location.upstream == own:
                break
            same = (location.path, location.type) == (path.path or ROOT, _type(path, implementation_specific))
            if same and location.upstream is not None:
                configuration.alternatives.setdefault(location.upstream, alternative)
    own = upstream_of(source.ingress, source.ingress.default_backend)
    if own is not None:
        alternative = Alternative(own, source.ingress.default_backend, canary, source)
        for location in configuration.servers[DEFAULT_SERVER].locations:
            if location.upstream not in (None, own):
                configuration.alternatives.setdefault(location.upstream, alternative)


def _updated(locations: Sequence[Location]) -> Iterator[Location]:
    """(``updateServerLocations``): a plain prefix ends in a slash and gets an exact location beside it."""
    exact = {location.path for location in locations if location.type == EXACT}
    for location in locations:
        plain = location.type == PREFIX and not location.rewrites and not location.annotations.use_regex
        if location.path == ROOT or not plain:
            yield location
            continue
        written = location.path
        yield _at(location, written if written.endswith("/") else f"{written}/", PREFIX)
        if written not in exact:
            yield _at(location, written, EXACT)


def _at(location: Location, path: str, kind: str) -> Location:
    return Location(
        path,
        kind,
        location.upstream,
        location.backend,
        location.is_default,
        location.annotations,
        location.source,
        location.title,
        location.place,
        location.origin,
    )
