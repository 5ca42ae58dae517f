"""Which names a cluster's DNS answers, and how a Pod's resolver gets from a name to one of them.

Follows the Kubernetes DNS-Based Service Discovery specification (records), kubelet ``dns.Configurer`` (resolv.conf)
and resolv.conf(5) (search list and ndots).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.network import PortByName, Service, ServiceType, read_service
from kubelens.kube.pod import PodSpec
from kubelens.kube.workload import Workload, selected_workloads
from kubelens.predict.api import Ask, Assumption, Prediction, Reason

CLUSTER_DOMAIN: Final = "cluster.local"
_CLUSTER_NDOTS: Final = 5
_DEFAULT_NDOTS: Final = 1
_LISTED_ORDINALS: Final = 50


class Record(Struct, frozen=True, order=True):
    """A DNS record: ``name`` and a target name end with a dot; ``value`` says in words what the manifests leave open."""

    name: str
    type: str
    value: str


class ResolverConfig(Struct, frozen=True):
    """A Pod's /etc/resolv.conf; a nameserver or search domain in angle brackets is the node's or the cluster's own."""

    nameservers: tuple[str, ...]
    searches: tuple[str, ...]
    ndots: int
    options: tuple[str, ...] = ()


class Step(Struct, frozen=True):
    """A name that is asked for, and the records that answer it (none: the next is asked)."""

    name: str
    records: tuple[Record, ...]


class Lookup(Struct, frozen=True):
    """Steps in order; ``answered`` is the one that answers, None where no name of the bundle does.

    ``elsewhere``: then, namespaces that have a Service of that name.
    """

    config: ResolverConfig
    steps: tuple[Step, ...]
    answered: Step | None
    elsewhere: tuple[str, ...] = ()


class RecordsOf(Struct, frozen=True):
    """The records of every Service of the bundle."""

    domain: str = CLUSTER_DOMAIN

    def answer(self, ask: Ask) -> Prediction[tuple[Record, ...]]:
        """Sorted; addresses only the cluster knows are given in words."""
        services = (read_service(r) for r in ask.bundle.all("Service"))
        found = {record for s in services if s is not None for record in service_records(ask.bundle, s, self.domain)}
        return Prediction(tuple(sorted(found)))


def service_records(bundle: Bundle, service: Service, domain: str) -> Iterator[Record]:
    """The records of one Service (DNS specification, sections 2.3 to 2.5)."""
    base = f"{service.resource.name}.{service.resource.namespace}.svc.{domain}."
    if service.type is ServiceType.EXTERNAL_NAME:
        yield Record(base, "CNAME", service.external_name.rstrip(".") + ".")
        return
    if service.cluster_ip != "None":
        kind = "AAAA" if ":" in service.cluster_ip else "A"
        yield Record(base, kind, service.cluster_ip or "its cluster IP")
        for port in service.ports:
            if port.name:
                yield Record(f"_{port.name}._{port.protocol.lower()}.{base}", "SRV", f"0 100 {port.number} {base}")
        return
    namespace = service.resource.namespace
    for workload in selected_workloads(bundle, service.selector, namespace) if service.selector is not None else ():
        yield Record(base, "A", f"addresses of the ready Pods of {workload.kind} {workload.name}")
        for host in hostnames_of(workload, service.resource.name):
            yield Record(f"{host}.{base}", "A", f"the address of Pod {host}")
            for port in service.ports:
                if not port.name:
                    continue
                declared = (
                    workload.pod.port_named(port.target.name, port.protocol)
                    if isinstance(port.target, PortByName)
                    else None
                )
                number = (
                    declared.number
                    if declared is not None
                    else port.target
                    if isinstance(port.target, PortByName)
                    else port.target.number
                )
                yield Record(
                    f"_{port.name}._{port.protocol.lower()}.{base}", "SRV", f"0 <share> {number} {host}.{base}"
                )


