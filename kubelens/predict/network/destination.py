"""Where a request ends: a Service's port and the Pods behind it, a redirect, or an error of the proxy itself."""

from __future__ import annotations

from msgspec import Struct

from kubelens.kube.bundle import Bundle
from kubelens.kube.network import PortReference, Service, ServicePort, ServiceType, read_service
from kubelens.kube.pod_labels import selected_numbers
from kubelens.predict.api import Ask, Reason
from kubelens.predict.network.ingress_reach import served_ports
from kubelens.predict.network.policy import selected_ends
from kubelens.syntax.place import Place


class Destination(Struct, frozen=True):
    """What answers with one backend. ``odds`` is its share of requests, from 0 to 1.

    ``pods`` are workloads as ``Kind namespace/name:port``; empty where the bundle has none behind the Service.
    ``host`` and ``path`` are what the backend sees, where that differs from the request; None: as requested.
    """

    service: str
    namespace: str
    port: str
    pods: tuple[str, ...]
    odds: float = 1.0
    host: str | None = None
    path: str | None = None


class Redirect(Struct, frozen=True):
    """Parts a redirect changes; None: as requested."""

    status: int
    scheme: str | None = None
    host: str | None = None
    port: int | None = None
    path: str | None = None


class Route(Struct, frozen=True):
    """How one entry point (an IngressClass or a Gateway) answers.

    ``destinations`` is a set with odds; ``status`` is the proxy's own answer where there is none.
    ``rule`` names the rule that decided, with its ``place``; ``passed`` the rules passed over, with the reason.
    """

    entry: str
    rule: str
    place: Place | None
    destinations: tuple[Destination, ...]
    status: int | None
    redirect: Redirect | None
    passed: tuple[Reason, ...]
    notes: tuple[str, ...] = ()


def find_service(bundle: Bundle, namespace: str, name: str) -> Service | None:
    """A Service of the bundle."""
    found = bundle.get("Service", namespace, name, group="")
    return read_service(found) if found is not None else None


def service_port(service: Service, reference: PortReference | None) -> ServicePort | None:
    """The port of a Service a backend names; its only port where the backend names none."""
    if reference is None:
        return service.ports[0] if len(service.ports) == 1 else None
    return service.port(reference)


def pods_behind(ask: Ask, service: Service, port: ServicePort) -> tuple[str, ...]:
    """Workloads a Service's port leads to, as ``Kind namespace/name:port``; Pods where it picks single ones of them."""
    if service.type is ServiceType.EXTERNAL_NAME:
        return (f"ExternalName {service.external_name}",)
    if service.selector is None:
        return ()
    found = []
    for end in selected_ends(ask.bundle, service.selector, service.namespace):
        ports = served_ports(service, port, end)
        if ports:
            number = ports.ranges[0][1][0][0]
            picked = selected_numbers(service.selector, end.workload.resource)
            names = [f"{end.kind} {end.namespace}/{end.name}"]
            if picked is not None:
                names = [f"Pod {end.namespace}/{end.name}-{one}" for one in picked]
            found += [f"{name}:{number}" for name in names]
    return tuple(dict.fromkeys(found))
