"""The ends of a connection as people write them: ``frontend -> cart:8080``, a workload, a Service, an address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import ip_address

from msgspec.structs import replace

from kubelens.kube.bundle import Bundle
from kubelens.kube.network import Service, ServiceType, read_service
from kubelens.predict.api import Ask
from kubelens.predict.network.cluster_ends import cluster_end
from kubelens.predict.network.ends import AddressEnd, End, PodEnd
from kubelens.predict.network.service_goals import Asked, Goal, goals_behind, why_none


class NoSuchEnd(ValueError):
    """An end of a connection that is not there."""


class NothingBehind(NoSuchEnd):
    """A Service that leads nowhere, with the reason."""


def find_sources(ends: Sequence[PodEnd], text: str) -> list[End]:
    """The workloads of a name, or an address.

    Raises:
        NoSuchEnd: there is none of that name.
    """
    if found := _address(text) or _workloads(ends, text):
        return found
    raise NoSuchEnd(f"no workload {text!r}; there are: {_known(ends)}")


def find_goals(ask: Ask, ends: Sequence[PodEnd], text: str, protocol: str = "TCP") -> list[Goal]:
    """Where ``[NAMESPACE/]NAME[:PORT]`` leads: through the Service of that name where it has the port, else to the
    workload of that name, on the Pod's own port.

    Raises:
        NoSuchEnd: there is nothing of that name, or it has no such port.
        NothingBehind: it is a Service, and nothing among the files stands behind it.
    """
    name, port = _split_port(text)
    if found := _address(name):
        return [Goal(end, port) for end in found]
    services = list(_services(ask.bundle, name))
    asked = Asked(port, protocol)
    through = (
        [g for service in services for g in goals_behind(ask, service, asked, ends)] if _has(services, asked) else []
    )
    if through:
        return through
    if _has(services, asked) and any(s.selector is not None for s in services):
        raise NothingBehind("; ".join(why_none(ask, service, port) for service in services))
    if workloads := _workloads(ends, name):
        return [Goal(end, port) for end in workloads]
    if not services and (made := cluster_end(name, port)) is not None:
        return [Goal(made.end, made.port, made.through, made.assumption)]
    if not services:
        known = _known(ends, [f"{r.namespace}/{r.name}" for r in ask.bundle.all("Service", group="")])
        raise NoSuchEnd(f"no workload or Service {name!r}; there are: {known}")
    goals = {str(goal.end): goal for service in services for goal in goals_behind(ask, service, Asked(None), ends)}
    if port is None and goals:
        return [replace(g, port=None, through=g.through if g.port is None else "") for g in goals.values()]
    if port is not None and not _has(services, asked):
        raise NoSuchEnd("; ".join(why_none(ask, service, port) for service in services))
    raise NothingBehind("; ".join(why_none(ask, service, port) for service in services))


def _has(services: Sequence[Service], asked: Asked) -> bool:
    """Whether one of some Services takes the port: its own, or any where clients connect to what its name means."""
    return asked.port is not None and any(
        service.type is ServiceType.EXTERNAL_NAME or service.headless or any(map(asked.means, service.ports))
        for service in services
    )


def _services(bundle: Bundle, text: str) -> Iterator[Service]:
    namespace, slash, name = text.rpartition("/")
    for resource in bundle.all("Service", group=""):
        service = read_service(resource)
        if service is not None and service.name == name and (not slash or service.namespace == namespace):
            yield service


def _workloads(ends: Sequence[PodEnd], text: str) -> list[End]:
    namespace, slash, name = text.rpartition("/")
    return [e for e in ends if name in (e.name, e.workload.name) and (not slash or e.namespace == namespace)]


def _address(text: str) -> list[End]:
    try:
        address = ip_address(text)
    except ValueError:
        return []
    return [AddressEnd(address, address)]


def _known(ends: Sequence[PodEnd], more: Sequence[str] = ()) -> str:
    return ", ".join(sorted({*(f"{e.namespace}/{e.name}" for e in ends), *more})[:10]) or "none"


def _split_port(text: str) -> tuple[str, int | None]:
    if text.count(":") > 1 and not text.startswith("["):
        return text, None
    host, colon, port = text.rpartition(":")
    if not colon or text.endswith("]"):
        return text.strip("[]"), None
    if not port.isdigit() or not 1 <= int(port) <= 65535:
        raise NoSuchEnd(f"port {port!r} is no number from 1 to 65535")
    return host.strip("[]"), int(port)
