"""Where a request ends: a Service's port and the Pods behind it, a redirect, or an error of the proxy itself."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.network import PortReference, Service, ServicePort, ServiceType, read_service
from kubelens.kube.pod_labels import selected_numbers, selects
from kubelens.kube.selector import Selector, read_labels
from kubelens.predict.api import Ask, Reason
from kubelens.predict.chain.admitted import Admitted
from kubelens.predict.chain.homeless import pods_that_run
from kubelens.predict.chain.standing import is_made_by_another
from kubelens.predict.network.ends import selected_ends
from kubelens.predict.network.ingress_reach import served_ports
from kubelens.predict.network.own_status import Unready, states
from kubelens.predict.network.request import DEFAULT_PORTS, Request
from kubelens.predict.network.service_slices import usable_written, written_endpoints
from kubelens.syntax.place import Place


class Destination(Struct, frozen=True):
    """What answers with one backend. ``odds`` is its share of requests, from 0 to 1.

    ``pods`` are workloads as ``Kind namespace/name:port``; empty where the bundle has none behind the Service.
    ``host`` and ``path`` are what the backend sees, where that differs from the request; None: as requested.
    ``status``: the proxy answers this share itself, since the backend it should go to cannot be resolved.
    """

    service: str
    namespace: str
    port: str
    pods: tuple[str, ...]
    odds: float = 1.0
    host: str | None = None
    path: str | None = None
    status: int | None = None


class Redirect(Struct, frozen=True):
    """Parts a redirect changes; None: as requested. ``url`` is the whole target where the manifests write it so."""

    status: int
    scheme: str | None = None
    host: str | None = None
    port: int | None = None
    path: str | None = None
    url: str | None = None

    def target(self, request: Request) -> str:
        """The URL that a client is sent to, without the query; ``*`` stands for a host that the request does not name."""
        if self.url is not None:
            return self.url
        scheme = self.scheme or request.scheme
        port = self.port or (request.port if scheme == request.scheme else None)
        at = f":{port}" if port is not None and port != DEFAULT_PORTS.get(scheme) else ""
        return f"{scheme}://{self.host or request.host or '*'}{at}{request.path if self.path is None else self.path}"

    def leads_back(self, request: Request) -> bool:
        """Whether it sends a client to the very URL that it asked for: clients give up on that."""
        if self.url is not None:
            return self.url.partition("#")[0] == f"{request.scheme}://{request.host}{request.path}"
        same = (self.scheme in (None, request.scheme), self.host in (None, request.host))
        return all(same) and self.port in (None, request.port) and self.path in (None, request.path)


class Route(Struct, frozen=True):
    """How one entry point (an IngressClass or a Gateway) answers.

    ``destinations`` is a set with odds; ``status`` is the proxy's own answer where there is none.
    ``rule`` names the rule that decided, with its ``place``; ``passed`` the rules passed over, with the reason.
    ``unknown``: whether something answers is not said by the files: a Service that the cluster may have, an action.
    """

    entry: str
    rule: str
    place: Place | None
    destinations: tuple[Destination, ...]
    status: int | None
    redirect: Redirect | None
    passed: tuple[Reason, ...]
    notes: tuple[str, ...] = ()
    unknown: bool = False


def find_service(bundle: Bundle, namespace: str, name: str) -> Service | None:
    """A Service of the bundle."""
    found = bundle.get("Service", namespace, name, group="")
    return read_service(found) if found is not None else None


def service_port(service: Service, reference: PortReference | None) -> ServicePort | None:
    """The port of a Service a backend names; its only port where the backend names none."""
    if reference is None:
        return service.ports[0] if len(service.ports) == 1 else None
    return service.port(reference)


class Behind(Struct, frozen=True):
    """What a Service's port leads to: workloads as ``Kind namespace/name:port``, addresses written by hand.

    ``unready``: Pods that their own status keeps from being ready endpoints, and why. Those that are terminating and
    still serve are among ``pods`` where no ready one is left, as kube-proxy has it: ``leaving``.
    """

    pods: tuple[str, ...]
    unready: tuple[str, ...] = ()
    leaving: bool = False


def pods_behind(ask: Ask, service: Service, port: ServicePort | None) -> tuple[str, ...]:
    """What a Service's port leads to, as in ``Behind``."""
    return behind(ask, service, port).pods


def behind(ask: Ask, service: Service, port: ServicePort | None) -> Behind:
    """What a Service's port leads to.

    Pods where the Service picks single ones of a workload. ``port`` None is for headless Services without ports: their
    Pods alone.
    """
    if service.type is ServiceType.EXTERNAL_NAME:
        return Behind((f"ExternalName {service.external_name}",))
    selected = list(_selected(ask, service, service.selector, port)) if service.selector is not None else []
    found = [name for name, state in selected if state is None]
    by_hand = list(_written(ask, service, port)) if written_endpoints(ask, service) else []
    found += [name for name, ready in by_hand if ready]
    left = [name for name, state in selected if state is not None and state.serves]
    left += [name for name, ready in by_hand if not ready] if not service.headless else []
    told = dict.fromkeys(state.why for _, state in selected if state is not None)
    return Behind(tuple(dict.fromkeys(found or left)), tuple(told), leaving=bool(left) and not found)


def _selected(
    ask: Ask, service: Service, selector: Selector, port: ServicePort | None
) -> Iterator[tuple[str, Unready | None]]:
    """Each with what keeps it from being a ready endpoint."""
    for end in selected_ends(ask.bundle, selector, service.namespace):
        if end.workload.kind != "Pod" and is_made_by_another(end.workload.resource, ask.bundle):
            continue
        admitted = ask(Admitted(end.workload.resource)).answer
        labels = fields.mapping(fields.mapping(admitted.pod, "metadata"), "labels") if admitted.pod is not None else {}
        if not selects(selector, read_labels(labels), end.workload.resource):  # policies may have changed them
            continue
        running = pods_that_run(ask, admitted)
        if (first := next(running, None)) is None:
            continue
        suffix = ""
        if port is not None:
            ports = served_ports(service, port, end)
            if not ports:
                continue
            suffix = f":{ports.ranges[0][1][0][0]}"
        own = states(ask, service, end.workload)
        picked = selected_numbers(selector, end.workload.resource)
        if picked is None:
            name = f"{end.kind} {end.namespace}/{end.name}{suffix}"
            yield from ((name, state) for state in (own.values() or (None,)))
        else:
            there = {first, *running}
            standing = (name for one in picked if (name := f"{end.name}-{one}") in there)
            yield from (
                (f"Pod {end.namespace}/{name}{suffix}", own.get(name, own.get(end.workload.name))) for name in standing
            )


def _written(ask: Ask, service: Service, port: ServicePort | None) -> Iterator[tuple[str, bool]]:
    """Addresses that somebody wrote, with the ports that the slice gives them: ready ones, and those that leave and still serve."""
    for one in usable_written(ask, service):
        numbers = [p.number for p in one.ports if port and (p.name, p.protocol) == (port.name, port.protocol)]
        for endpoint in one.endpoints:
            ready = endpoint.ready is not False
            if ready or (endpoint.serving is not False and endpoint.terminating):
                for address in endpoint.addresses:
                    yield from ((f"{address}:{n}", ready) for n in numbers) if port is not None else [(address, ready)]
