"""The names of a cluster's zone, as CoreDNS's plugin kubernetes answers them.

Follows ``plugin/kubernetes`` (``parseRequest``, ``findServices``, ``findPods``, ``Services``) and
``plugin/backend_lookup.go`` (``A``, ``AAAA``, ``CNAME``, ``SRV``).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from kubelens.kube.network import ServiceType, read_service
from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Assumption
from kubelens.predict.chain.stored import Stored
from kubelens.predict.controllers.endpointslice import UNKNOWN_ADDRESS, EndpointSlice, Port, families_of
from kubelens.predict.network.dns.record import NO_SUCH_NAME, Answer, ClusterDns, Code, PodNames, Record
from kubelens.predict.network.service_slices import SlicesOf, shown_families

_SYSTEM_NAMESPACES: Final = frozenset({"default", "kube-system", "kube-public", "kube-node-lease"})
_NO_PORT: Final = Port("", "", -1)
_LONGEST_CHAIN: Final = 7
_KUBERNETES_ADDRESS: Final = "<IPv4 of Service default/kubernetes>"


class Host(Struct, frozen=True):
    """What stands behind a name: an address or a name, a port (-1: none declared), and the name it has itself."""

    value: str
    port: int
    name: str


class NamedService(Struct, frozen=True):
    """A Service as DNS sees it; ``external_name`` is None but for that type, ``addresses`` are of the Service.

    ``selects``: it has a selector, and a controller writes its endpoints.
    """

    name: str
    namespace: str
    ports: tuple[Port, ...]
    addresses: tuple[str, ...]
    slices: tuple[EndpointSlice, ...]
    external_name: str | None = None
    headless: bool = False
    selects: bool = True
    unready: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    assumptions: tuple[Assumption, ...] = ()


class Zone:
    """The zone of a cluster domain over a bundle. ``assumptions`` grow with what answers take for granted."""

    def __init__(self, ask: Ask, dns: ClusterDns) -> None:
        """Nothing is looked at before a name is asked for."""
        self._ask = ask
        self.dns = dns
        self.apex = f"{dns.domain.rstrip('.').lower()}."
        self.families = dns.families or shown_families(ask)
        self.assumptions: dict[str, Assumption] = {}
        self._namespaces: frozenset[str] | None = None

    def __contains__(self, name: str) -> bool:
        return f".{name.lower()}".endswith(f".{self.apex}")

    def namespace_exists(self, namespace: str) -> bool:
        """Whether a namespace is declared, used, or one that every cluster has."""
        if self._namespaces is None:
            self._namespaces = _SYSTEM_NAMESPACES | frozenset(n.lower() for n in self._ask.bundle.namespaces)
        return namespace in self._namespaces

    def service(self, namespace: str, name: str) -> NamedService | None:
        """A Service of the bundle, or the one every cluster has."""
        found = self._ask.bundle.get("Service", namespace, name, group="")
        if found is not None:
            return self._named(found)
        if (namespace, name) != ("default", "kubernetes"):
            return None
        return NamedService(name, namespace, (Port("https", "TCP", 443),), (_KUBERNETES_ADDRESS,), ())

    def services(self) -> Iterator[NamedService]:
        """All Services, the one every cluster has included."""
        found = {(r.namespace, r.name): r for r in self._ask.bundle.all("Service", group="")}
        for namespace, name in sorted({*found, ("default", "kubernetes")}):
            service = self.service(namespace, name)
            if service is not None:
                yield service

    def answer(self, name: str, kind: str, _followed: int = 0) -> Answer:
        """The answer to an absolute name of the zone (with its dot), in any case; ``kind``: A, AAAA, SRV or CNAME."""
        hosts = self._hosts(name.lower())
        if hosts is None:
            return NO_SUCH_NAME
        if kind == "SRV":
            return Answer(Code.EXISTS, tuple(_service_records(name, hosts)))
        records: dict[Record, None] = {}
        known = True
        for host in hosts:
            of_host = _kind_of(host.value)
            if of_host == kind and kind != "CNAME":
                records[Record(name, kind, host.value)] = None
            elif of_host == "CNAME":
                alias = Record(name, "CNAME", f"{host.value.rstrip('.')}.")
                if kind == "CNAME":
                    records[alias] = None
                    continue
                followed = self._follow(alias, kind, _followed)
                known &= followed.known
                records.update(dict.fromkeys(followed.records))
        return Answer(Code.EXISTS, tuple(records), known)

    def _follow(self, alias: Record, kind: str, followed: int) -> Answer:
        target = alias.value.lower()
        if target == alias.name.lower() or followed > _LONGEST_CHAIN:
            return Answer(Code.EXISTS)
        if target in self:
            behind = self.answer(target, kind, followed + 1)
            return Answer(Code.EXISTS, (alias, *behind.records), behind.known) if behind.records else behind
        behind = self.outside(target, kind)
        if behind.known:
            return Answer(Code.EXISTS, (alias, *behind.records))
        if "." not in target.rstrip("."):
            self._assume(f"no name of one word has an address outside the cluster ({target})")
            return Answer(Code.EXISTS, (alias,))
        self._assume(f"{target.rstrip('.')} has an address outside the cluster")
        records = (alias, Record(target, kind, "<an address from outside the cluster>")) if kind == "A" else (alias,)
        return Answer(Code.EXISTS, records, known=False)

    def outside(self, name: str, kind: str) -> Answer:
        """What the node's nameservers say; not known where nobody told."""
        if self.dns.outside is None:
            return Answer(Code.NO_SUCH_NAME, known=False)
        of_name = [r for r in self.dns.outside if r.name.lower() == name.lower()]
        if not of_name:
            return NO_SUCH_NAME
        return Answer(Code.EXISTS, tuple(Record(name, kind, r.value) for r in of_name if r.type == kind))

    def why_nothing(self, name: str) -> str:
        """Why a name whose Service exists has no address, ``""`` where that is not so."""
        labels = name.lower().removesuffix(f".svc.{self.apex}").split(".")
        service = self.service(labels[-1], labels[-2]) if len(labels) in (2, 3) else None
        if service is None:
            return ""
        title = f"Service {service.namespace}/{service.name}"
        if service.external_name is not None:
            if _kind_of(service.external_name) != "CNAME":
                return f"{title}: externalName {service.external_name} is an address, of which CoreDNS makes no record"
            return f"{title}: externalName {service.external_name} has no address of this type"
        if not service.selects and not service.slices and (service.headless or len(labels) == 3):
            self._assume(f"nothing beside the files writes endpoints of {title}, which has no selector")
            return f"{title} has no selector, and no EndpointSlice or Endpoints among the files is its"
        if len(labels) == 3:
            return f"{title} has no ready endpoint named {labels[0]}"
        if service.headless:
            waiting = f" ({len(service.unready)} not ready)" if service.unready else ""
            waiting += "".join(f": {refusal}" for refusal in service.refusals[:1])
            return f"{title} is headless and has no ready endpoint of this type{waiting}"
        return f"{title} has no cluster IP of this type"

    def pointers(self, address: str) -> tuple[str, ...]:
        """The names an address has (PTR): of the Service, else one for each endpoint it is of; () where none."""
        found: list[str] = []
        for service in self.services():
            if not service.headless and address in service.addresses:
                return (f"{service.name}.{service.namespace}.svc.{self.apex}",)
            found += [h.name for h in self._endpoints(service, "", None) if h.value == address]
        return tuple(dict.fromkeys(found))

    def _assume(self, text: str) -> None:
        self.assumptions.setdefault(text, Assumption(text))

    def _hosts(self, name: str) -> list[Host] | None:
        """What stands behind a name; None: there is no such name (``parseRequest`` and ``Records``)."""
        labels = name[: -len(self.apex)].rstrip(".").split(".") if name != self.apex else []
        if not labels:
            return []
        kind = labels.pop()
        if kind not in ("svc", "pod"):
            return None
        if not labels:
            return []
        namespace = labels.pop()
        if not self.namespace_exists(namespace):
            return None
        if not labels:
            return []
        own = labels.pop()
        if len(labels) > 2:
            return None
        if kind == "pod":
            return self._pod(own, namespace)
        endpoint = labels[0] if len(labels) == 1 else ""
        port = (labels[0].removeprefix("_"), labels[1].removeprefix("_")) if len(labels) == 2 else None
        return self._service_hosts(own, namespace, endpoint, port)

    def _service_hosts(
        self, name: str, namespace: str, endpoint: str, port: tuple[str, str] | None
    ) -> list[Host] | None:
        service = self.service(namespace, name)
        if service is None:
            return None
        base = f"{service.name}.{service.namespace}.svc.{self.apex}"
        if service.external_name is not None:
            if endpoint or port is not None or _kind_of(service.external_name) != "CNAME":
                return None
            return [Host(service.external_name, -1, base)]
        if service.headless or endpoint:
            return self._endpoints(service, endpoint, port) or None
        found = [
            Host(address, number.number or 0, base)
            for number in service.ports
            if _is_asked(number, port)
            for address in service.addresses
        ]
        return found or None

    def _endpoints(self, service: NamedService, endpoint: str, port: tuple[str, str] | None) -> list[Host]:
        found = []
        for assumption in service.assumptions:
            self.assumptions.setdefault(assumption.text, assumption)
        for one in service.slices:
            numbers = one.ports or (_NO_PORT,)
            for ready in one.endpoints:
                if ready.ready is False:
                    continue
                for address in ready.addresses:
                    label = label_of(ready.hostname, address)
                    if endpoint and endpoint != label:
                        continue
                    name = f"{label}.{service.name}.{service.namespace}.svc.{self.apex}"
                    found += [Host(address, _number(p), name) for p in numbers if _is_asked(p, port)]
        return found

    def _pod(self, name: str, namespace: str) -> list[Host] | None:
        """``A-B-C-D.NAMESPACE.pod``: any address of a namespace that exists, or only its Pods' own."""
        if self.dns.pods is PodNames.DISABLED:
            return None
        dotted = name.count("-") == 3 and "--" not in name
        address = name.replace("-", "." if dotted else ":")
        try:
            ipaddress.ip_address(address)
        except ValueError:
            return None
        if self.dns.pods is PodNames.VERIFIED and not self._is_pod(address, namespace):
            return None
        return [Host(address, 0, f"{name}.{namespace}.pod.{self.apex}")]

    def _is_pod(self, address: str, namespace: str) -> bool:
        for pod in self._ask.bundle.all("Pod", namespace, group=""):
            status = pod.value.get("status")
            if isinstance(status, dict) and status.get("podIP") == address:
                return True
        return False

    def _named(self, resource: Resource) -> NamedService | None:
        service = read_service(resource)
        if service is None or self._ask(Stored(resource)).answer.denial is not None:
            return None
        slices = self._ask(SlicesOf(resource, self.families))
        external = service.type is ServiceType.EXTERNAL_NAME
        unready = [a for s in slices.answer for e in s.endpoints if e.ready is False for a in e.addresses]
        return NamedService(
            service.name,
            service.namespace,
            tuple(Port(p.name, p.protocol, p.number) for p in service.ports),
            () if external or service.headless else self._addresses(resource),
            slices.answer,
            service.external_name if external else None,
            service.headless,
            service.selector is not None,
            tuple(unready),
            tuple(reason.text for reason in slices.reasons),
            slices.assumptions,
        )

    def _addresses(self, resource: Resource) -> tuple[str, ...]:
        """The cluster IPs that are written, and words for those that the API server gives."""
        spec = resource.spec
        listed = spec.get("clusterIPs")
        first = spec.get("clusterIP")
        written = [a for a in (listed if isinstance(listed, list) else [first]) if isinstance(a, str) and a]
        families = families_of(resource.value, self.families)
        known = {f"IPv{ipaddress.ip_address(a).version}": a for a in written if _kind_of(a) != "CNAME"}
        given = f"of Service {resource.namespace}/{resource.name}>"
        return tuple(known.get(family, f"<{family} {given}") for family in families)


