"""Which Pods and ports stand behind a Service, as the endpoint-slice and endpoints controllers work it out.

Follows the endpoint-slice library (``reconcile.go``, ``utils.go``) and ``pkg/controller/endpoint``. Works on decoded
objects with the status that Pods have; Pods that workloads are yet to bring are those of their templates.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from math import ceil
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.selector import equality_selector, read_labels

SERVICE_NAME: Final = "kubernetes.io/service-name"
UNKNOWN_ADDRESS: Final = ("<IPv4 ", "<IPv6 ")
"""How the text of an address begins that only the cluster knows: ``<IPv4 of Pod web-0>``."""
ENDED: Final = ("Succeeded", "Failed")
"""Phases in which no container of a Pod runs again."""
_SKIP_MIRROR: Final = "endpointslice.kubernetes.io/skip-mirror"
_LEADER: Final = "control-plane.alpha.kubernetes.io/leader"
_SLICE_LIMIT: Final = 100
_MIRROR_LIMIT: Final = 1000
_ENDPOINTS_LIMIT: Final = 1000

Object = Mapping[str, Any]


class Port(Struct, frozen=True, order=True):
    """A port of endpoints; ``number`` is None where the slice leaves it open."""

    name: str
    protocol: str
    number: int | None
    app_protocol: str = ""


class Endpoint(Struct, frozen=True):
    """An address behind a Service. ``pod`` is ``""`` for addresses written by hand.

    ``zone_hints`` and ``node_hints``: zones and nodes whose kube-proxy is to use it (``hints.forZones``, ``forNodes``).
    """

    addresses: tuple[str, ...]
    pod: str
    node: str
    hostname: str
    ready: bool | None
    serving: bool | None
    terminating: bool | None
    zone: str = ""
    zone_hints: tuple[str, ...] = ()
    node_hints: tuple[str, ...] = ()


class EndpointSlice(Struct, frozen=True):
    """Endpoints of one address type and one set of ports; ``managed`` is False for those written by hand."""

    address_type: str
    ports: tuple[Port, ...]
    endpoints: tuple[Endpoint, ...]
    managed: bool = True

    def number_of(self, name: str, protocol: str) -> int | None:
        """The number that the port of a name and protocol has here, None where there is none or the slice leaves it open."""
        return next((p.number for p in self.ports if (p.name, p.protocol) == (name, protocol)), None)


class Subset(Struct, frozen=True):
    """What the old kind Endpoints holds."""

    ready: tuple[str, ...]
    not_ready: tuple[str, ...]
    ports: tuple[Port, ...]


def namespace_of(obj: Object) -> str:
    """The namespace of an object."""
    return fields.text(fields.mapping(obj, "metadata"), "namespace") or "default"


def name_of(obj: Object) -> str:
    """The name of an object."""
    return fields.text(fields.mapping(obj, "metadata"), "name")


def slices_of(
    service: Object, objects: Iterable[Object], *, cluster_families: tuple[str, ...] = ("IPv4",)
) -> list[EndpointSlice]:
    """The slices of a Service: those its controller makes, those mirrored from Endpoints, those written by hand."""
    namespace, name = namespace_of(service), name_of(service)
    everything = [o for o in objects if namespace_of(o) == namespace]
    slices = [
        written_slice(o)
        for o in everything
        if o.get("kind") == "EndpointSlice" and _labels(o).get(SERVICE_NAME) == name
    ]
    if has_selector(service):
        return [*slices, *_controlled(service, everything, cluster_families)]
    if fields.mapping(service, "spec").get("selector"):
        return slices
    for obj in everything:
        if obj.get("kind") == "Endpoints" and name_of(obj) == name:
            slices.extend(mirrored(obj))
    return slices


def has_selector(service: Object) -> bool:
    """Whether a controller fills the Service: it has a selector and is no ExternalName."""
    spec = fields.mapping(service, "spec")
    return bool(spec.get("selector")) and fields.text(spec, "type") != "ExternalName"


def families_of(service: Object, cluster_families: tuple[str, ...]) -> tuple[str, ...]:
    """The address families of a Service, defaulted as the API server does."""
    spec = fields.mapping(service, "spec")
    written = fields.texts(spec, "ipFamilies")
    policy = fields.text(spec, "ipFamilyPolicy")
    headless = fields.text(spec, "clusterIP") == "None"
    if not policy:
        addresses = fields.texts(spec, "clusterIPs")
        policy = (
            "RequireDualStack"
            if len(written) > 1 or len(addresses) > 1 or (headless and not spec.get("selector"))
            else "SingleStack"
        )
    first = written[0] if written else address_family(fields.text(spec, "clusterIP")) or cluster_families[0]
    if policy == "SingleStack":
        return (first,)
    others = tuple(f for f in (*written, *cluster_families) if f != first)
    return tuple(dict.fromkeys((first, *others)))


def address_family(text: str) -> str:
    """``IPv4`` or ``IPv6``, ``""`` for what is no address; words for an address count as one."""
    if text.startswith(UNKNOWN_ADDRESS):
        return text[1:5]
    try:
        return f"IPv{ipaddress.ip_address(text).version}"
    except ValueError:
        return ""


def _labels(obj: Object) -> dict[str, str]:
    return read_labels(fields.mapping(obj, "metadata").get("labels"))


def selected_pods(service: Object, objects: Iterable[Object]) -> list[Object]:
    """The Pods whose labels a Service's selector matches."""
    selector = equality_selector(fields.mapping(service, "spec").get("selector"))
    return [o for o in objects if o.get("kind") == "Pod" and selector.matches(_labels(o))]


