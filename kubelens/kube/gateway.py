"""Gateways, their routes and ReferenceGrants of the Gateway API, read once into precise types."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.resource import Resource
from kubelens.kube.selector import Selector, label_selector
from kubelens.syntax.place import Step

GROUP: Final = "gateway.networking.k8s.io"
ROUTE_PROTOCOLS: Final[Mapping[str, tuple[str, ...]]] = {
    "HTTPRoute": ("HTTP", "HTTPS"),
    "GRPCRoute": ("HTTP", "HTTPS"),
    "TLSRoute": ("TLS",),
    "TCPRoute": ("TCP", "TLS"),
}
"""Kinds of routes, and the protocols of the listeners they join."""
_ONE: Final = "[^/]+"


class Listener(Struct, frozen=True):
    """A listener. ``from_namespaces`` is All, Same, Selector or None; ``kinds`` empty for what its protocol takes."""

    name: str
    hostname: str
    port: int
    protocol: str
    from_namespaces: str
    selector: Selector | None
    kinds: tuple[str, ...]


class Gateway(Struct, frozen=True, eq=False):
    """A Gateway and its listeners."""

    resource: Resource
    class_name: str
    listeners: tuple[Listener, ...]


class ParentReference(Struct, frozen=True):
    """A parent a route asks to join; ``port`` 0 and ``section`` ``""`` for all listeners."""

    kind: str
    namespace: str
    name: str
    section: str
    port: int


class ValueMatch(Struct, frozen=True):
    """A header or query parameter; ``type`` is Exact or RegularExpression."""

    name: str
    type: str
    value: str


class RouteMatch(Struct, frozen=True):
    """Conditions that must all hold; ``method`` is ``""`` for every method.

    ``call`` is what a GRPCRoute writes, (service, method), ``""`` for every one; its path is the one such calls have.
    """

    path_type: str
    path: str
    method: str
    headers: tuple[ValueMatch, ...]
    query: tuple[ValueMatch, ...]
    call: tuple[str, str] | None = None

    def __str__(self) -> str:
        if self.call is None:
            return f"path {self.path} ({self.path_type})"
        return f"call {self.call[0] or '*'}/{self.call[1] or '*'}"


class RouteBackend(Struct, frozen=True):
    """A backend and its weight, 1 where none is written; ``filters`` are as written."""

    group: str
    kind: str
    namespace: str
    name: str
    port: int
    weight: int
    filters: tuple[Mapping[str, Any], ...] = ()


class RouteRule(Struct, frozen=True):
    """A rule; ``matches`` always has one match at least, ``filters`` are as written."""

    matches: tuple[RouteMatch, ...]
    filters: tuple[Mapping[str, Any], ...]
    backends: tuple[RouteBackend, ...]
    at: tuple[Step, ...]


class GatewayRoute(Struct, frozen=True, eq=False):
    """A route of a Gateway; TLSRoutes and TCPRoutes have rules that match everything."""

    resource: Resource
    parents: tuple[ParentReference, ...]
    hostnames: tuple[str, ...]
    rules: tuple[RouteRule, ...]


class ReferenceGrant(Struct, frozen=True):
    """Who may refer to what in ``namespace``: (group, kind, namespace) of sources, (group, kind, name or ``""``) of targets."""

    namespace: str
    sources: tuple[tuple[str, str, str], ...]
    targets: tuple[tuple[str, str, str], ...]


def read_gateway(resource: Resource) -> Gateway | None:
    """The Gateway an object is; None for other kinds."""
    if resource.kind != "Gateway" or resource.gvk.group != GROUP:
        return None
    return Gateway(
        resource,
        fields.text(resource.spec, "gatewayClassName"),
        tuple(_listener(item) for _, item in fields.items(resource.spec, "listeners")),
    )


def _listener(item: Mapping[str, Any]) -> Listener:
    allowed = fields.mapping(item, "allowedRoutes")
    namespaces = fields.mapping(allowed, "namespaces")
    selector = fields.optional_mapping(namespaces, "selector")
    return Listener(
        fields.text(item, "name"),
        fields.text(item, "hostname"),
        fields.integer(item, "port") or 0,
        fields.text(item, "protocol"),
        fields.text(namespaces, "from") or "Same",
        label_selector(selector) if selector is not None else None,
        tuple(fields.text(kind, "kind") for _, kind in fields.items(allowed, "kinds")),
    )


def read_route(resource: Resource) -> GatewayRoute | None:
    """The route an object is; None for other kinds."""
    if resource.kind not in ROUTE_PROTOCOLS or resource.gvk.group != GROUP:
        return None
    return resource.view(_route)


def _route(resource: Resource) -> GatewayRoute:
    spec, own = resource.spec, resource.namespace
    read = _call if resource.kind == "GRPCRoute" else _match
    if resource.kind == "HTTPRoute" and "rules" not in spec:  # the default of the schema
        spec = {**spec, "rules": [{}]}
    return GatewayRoute(
        resource,
        tuple(_parent(item, own) for _, item in fields.items(spec, "parentRefs")),
        fields.texts(spec, "hostnames"),
        tuple(_rule(item, own, ("spec", "rules", i), read) for i, item in fields.items(spec, "rules")),
    )


def _parent(item: Mapping[str, Any], namespace: str) -> ParentReference:
    return ParentReference(
        fields.text(item, "kind") or "Gateway",
        fields.text(item, "namespace") or namespace,
        fields.text(item, "name"),
        fields.text(item, "sectionName"),
        fields.integer(item, "port") or 0,
    )


def _rule(
    item: Mapping[str, Any], namespace: str, at: tuple[Step, ...], read: Callable[[Mapping[str, Any]], RouteMatch]
) -> RouteRule:
    matches = tuple(read(match) for _, match in fields.items(item, "matches"))
    return RouteRule(
        matches or (read({}),),
        tuple(value for _, value in fields.items(item, "filters")),
        tuple(_backend(value, namespace) for _, value in fields.items(item, "backendRefs")),
        at,
    )


def _match(item: Mapping[str, Any]) -> RouteMatch:
    path = fields.mapping(item, "path")
    return RouteMatch(
        fields.text(path, "type") or "PathPrefix",
        fields.text(path, "value") or "/",
        fields.text(item, "method"),
        _values(item, "headers"),
        _values(item, "queryParams"),
    )


def _call(item: Mapping[str, Any]) -> RouteMatch:
    """A match of a GRPCRoute as the path ``/service/method`` that gRPC gives a call."""
    method = fields.mapping(item, "method")
    service, name = fields.text(method, "service"), fields.text(method, "method")
    headers = _values(item, "headers")
    if not service and not name:
        return RouteMatch("PathPrefix", "/", "", headers, (), ("", ""))
    if fields.text(method, "type") != "RegularExpression":
        if service and name:
            return RouteMatch("Exact", f"/{service}/{name}", "", headers, (), (service, name))
        pattern = f"/{re.escape(service) or _ONE}/{re.escape(name) or _ONE}$"
    else:
        pattern = f"/(?:{service or _ONE})/(?:{name or _ONE})$"
    return RouteMatch("RegularExpression", pattern, "", headers, (), (service, name))


def _values(item: Mapping[str, Any], key: str) -> tuple[ValueMatch, ...]:
    """Of several entries with one name the first counts; the case of a header's name does not."""
    found: dict[str, ValueMatch] = {}
    for _, v in fields.items(item, key):
        name = fields.text(v, "name")
        match = ValueMatch(name, fields.text(v, "type") or "Exact", fields.text(v, "value"))
        found.setdefault(name.lower() if key == "headers" else name, match)
    return tuple(found.values())


def _backend(item: Mapping[str, Any], namespace: str) -> RouteBackend:
    weight = fields.integer(item, "weight")
    return RouteBackend(
        fields.text(item, "group"),
        fields.text(item, "kind") or "Service",
        fields.text(item, "namespace") or namespace,
        fields.text(item, "name"),
        fields.integer(item, "port") or 0,
        1 if weight is None else weight,
        tuple(value for _, value in fields.items(item, "filters")),
    )


def read_reference_grant(resource: Resource) -> ReferenceGrant | None:
    """The ReferenceGrant an object is; None for other kinds."""
    if resource.kind != "ReferenceGrant" or resource.gvk.group != GROUP:
        return None
    spec = resource.spec
    return ReferenceGrant(
        resource.namespace,
        tuple(
            (fields.text(v, "group"), fields.text(v, "kind"), fields.text(v, "namespace"))
            for _, v in fields.items(spec, "from")
        ),
        tuple(
            (fields.text(v, "group"), fields.text(v, "kind"), fields.text(v, "name"))
            for _, v in fields.items(spec, "to")
        ),
    )