def hostnames_of(workload: Workload, service: str) -> tuple[str, ...]:
    """Names of Pods under a headless Service: by ordinal, or a Pod's hostname where its subdomain is the Service."""
    if workload.kind == "StatefulSet":
        if fields.text(workload.resource.spec, "serviceName") != service:
            return ()
        start = fields.integer(fields.mapping(workload.resource.spec, "ordinals"), "start") or 0
        return tuple(
            f"{workload.name}-{n}" for n in range(start, start + min(max(workload.desired, 0), _LISTED_ORDINALS))
        )
    if workload.pod.subdomain == service and workload.pod.hostname:
        return (workload.pod.hostname,)
    return ()


def resolver_config(pod: PodSpec, namespace: str, domain: str = CLUSTER_DOMAIN) -> ResolverConfig:
    """A Pod's resolv.conf (kubelet ``GetPodDNS``): its policy's, with its dnsConfig appended (``appendDNSConfig``)."""
    policy = fields.text(pod.value, "dnsPolicy") or "ClusterFirst"
    if policy == "ClusterFirst" and pod.host_network:
        policy = "Default"
    nameservers: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    options: dict[str, str] = {}
    if policy in ("ClusterFirst", "ClusterFirstWithHostNet"):
        nameservers = ("<cluster DNS>",)
        searches = (f"{namespace}.svc.{domain}", f"svc.{domain}", domain, "<the node's search domains>")
        options = {"ndots": str(_CLUSTER_NDOTS)}
    elif policy == "Default":
        nameservers, searches = ("<the node's nameservers>",), ("<the node's search domains>",)
    config = fields.mapping(pod.value, "dnsConfig")
    nameservers += fields.texts(config, "nameservers")
    searches += fields.texts(config, "searches")
    for _, option in fields.items(config, "options"):
        options[fields.text(option, "name")] = fields.text(option, "value")
    ndots = options.get("ndots", "")
    written = tuple(f"{k}:{v}" if v else k for k, v in options.items())
    return ResolverConfig(
        tuple(dict.fromkeys(nameservers)),
        tuple(dict.fromkeys(searches)),
        int(ndots) if ndots.isdigit() else _DEFAULT_NDOTS,
        written,
    )


def names_asked(name: str, config: ResolverConfig) -> tuple[str, ...]:
    """The absolute names a resolver asks for, in order (resolv.conf(5): search, ndots)."""
    if name.endswith("."):
        return (name,)
    listed = tuple(f"{name}.{domain}." for domain in config.searches if not domain.startswith("<"))
    if name.count(".") >= config.ndots:
        return (f"{name}.", *listed)
    return (*listed, f"{name}.")


class LookupOf(Struct, frozen=True):
    """What a name means to the Pods of a workload."""

    name: str
    pod: Workload
    domain: str = CLUSTER_DOMAIN

    def answer(self, ask: Ask) -> Prediction[Lookup]:
        """The steps up to the one that answers; a CNAME within the cluster is followed once."""
        config = resolver_config(self.pod.pod, self.pod.namespace, self.domain)
        records = ask(RecordsOf(self.domain)).answer
        within = any("cluster DNS" in n for n in config.nameservers)
        steps: list[Step] = []
        for name in names_asked(self.name, config):
            found = tuple(r for r in records if within and r.name == name.lower())
            followed = tuple(
                r for first in found if first.type == "CNAME" for r in records if r.name == first.value.lower()
            )
            steps.append(Step(name, found + followed))
            if found:
                break
        answered = steps[-1] if steps and steps[-1].records else None
        assumptions = [Assumption(f"the cluster's domain is {self.domain}")] if within else []
        if answered is None:
            assumptions.append(
                Assumption(
                    "names outside the bundle are for the node's own nameservers, or for Services that are not among the files"
                )
            )
        elif any(d.startswith("<") for d in config.searches) and len(steps) > 1:
            assumptions.append(Assumption("no search domain of the node answers first"))
        reasons = tuple(Reason(f"{s.name} {'answers' if s.records else 'has no record'}") for s in steps)
        elsewhere = tuple(r.namespace for r in ask.bundle.all("Service") if r.name == self.name and answered is None)
        return Prediction(Lookup(config, tuple(steps), answered, elsewhere), reasons, tuple(assumptions))