def may_be_endpoint(pod: Object, *, terminating: bool) -> bool:
    """(endpoint-slice, ``ShouldPodBeInEndpoints``)."""
    status = fields.mapping(pod, "status")
    if fields.text(status, "phase") in ENDED:
        return False
    if not addresses_of(pod):
        return False
    return terminating or not is_terminating(pod)


def is_terminating(pod: Object) -> bool:
    """Whether a Pod is being deleted."""
    return "deletionTimestamp" in fields.mapping(pod, "metadata")


def is_ready(pod: Object) -> bool:
    """Whether the Ready condition is True."""
    return any(
        c.get("type") == "Ready" and c.get("status") == "True"
        for _, c in fields.items(fields.mapping(pod, "status"), "conditions")
    )


def addresses_of(pod: Object) -> list[str]:
    """The addresses of a Pod, the first one first."""
    status = fields.mapping(pod, "status")
    found = [fields.text(ip, "ip") for _, ip in fields.items(status, "podIPs")]
    return [ip for ip in found if ip] or ([fields.text(status, "podIP")] if fields.text(status, "podIP") else [])


def publishes_unready(service: Object) -> bool:
    """Whether addresses count before they are ready."""
    return fields.boolean(fields.mapping(service, "spec"), "publishNotReadyAddresses") or False


def resolved_port(pod: Object, port: Mapping[str, Any]) -> int | None:
    """The number a Service port leads to on a Pod, None where the name is unknown there (``FindPort``)."""
    target = port.get("targetPort")
    if target in (None, 0, ""):
        return fields.integer(port, "port")
    if isinstance(target, int):
        return target
    protocol = fields.text(port, "protocol") or "TCP"
    spec = fields.mapping(pod, "spec")
    sidecars = [c for _, c in fields.items(spec, "initContainers") if c.get("restartPolicy") == "Always"]
    for container in (*(c for _, c in fields.items(spec, "containers")), *sidecars):
        for _, own in fields.items(container, "ports"):
            if fields.text(own, "name") == target and (fields.text(own, "protocol") or "TCP") == protocol:
                return fields.integer(own, "containerPort")
    return None


def endpoint_ports(service: Object, pod: Object) -> tuple[Port, ...]:
    """(endpoint-slice, ``getEndpointPorts``): ports that resolve on a Pod."""
    found: list[Port] = []
    for _, port in fields.items(fields.mapping(service, "spec"), "ports"):
        number = resolved_port(pod, port)
        if number is not None:
            found.append(
                Port(
                    fields.text(port, "name"),
                    fields.text(port, "protocol") or "TCP",
                    number,
                    fields.text(port, "appProtocol"),
                )
            )
    return tuple(sorted(found, key=lambda p: (p.name, p.protocol, p.number or 0)))


def _controlled(service: Object, objects: list[Object], cluster_families: tuple[str, ...]) -> list[EndpointSlice]:
    published = publishes_unready(service)
    groups: dict[tuple[str, tuple[Port, ...]], list[Endpoint]] = {}
    pods = [p for p in selected_pods(service, objects) if may_be_endpoint(p, terminating=True)]
    for family in families_of(service, cluster_families):
        for pod in pods:
            addresses = tuple(a for a in addresses_of(pod) if address_family(a) == family)
            if not addresses:
                continue
            serving, terminating = is_ready(pod), is_terminating(pod)
            spec = fields.mapping(pod, "spec")
            hostname = fields.text(spec, "hostname") if fields.text(spec, "subdomain") == name_of(service) else ""
            endpoint = Endpoint(
                addresses[:1],
                name_of(pod),
                fields.text(spec, "nodeName"),
                hostname,
                published or (serving and not terminating),
                serving,
                terminating,
            )
            groups.setdefault((family, endpoint_ports(service, pod)), []).append(endpoint)
    return [
        EndpointSlice(family, ports, tuple(endpoints[first : first + _SLICE_LIMIT]))
        for (family, ports), endpoints in groups.items()
        for first in range(0, len(endpoints), _SLICE_LIMIT)
    ]


