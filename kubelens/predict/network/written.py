"""Why endpoints that somebody wrote do not stand behind a port of a Service (kube-proxy ``EndpointSliceCache``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kubelens.kube.network import Service, ServicePort
from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Reason
from kubelens.predict.controllers.endpointslice import Port, families_of, mirrored, written_slice
from kubelens.predict.network.service_slices import shown_families, written_endpoints

_FQDN: Final = "FQDN"


def why_written_are_unused(ask: Ask, service: Service, port: ServicePort) -> tuple[Reason, ...]:
    """One reason for each EndpointSlice and Endpoints of the manifests that belongs to a Service; () where there are none."""
    families = families_of(service.resource.value, shown_families(ask))
    return tuple(
        Reason(f"{one.kind} {one.name} {_why(one, port, families)}", one.place)
        for one in written_endpoints(ask, service)
    )


def _why(resource: Resource, port: ServicePort, families: Sequence[str]) -> str:
    slices = mirrored(resource.value) if resource.kind == "Endpoints" else [written_slice(resource.value)]
    if not any(one.endpoints for one in slices):
        return "has no endpoint"
    usable = [one for one in slices if one.address_type in families]
    if not usable:
        types = ", ".join(dict.fromkeys(one.address_type for one in slices))
        reason = "kube-proxy follows no names" if types == _FQDN else f"the Service has {' and '.join(families)}"
        return f"holds addresses of type {types}: {reason}"
    named = [one for one in usable if one.number_of(port.name, port.protocol) is not None]
    if not named:
        listed = ", ".join(_shown(p) for one in usable for p in one.ports) or "none"
        wanted = f"{port.protocol} port named {port.name!r}" if port.name else f"{port.protocol} port without a name"
        return f"has no {wanted}, as the Service's is (its ports: {listed}): kube-proxy finds ports by name"
    return "has no ready endpoint"


def _shown(port: Port) -> str:
    number = "without a number" if port.number is None else str(port.number)
    return f"{port.name or 'without a name'} {number}/{port.protocol}"
