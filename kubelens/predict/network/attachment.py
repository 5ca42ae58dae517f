"""Which listeners of its Gateways a route joins, what keeps it from the others, and what it may refer to.

Follows the Gateway API's own text (``ParentReference``, ``AllowedRoutes``, ``Listener.hostname``, ``ReferenceGrant``).
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.gateway import (
    GROUP,
    ROUTE_PROTOCOLS,
    Gateway,
    GatewayRoute,
    Listener,
    ParentReference,
    read_gateway,
    read_reference_grant,
    read_route,
)
from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.network.path_match import intersection


class Refusal(Struct, frozen=True):
    """Why a listener does not take a route.

    ``asked`` is a field of the parent reference, or ``hostnames``; ``said`` a field of the listener, ``namespace`` or
    ``namespace labels`` where it is about the route's namespace, ``""`` for ``allowedRoutes``.
    """

    listener: int
    why: str
    asked: str
    said: str


class Attachment(Struct, frozen=True):
    """One parent of a route that is among the manifests: the names of the listeners it joins, and who refuses it."""

    parent: int
    gateway: Resource
    joined: tuple[str, ...]
    refusals: tuple[Refusal, ...]


class AttachmentsOf(Struct, frozen=True):
    """What becomes of a route's ``parentRefs``."""

    route: Resource

    def answer(self, ask: Ask) -> Prediction[tuple[Attachment, ...]]:
        """One answer for each parent that is a Gateway of the bundle, there once and whole; empty for other objects."""
        route = read_route(self.route)
        if route is None:
            return Prediction(())
        found = []
        for index, parent in enumerate(route.parents):
            same = [r for r in ask.bundle.all("Gateway", parent.namespace, group=GROUP) if r.name == parent.name]
            gateway = read_gateway(same[0]) if len(same) == 1 else None
            if parent.kind != "Gateway" or gateway is None or gateway.resource.partial:
                continue
            joined, refusals = [], []
            for number, listener in enumerate(gateway.listeners):
                first = next(refusals_of(ask.bundle, route, parent, gateway, listener), None)
                if first is None:
                    joined.append(listener.name)
                else:
                    refusals.append(Refusal(number, *first))
            found.append(Attachment(index, gateway.resource, tuple(joined), tuple(refusals)))
        return Prediction(tuple(found))


def refusals_of(
    bundle: Bundle, route: GatewayRoute, parent: ParentReference, gateway: Gateway, listener: Listener
) -> Iterator[tuple[str, str, str]]:
    """What keeps a route from a listener: (``why``, ``asked``, ``said``) of each :class:`Refusal`, none where it joins."""
    name = listener.name
    own, theirs = route.resource.namespace, gateway.resource.namespace
    if parent.section and parent.section != name:
        yield f"names another listener than {name}", "sectionName", "name"
    if parent.port and parent.port != listener.port:
        yield f"names another listener than {name}", "port", "port"
    kind = route.resource.kind
    if listener.kinds and kind not in listener.kinds:
        yield f"listener {name} takes no {kind}", "name", ""
    elif listener.protocol not in ROUTE_PROTOCOLS[kind] and "/" not in listener.protocol:
        yield f"listener {name} takes no {kind}", "name", "protocol"
    if listener.from_namespaces == "Same" and own != theirs:
        yield f"listener {name} takes routes of namespace {theirs} only", "name", "namespace"
    if listener.from_namespaces == "None":
        yield f"listener {name} takes no routes", "name", ""
    if listener.from_namespaces == "Selector":
        labels = bundle.namespace_labels(own)
        if listener.selector is None or not listener.selector.matches(labels):
            yield f"the labels of namespace {own} do not fit listener {name}", "name", "namespace labels"
    hosts = route.hostnames or ("",)
    if all(intersection(listener.hostname, host) is None for host in hosts):
        yield f"listener {name} is for {listener.hostname}, the route for {', '.join(hosts)}", "hostnames", "hostname"


def is_granted(bundle: Bundle, source: Resource, kind: str, namespace: str, name: str) -> bool:
    """Whether a ReferenceGrant lets an object refer to an object of another namespace (core kinds)."""
    grants = (read_reference_grant(r) for r in bundle.all("ReferenceGrant", namespace, group=GROUP))
    return any(
        grant is not None
        and (source.gvk.group, source.kind, source.namespace) in grant.sources
        and any((group, allowed) == ("", kind) and one in ("", name) for group, allowed, one in grant.targets)
        for grant in grants
    )


def says_namespace(resource: Resource) -> bool:
    """Whether an object's own text names its namespace."""
    return bool(fields.text(resource.metadata, "namespace"))