def written_slice(obj: Object) -> EndpointSlice:
    """A slice that somebody wrote."""
    endpoints: list[Endpoint] = []
    for _, one in fields.items(obj, "endpoints"):
        conditions = fields.mapping(one, "conditions")
        target = fields.mapping(one, "targetRef")
        hints = fields.mapping(one, "hints")
        endpoints.append(
            Endpoint(
                fields.texts(one, "addresses"),
                fields.text(target, "name") if target.get("kind") == "Pod" else "",
                fields.text(one, "nodeName"),
                fields.text(one, "hostname"),
                fields.boolean(conditions, "ready"),
                fields.boolean(conditions, "serving"),
                fields.boolean(conditions, "terminating"),
                fields.text(one, "zone"),
                tuple(fields.text(h, "name") for _, h in fields.items(hints, "forZones")),
                tuple(fields.text(h, "name") for _, h in fields.items(hints, "forNodes")),
            )
        )
    return EndpointSlice(fields.text(obj, "addressType"), _written_ports(obj), tuple(endpoints), managed=False)


def _written_ports(value: Object) -> tuple[Port, ...]:
    return tuple(
        Port(
            fields.text(p, "name"),
            fields.text(p, "protocol") or "TCP",
            fields.integer(p, "port"),
            fields.text(p, "appProtocol"),
        )
        for _, p in fields.items(value, "ports")
    )


def mirrored(obj: Object) -> list[EndpointSlice]:
    """Slices made from Endpoints that somebody wrote (endpointslicemirroring)."""
    metadata = fields.mapping(obj, "metadata")
    if _labels(obj).get(_SKIP_MIRROR) == "true" or _LEADER in read_labels(metadata.get("annotations")):
        return []
    groups: dict[tuple[str, tuple[Port, ...]], list[Endpoint]] = {}
    for _, subset in fields.items(obj, "subsets"):
        ports = tuple(sorted(_written_ports(subset), key=lambda p: (p.name, p.protocol, p.number or 0)))
        count = 0
        for field, ready in (("addresses", True), ("notReadyAddresses", False)):
            for _, address in fields.items(subset, field):
                family = address_family(fields.text(address, "ip"))
                if not family or count >= _MIRROR_LIMIT:
                    continue
                count += 1
                target = fields.mapping(address, "targetRef")
                pod = fields.text(target, "name") if target.get("kind") == "Pod" else ""
                endpoint = Endpoint(
                    (fields.text(address, "ip"),),
                    pod,
                    fields.text(address, "nodeName"),
                    fields.text(address, "hostname"),
                    ready,
                    None,
                    None,
                )
                groups.setdefault((family, ports), []).append(endpoint)
    return [EndpointSlice(family, ports, tuple(endpoints)) for (family, ports), endpoints in groups.items()]


def subsets_of(
    service: Object, objects: Iterable[Object], *, cluster_families: tuple[str, ...] = ("IPv4",)
) -> list[Subset]:
    """The subsets of the old kind Endpoints (endpoints controller, ``syncService`` and ``RepackSubsets``)."""
    namespace = namespace_of(service)
    published = publishes_unready(service)
    family = families_of(service, cluster_families)[0]
    headless = fields.text(fields.mapping(service, "spec"), "clusterIP") == "None"
    by_port: dict[Port | None, dict[tuple[str, str, bool], None]] = {}
    everything = [o for o in objects if namespace_of(o) == namespace]
    for pod in selected_pods(service, everything):
        if not may_be_endpoint(pod, terminating=published):
            continue
        address = next((a for a in addresses_of(pod) if address_family(a) == family), None)
        if address is None:
            continue
        ready = published or is_ready(pod)
        ports = endpoint_ports(service, pod)
        bare = not fields.items(fields.mapping(service, "spec"), "ports")
        if not ports and not (headless and bare):
            continue
        for port in ports or (None,):
            by_port.setdefault(port, {})[address, name_of(pod), ready] = None
    groups: dict[frozenset[tuple[str, str, bool]], list[Port]] = {}
    for port, addresses in by_port.items():
        group = groups.setdefault(frozenset(addresses), [])
        if port is not None:
            group.append(port)
    subsets = [
        Subset(
            tuple(sorted(a for a, _, r in key if r)), tuple(sorted(a for a, _, r in key if not r)), tuple(sorted(ports))
        )
        for key, ports in groups.items()
    ]
    return _truncated(subsets)


def _truncated(subsets: list[Subset]) -> list[Subset]:
    """At most 1,000 addresses, ready ones first, each subset its share (``truncateEndpoints``)."""
    ready, other = sum(len(s.ready) for s in subsets), sum(len(s.not_ready) for s in subsets)
    if ready + other <= _ENDPOINTS_LIMIT:
        return subsets
    cut_ready = ready > _ENDPOINTS_LIMIT
    room = _ENDPOINTS_LIMIT if cut_ready else _ENDPOINTS_LIMIT - ready
    total, left = (ready if cut_ready else other), room
    out: list[Subset] = []
    for one in subsets:
        here = len(one.ready) if cut_ready else len(one.not_ready)
        take = min(ceil(here / total * room) if total else 0, left)
        left -= take
        out.append(
            Subset(one.ready[:take], (), one.ports) if cut_ready else Subset(one.ready, one.not_ready[:take], one.ports)
        )
    return out
