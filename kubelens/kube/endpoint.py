"""Endpoints as written: EndpointSlices and the older Endpoints objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.resource import Resource

SERVICE_NAME_LABEL: Final = "kubernetes.io/service-name"
MANAGED_BY_LABEL: Final = "endpointslice.kubernetes.io/managed-by"
SKIP_MIRROR_LABEL: Final = "endpointslice.kubernetes.io/skip-mirror"
LEADER_ANNOTATION: Final = "control-plane.alpha.kubernetes.io/leader"


class EndpointPort(Struct, frozen=True):
    """A port that endpoints serve."""

    name: str
    number: int
    protocol: str
    app_protocol: str | None = None


class Conditions(Struct, frozen=True):
    """An endpoint's conditions; None where unset (to be read as ready)."""

    ready: bool | None = None
    serving: bool | None = None
    terminating: bool | None = None


class WrittenEndpoint(Struct, frozen=True):
    """An endpoint of a slice written by hand."""

    addresses: tuple[str, ...]
    conditions: Conditions
    node: str
    zone: str
    hostname: str
    pod: str
    zone_hints: tuple[str, ...]
    node_hints: tuple[str, ...]


class WrittenSlice(Struct, frozen=True):
    """An EndpointSlice object."""

    name: str
    service: str
    managed_by: str
    address_type: str
    ports: tuple[EndpointPort, ...]
    endpoints: tuple[WrittenEndpoint, ...]


def read_endpoint_slice(resource: Resource) -> WrittenSlice | None:
    """The EndpointSlice an object is; None for other kinds."""
    if resource.kind != "EndpointSlice" or resource.gvk.group != "discovery.k8s.io":
        return None
    value, labels = resource.value, resource.labels
    return WrittenSlice(
        name=resource.name,
        service=labels.get(SERVICE_NAME_LABEL, ""),
        managed_by=labels.get(MANAGED_BY_LABEL, ""),
        address_type=fields.text(value, "addressType"),
        ports=tuple(_port(port) for _, port in fields.items(value, "ports")),
        endpoints=tuple(_endpoint(endpoint) for _, endpoint in fields.items(value, "endpoints")),
    )


def _port(value: Mapping[str, Any]) -> EndpointPort:
    number = fields.integer(value, "port") or 0
    protocol = fields.text(value, "protocol") or "TCP"
    return EndpointPort(fields.text(value, "name"), number, protocol, fields.text(value, "appProtocol") or None)


def _endpoint(value: Mapping[str, Any]) -> WrittenEndpoint:
    conditions, hints = fields.mapping(value, "conditions"), fields.mapping(value, "hints")
    target = fields.mapping(value, "targetRef")
    return WrittenEndpoint(
        addresses=fields.texts(value, "addresses"),
        conditions=Conditions(*(fields.boolean(conditions, key) for key in ("ready", "serving", "terminating"))),
        node=fields.text(value, "nodeName"),
        zone=fields.text(value, "zone"),
        hostname=fields.text(value, "hostname"),
        pod=fields.text(target, "name") if fields.text(target, "kind") == "Pod" else "",
        zone_hints=tuple(fields.text(z, "name") for _, z in fields.items(hints, "forZones")),
        node_hints=tuple(fields.text(n, "name") for _, n in fields.items(hints, "forNodes")),
    )


class EndpointAddress(Struct, frozen=True):
    """An address of an Endpoints subset; ``pod`` is ``""`` where it refers to none."""

    ip: str
    pod: str = ""
    node: str = ""
    hostname: str = ""


class EndpointSubset(Struct, frozen=True):
    """Addresses that serve the same ports."""

    ready: tuple[EndpointAddress, ...]
    not_ready: tuple[EndpointAddress, ...]
    ports: tuple[EndpointPort, ...]


class WrittenEndpoints(Struct, frozen=True, eq=False):
    """An Endpoints object, as written."""

    resource: Resource
    subsets: tuple[EndpointSubset, ...]

    @property
    def mirrored(self) -> bool:
        """Whether the mirroring controller cares for it (endpointslicemirroring, shouldMirror)."""
        skipped = self.resource.labels.get(SKIP_MIRROR_LABEL) == "true"
        return not skipped and LEADER_ANNOTATION not in self.resource.annotations


def read_endpoints(resource: Resource) -> WrittenEndpoints | None:
    """The Endpoints object an object is; None for other kinds."""
    if resource.kind != "Endpoints" or resource.gvk.group != "":
        return None
    subsets = tuple(
        EndpointSubset(
            ready=_addresses(subset, "addresses"),
            not_ready=_addresses(subset, "notReadyAddresses"),
            ports=tuple(_port(port) for _, port in fields.items(subset, "ports")),
        )
        for _, subset in fields.items(resource.value, "subsets")
    )
    return WrittenEndpoints(resource, subsets)


def _addresses(subset: Mapping[str, Any], key: str) -> tuple[EndpointAddress, ...]:
    return tuple(
        EndpointAddress(
            ip=fields.text(address, "ip"),
            pod=fields.text(fields.mapping(address, "targetRef"), "name"),
            node=fields.text(address, "nodeName"),
            hostname=fields.text(address, "hostname"),
        )
        for _, address in fields.items(subset, key)
    )