def label_of(hostname: str, address: str) -> str:
    """The label of an endpoint's own name (``endpointHostname``): its host name, else its address with dashes."""
    if not hostname and address.startswith(UNKNOWN_ADDRESS):
        return f"{address[:-1]}, with dashes>"
    return (hostname or address.replace(".", "-").replace(":", "-")).lower()


def _number(port: Port) -> int:
    return -1 if port.number is None else port.number


def _is_asked(port: Port, asked: tuple[str, str] | None) -> bool:
    if asked is None:
        return True
    name, protocol = asked
    return name in ("", port.name.lower()) and protocol in ("", port.protocol.lower())


def _kind_of(host: str) -> str:
    """The type of record a host stands for (``msg.Service.HostType``)."""
    if host.startswith(UNKNOWN_ADDRESS):
        return "AAAA" if host.startswith("<IPv6") else "A"
    try:
        return "AAAA" if ipaddress.ip_address(host).version == 6 else "A"
    except ValueError:
        return "CNAME"


def _service_records(name: str, hosts: list[Host]) -> Iterator[Record]:
    """SRV records: equal shares, none for what declares no port, none for names of elsewhere."""
    counted = [h for h in hosts if _kind_of(h.value) != "CNAME"]
    seen: set[tuple[str, int]] = set()
    for host in counted:
        if host.port == -1 or (host.name, host.port) in seen:
            continue
        seen.add((host.name, host.port))
        yield Record(name, "SRV", f"0 {max(1, 100 // len(counted))} {host.port} {host.name}")
