"""What stands behind a backend of an Ingress."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from kubelens.kube.network import IngressBackend, PortReference, Service, ServiceBackend, ServicePort, ServiceType
from kubelens.predict.api import Ask
from kubelens.predict.chain.stored import Stored
from kubelens.predict.network.destination import Destination, behind, find_service, service_port
from kubelens.predict.network.unreached import WhyUnreachedOf


class BackendEnds(Struct, frozen=True):
    """The Service a backend names, the status a proxy gives where it leads nowhere, and what else is known.

    ``unknown``: it is no Service, and what answers is not known.
    """

    destinations: tuple[Destination, ...]
    status: int | None
    notes: tuple[str, ...] = ()
    unknown: bool = False


PortEnds = Callable[[Ask, Service, PortReference | None], BackendEnds]
"""Where a port that a backend names ends, in a Service that is stored."""


def named_port_ends(ask: Ask, service: Service, reference: PortReference | None) -> BackendEnds:
    """By the API's own text: the port has that number or name."""
    if service.type is ServiceType.EXTERNAL_NAME:
        return _alias_ends(service, reference)
    port = service_port(service, reference)
    return port_ends(ask, service, port) if port is not None else no_such_port(service, reference)


def _alias_ends(service: Service, reference: PortReference | None) -> BackendEnds:
    port = service_port(service, reference)
    written = str(port.number if port is not None else reference if reference is not None else "?")
    note = (
        f"Service {service.namespace}/{service.name} is an ExternalName: whether a controller proxies to {service.external_name}, "
        "and at which port, is its own matter (Traefik does with allowExternalNameServices alone)"
    )
    there = (f"ExternalName {service.external_name}",)
    return BackendEnds((Destination(service.name, service.namespace, written, there),), None, (note,))


def port_ends(ask: Ask, service: Service, port: ServicePort) -> BackendEnds:
    """Where a port of a Service ends: the Pods behind it."""
    found = behind(ask, service, port)
    notes = (without_pods(ask, service, port),) if not found.pods else leaving_alone(service) if found.leaving else ()
    return BackendEnds((Destination(service.name, service.namespace, str(port.number), found.pods),), None, notes)


def leaving_alone(service: Service) -> tuple[str, ...]:
    """What is open where only endpoints that are terminating stand behind a Service."""
    title = f"Service {service.namespace}/{service.name}"
    return (f"only terminating endpoints stand behind {title}: kube-proxy uses them, other proxies may answer 503",)


def no_such_port(service: Service, reference: PortReference | None) -> BackendEnds:
    """503: the Service does not have the port that the backend names."""
    written = reference if reference is not None else "?"
    return BackendEnds((), 503, (f"Service {service.namespace}/{service.name} has no port {written}: 503",))


def backend_ends(
    ask: Ask, namespace: str, backend: IngressBackend | None, ends: PortEnds = named_port_ends
) -> BackendEnds:
    """Where a backend of an Ingress of a namespace ends; ``ends``: how the controller looks the port up."""
    if not isinstance(backend, ServiceBackend):
        return BackendEnds((), None, ("the backend is no Service: what it serves is its controller's matter",), True)
    service = find_service(ask.bundle, namespace, backend.name)
    written = str(backend.port) if backend.port is not None else "?"
    if service is None:
        note = f"Service {namespace}/{backend.name} is not among the files: 503 unless the cluster has it"
        return BackendEnds((Destination(backend.name, namespace, written, ()),), None, (note,))
    if (denial := ask(Stored(service.resource)).answer.denial) is not None:
        return BackendEnds((), 503, (f"the API server refuses {service.resource.key}: {denial.sentence}",))
    return ends(ask, service, backend.port)


def without_pods(ask: Ask, service: Service, port: ServicePort) -> str:
    """What a proxy says where no Pod among the manifests stands behind a Service, and why none does."""
    why = ask(WhyUnreachedOf(service, port))
    if why.answer.known:
        return f"nothing stands behind Service {service.name}: 503 ({'; '.join(r.text for r in why.reasons)})"
    if close := "; ".join(r.text for r in why.reasons if r.place is not None):
        return (
            f"nothing among the files stands behind Service {service.name}: 503 unless the cluster has more ({close})"
        )
    what = "workload" if service.selector is not None else "endpoint"
    return f"no {what} among the files stands behind Service {service.name}: 503 unless the cluster has one"
