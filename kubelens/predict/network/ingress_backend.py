"""What stands behind a backend of an Ingress."""

from __future__ import annotations

from msgspec import Struct

from kubelens.kube.network import IngressBackend, Service, ServiceBackend, ServicePort
from kubelens.predict.api import Ask
from kubelens.predict.chain.stored import Stored
from kubelens.predict.network.destination import Destination, find_service, pods_behind, service_port
from kubelens.predict.network.unreached import WhyUnreachedOf


class BackendEnds(Struct, frozen=True):
    """The Service a backend names, the status a proxy gives where it leads nowhere, and what else is known."""

    destinations: tuple[Destination, ...]
    status: int | None
    notes: tuple[str, ...] = ()


def backend_ends(ask: Ask, namespace: str, backend: IngressBackend | None) -> BackendEnds:
    """Where a backend of an Ingress of a namespace ends."""
    if not isinstance(backend, ServiceBackend):
        return BackendEnds((), None, ("the backend is no Service: what it serves is its controller's matter",))
    service = find_service(ask.bundle, namespace, backend.name)
    written = str(backend.port) if backend.port is not None else "?"
    if service is None:
        note = f"Service {namespace}/{backend.name} is not among the files: 503 unless the cluster has it"
        return BackendEnds((Destination(backend.name, namespace, written, ()),), None, (note,))
    if (denial := ask(Stored(service.resource)).answer.denial) is not None:
        return BackendEnds((), 503, (f"the API server refuses {service.resource.key}: {denial.sentence}",))
    port = service_port(service, backend.port)
    if port is None:
        return BackendEnds((), 503, (f"Service {namespace}/{backend.name} has no port {written}: 503",))
    pods = pods_behind(ask, service, port)
    notes = (without_pods(ask, service, port),) if not pods else ()
    return BackendEnds((Destination(service.name, namespace, str(port.number), pods),), None, notes)


def without_pods(ask: Ask, service: Service, port: ServicePort) -> str:
    """What a proxy says where no Pod among the manifests stands behind a Service, and why none does."""
    why = ask(WhyUnreachedOf(service, port))
    if why.answer.known:
        return f"nothing stands behind Service {service.name}: 503 ({'; '.join(r.text for r in why.reasons)})"
    what = "workload" if service.selector is not None else "endpoint"
    return f"no {what} among the files stands behind Service {service.name}: 503 unless the cluster has one"
