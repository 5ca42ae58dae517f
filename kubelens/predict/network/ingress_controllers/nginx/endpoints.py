"""Which endpoints ingress-nginx finds behind a port that a backend names.

Follows ``internal/ingress/controller/controller.go`` (``serviceEndpoints``, ``externalNamePorts``,
``getServiceClusterEndpoint``) and ``endpointslices.go`` (``getEndpointsFromSlices``).
"""

from __future__ import annotations

from ipaddress import ip_address

from kubelens.kube.network import PortByName, PortByNumber, PortReference, Service, ServicePort, ServiceType
from kubelens.predict.api import Ask
from kubelens.predict.network.destination import Destination, behind
from kubelens.predict.network.ingress_backend import BackendEnds, named_port_ends, no_such_port, port_ends


def endpoint_ends(ask: Ask, service: Service, reference: PortReference | None) -> BackendEnds:
    """The first port that has the number, the name or the targetPort (``serviceEndpoints``)."""
    if reference is None:
        return named_port_ends(ask, service, reference)
    if service.type is ServiceType.EXTERNAL_NAME:
        return _external_ends(service, reference)
    wanted = str(reference)
    port = next((p for p in service.ports if wanted in (str(p.number), str(p.target), p.name)), None)
    if port is None:
        return no_such_port(service, reference)
    if behind(ask, service, port).leaving:
        title = f"Service {service.namespace}/{service.name}"
        told = f"only terminating endpoints stand behind {title}, and ingress-nginx takes ready ones alone: 503"
        return BackendEnds((), 503, (told,))
    found = port_ends(ask, service, port)
    if wanted in (str(port.number), port.name):
        return found
    return BackendEnds(found.destinations, found.status, (_by_target(service, port, reference), *found.notes))


def cluster_address_ends(ask: Ask, service: Service, reference: PortReference | None) -> BackendEnds:
    """With ``service-upstream``: a number is that of the cluster IP, a name is looked up (``getServiceClusterEndpoint``).

    Without a cluster IP, and for a name that no port has, it is as without the annotation.
    """
    if service.type is ServiceType.EXTERNAL_NAME or service.headless or reference is None:
        return endpoint_ends(ask, service, reference)
    port = service.port(reference)
    if port is not None:
        return port_ends(ask, service, port)
    if isinstance(reference, PortByName):
        return endpoint_ends(ask, service, reference)
    note = f"service-upstream sends to port {reference} of the cluster IP of Service {service.namespace}/{service.name}"
    return BackendEnds((), None, (f"{note}, which has no such port: nothing answers there",))


def _by_target(service: Service, port: ServicePort, reference: PortReference) -> str:
    if service.port(reference) is None:
        other = f"has no port {reference}"
    else:
        other = f"has port {reference} further down"
    title = f"Service {service.namespace}/{service.name}"
    return f"{title} {other}: ingress-nginx takes port {port}, whose targetPort is {reference}"


def _external_ends(service: Service, reference: PortReference) -> BackendEnds:
    title = f"Service {service.namespace}/{service.name}"
    name = service.external_name
    if _is_loopback(name):
        return BackendEnds((), 503, (f"{title} is an ExternalName of {name}, which ingress-nginx does not take: 503",))
    port = service.port(reference)
    number = _external_number(port, reference)
    if number == 0:
        why = f"{title} is an ExternalName and gives no number for port {reference}"
        return BackendEnds((), None, (f"{why}: ingress-nginx proxies to port 0 of {name}, where nothing answers",))
    written = str(port.number if port is not None else reference)
    there = (f"ExternalName {name}:{number}",)
    return BackendEnds((Destination(service.name, service.namespace, written, there),), None)


def _external_number(port: ServicePort | None, reference: PortReference) -> int:
    """The port of the external name (``externalNamePorts``); 0 where the controller comes to none."""
    if port is None:
        return reference.number if isinstance(reference, PortByNumber) else 0
    if isinstance(port.target, PortByNumber):
        return port.target.number
    return port.number if isinstance(reference, PortByName) else 0


def _is_loopback(name: str) -> bool:
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
