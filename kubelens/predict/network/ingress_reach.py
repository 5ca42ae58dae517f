"""Which Pods and ports the Ingresses and OpenShift Routes of a bundle lead to, and whether policies let them through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.network import (
    Ingress,
    IngressPath,
    PortByName,
    PortByNumber,
    Service,
    ServiceBackend,
    ServicePort,
    read_ingress,
    read_service,
)
from kubelens.predict.api import Ask, Prediction
from kubelens.predict.network.ends import PodEnd, UnknownEnd
from kubelens.predict.network.policy import ConnectionOf, EndsOf
from kubelens.predict.network.port_set import NO_PORTS, PortSet
from kubelens.syntax.place import Place

ROUTE_GROUP: Final = "route.openshift.io"
CONTROLLER = UnknownEnd("ingress-controller")


class IngressLink(Struct, frozen=True, eq=False):
    """A path (None: the default backend) of an Ingress that leads to a port of a Service."""

    ingress: Ingress
    path: IngressPath | None
    service: Service
    port: ServicePort
    place: Place


def ingress_links(bundle: Bundle) -> Iterator[IngressLink]:
    """Every backend whose Service and port are in the bundle."""
    for resource in bundle.all("Ingress"):
        ingress = read_ingress(resource)
        if ingress is None or resource.partial:
            continue
        paths: list[IngressPath | None] = [p for rule in ingress.rules for p in rule.paths]
        if ingress.default_backend is not None:
            paths.append(None)
        for path in paths:
            backend = ingress.default_backend if path is None else path.backend
            if not isinstance(backend, ServiceBackend) or backend.port is None:
                continue
            found = bundle.get("Service", ingress.namespace, backend.name, group="")
            service = read_service(found) if found is not None else None
            port = service.port(backend.port) if service is not None else None
            if service is not None and port is not None:
                place = resource.place.at(*(("spec", "defaultBackend") if path is None else (*path.at, "backend")))
                yield IngressLink(ingress, path, service, port, place)


def route_ports(bundle: Bundle) -> Iterator[tuple[Service, ServicePort]]:
    """Ports of Services that OpenShift Routes lead to (route/v1 RouteSpec.to, alternateBackends, port)."""
    for resource in bundle.all("Route", group=ROUTE_GROUP):
        spec = resource.spec
        wanted = fields.mapping(spec, "port").get("targetPort")
        for target in (fields.mapping(spec, "to"), *(t for _, t in fields.items(spec, "alternateBackends"))):
            name = fields.text(target, "name")
            found = bundle.get("Service", resource.namespace, name, group="") if name else None
            service = read_service(found) if found is not None else None
            if service is None:
                continue
            for port in service.ports:
                if wanted in (None, port.name, port.target.number if isinstance(port.target, PortByNumber) else None):
                    yield service, port


def served_ports(service: Service, port: ServicePort, end: PodEnd) -> PortSet:
    """The ports of Pods a Service's port leads to; none where the Pods are not selected or lack the name."""
    if service.selector is None or end.namespace != service.namespace:
        return NO_PORTS
    if not end.matches(service.selector):
        return NO_PORTS
    if isinstance(port.target, PortByName):
        declared = end.workload.pod.port_named(port.target.name, port.protocol)
        return PortSet.single(port.protocol, declared.number) if declared is not None else NO_PORTS
    return PortSet.single(port.protocol, port.target.number)


class IngressReach(Struct, frozen=True):
    """What an Ingress controller reaches, wherever it runs: rules must let every Pod of the cluster through."""

    def answer(self, ask: Ask) -> Prediction[tuple[tuple[PodEnd, PortSet, PortSet], ...]]:
        """(Pods, ports that Ingresses lead to, those of them that policies let through)."""
        links = [(link.service, link.port) for link in ingress_links(ask.bundle)]
        links += route_ports(ask.bundle)
        reached = []
        for end in ask(EndsOf()).answer:
            wanted = NO_PORTS
            for service, port in links:
                wanted = wanted | served_ports(service, port, end)
            if wanted:
                reached.append((end, wanted, wanted & ask(ConnectionOf(CONTROLLER, end)).answer.ports))
        return Prediction(tuple(reached))
