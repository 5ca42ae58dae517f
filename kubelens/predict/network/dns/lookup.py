"""What a name means to the Pods of a workload, and the records of all Services."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.kube.workload import Workload
from kubelens.predict.api import Ask, Assumption, Prediction, Reason
from kubelens.predict.chain.let_in import taken_to_let_in
from kubelens.predict.kubelet.hosts_file import HOSTS_FILE
from kubelens.predict.network.dns.advice import at_the_nodes_resolver, before_it_is_ready
from kubelens.predict.network.dns.own_file import Asker, in_own_file
from kubelens.predict.network.dns.record import CLUSTER_DNS, NODE_SEARCHES, Answer, ClusterDns, Code, Record
from kubelens.predict.network.dns.resolv_conf import ResolverConfig, resolver_config
from kubelens.predict.network.dns.resolvers import ADDRESS_TYPES, Asked, Library, answers, search
from kubelens.predict.network.dns.way import WayToNameserver
from kubelens.predict.network.dns.zone import NamedService, Zone, label_of

_CLUSTER_DNS_NAMES: Final = ("kube-dns", "coredns")


class Step(Struct, frozen=True):
    """A name that is asked for, the records that answer it, and whether the name exists without any.

    ``why``: for a Service of the bundle, why it has none; for a name in a file, why it stands there; ``""`` else.
    ``file``: what answers in place of DNS, ``""`` where DNS is asked.
    """

    name: str
    records: tuple[Record, ...]
    exists: bool = False
    why: str = ""
    file: str = ""


class Lookup(Struct, frozen=True):
    """Steps in order; ``answered`` is the one that answers, None where no name of the bundle does.

    ``elsewhere``: then, namespaces that have a Service of that name. ``chance``: nameservers that know different
    names are asked at once, and the quickest wins. ``leads_nowhere``: what answers is an alias without an address.
    ``advice``: what to know beside it, ``""`` for nothing. ``shut``: why policies keep the Pods from asking at all, ``""``
    where they do not; the steps are then what would be answered, and nothing answers.
    """

    config: ResolverConfig
    steps: tuple[Step, ...]
    answered: Step | None
    elsewhere: tuple[str, ...] = ()
    chance: bool = False
    leads_nowhere: bool = False
    advice: str = ""
    shut: str = ""


class LookupOf(Struct, frozen=True):
    """What a name means to the Pods of a workload; ``types`` asked together: A and AAAA as getaddrinfo does."""

    name: str
    pod: Workload
    dns: ClusterDns = ClusterDns()
    types: tuple[str, ...] = ADDRESS_TYPES
    library: Library = Library.GLIBC

    def answer(self, ask: Ask) -> Prediction[Lookup]:
        """The steps up to the one that answers; names outside the cluster are followed where ``dns`` tells them."""
        zone = Zone(ask, self.dns)
        addresses = {self.dns.address or CLUSTER_DNS, *_cluster_dns_addresses(zone)}
        shown = next((a for a in sorted(addresses) if not a.startswith("<")), "")
        config = resolver_config(self.pod.pod, self.pod.namespace, replace(self.dns, address=self.dns.address or shown))
        asker = Asker(self.pod, self.dns.domain, zone.families, self.library, self.types)
        in_file = in_own_file(ask, asker, self.name)
        asking = taken_to_let_in(ask, [self.pod.resource])
        if in_file.records:
            why = f"{in_file.origin}: DNS is not asked, but by what does not read the file, like dig and nslookup"
            own = Step(self.name, in_file.records, exists=True, why=why, file=HOSTS_FILE)
            reasons: tuple[Reason, ...] = (Reason(f"{HOSTS_FILE} has {self.name}: {in_file.origin}"),)
            return Prediction(Lookup(config, (own,), own), reasons, (*in_file.assumptions, *asking))
        by_cluster = [n in addresses for n in config.nameservers]
        outside = any(by_cluster) and not all(by_cluster)
        chance = self.library is Library.MUSL and outside
        within = any(by_cluster) if self.library is Library.MUSL else bool(by_cluster) and by_cluster[0]
        unknown: list[str] = []

        def answered_by(name: str) -> Answer:
            found = [self._one(zone, name, kind, within=within) for kind in self.types]
            if not all(a.known for a in found) and not any(a.records for a in found):
                unknown.append(name)
            records = tuple(dict.fromkeys(r for a in found for r in a.records))
            missing = any(a.code is Code.NO_SUCH_NAME for a in found) and not records
            return Answer(Code.NO_SUCH_NAME if missing else Code.EXISTS, records, all(a.known for a in found))

        unsearched = self.library is Library.MUSL and not set(self.types) & set(ADDRESS_TYPES)
        name = f"{self.name.removesuffix('.')}." if unsearched else self.name
        found = search(self.library, name, config, answered_by)
        steps = tuple(_step(a, zone if within else None) for a in found.asked)
        ways = [
            ask(WayToNameserver(self.pod, server, by_cluster[number]))
            for number, server in enumerate(config.nameservers[: 1 if self.library is Library.GLIBC else None])
        ]
        shut = ways[0].answer.shut if ways and all(way.answer.shut for way in ways) else ""
        answered = steps[-1] if found.answered and not shut else None
        leads_nowhere = answered is not None and all(r.type == "CNAME" for r in found.asked[-1].answer.records)
        unanswered = answered is None and not shut
        elsewhere = _elsewhere(ask, self.name, self.pod.namespace) if unanswered and within else ()
        tell = at_the_nodes_resolver if unanswered else before_it_is_ready
        advice = tell(self.pod, ask.bundle, self.name) if not shut else ""
        lookup = Lookup(config, steps, answered, elsewhere, chance, leads_nowhere, advice, shut)
        assumptions = [*self._assumptions(config, found.asked, unknown, within=within, chance=chance)]
        assumptions += in_file.assumptions
        assumptions += zone.assumptions.values()
        assumptions += (*(a for way in ways for a in way.assumptions), *asking)
        reasons = ways[0].reasons if shut else tuple(self._reasons(found.asked))
        return Prediction(lookup, reasons, tuple(dict.fromkeys(assumptions)))

    def _one(self, zone: Zone, name: str, kind: str, *, within: bool) -> Answer:
        if name in zone:
            return zone.answer(name, kind) if within else Answer(Code.NO_SUCH_NAME)
        return zone.outside(name, kind)

    def _assumptions(
        self, config: ResolverConfig, asked: tuple[Asked, ...], unknown: list[str], *, within: bool, chance: bool
    ) -> Iterator[Assumption]:
        if within:
            yield Assumption(f"the cluster's domain is {self.dns.domain}")
        if chance:
            servers = ", ".join(config.nameservers)
            yield Assumption(
                f"the cluster's DNS answers first: musl asks {servers} at once and takes the quickest answer"
            )
        elif within and len(config.nameservers) > 1:
            yield Assumption(f"{config.nameservers[0]} answers in time: glibc asks the others only where it does not")
        if within and not any(one.answer.records for one in asked):
            yield Assumption("no Service beside those among the files has the name")
        if unknown:
            yield Assumption(f"no nameserver outside the cluster knows {', '.join(n.rstrip('.') for n in unknown[:3])}")
        if NODE_SEARCHES in config.searches and len(asked) > 1:
            yield Assumption("no search domain of the node answers first")
        if any("node's" in n for n in config.nameservers) and not any(o.startswith("ndots") for o in config.options):
            yield Assumption("the node's resolv.conf sets no ndots")
        if config.left_out:
            yield Assumption(f"the kubelet leaves out what resolvers do not take: {', '.join(config.left_out)}")

    def _reasons(self, asked: tuple[Asked, ...]) -> Iterator[Reason]:
        for one in asked:
            if answers(self.library, one.answer):
                yield Reason(f"{one.name} answers")
            elif one.answer.code is Code.EXISTS:
                ends = ": musl asks no further" if self.library is Library.MUSL else ""
                yield Reason(f"{one.name} exists without an address of this type{ends}")
            else:
                yield Reason(f"{one.name} has no record")


def _step(asked: Asked, zone: Zone | None) -> Step:
    addresses = any(r.type != "CNAME" for r in asked.answer.records)
    why = zone.why_nothing(asked.name) if zone is not None and asked.name in zone and not addresses else ""
    return Step(asked.name, asked.answer.records, asked.answer.code is Code.EXISTS, why)


def _cluster_dns_addresses(zone: Zone) -> Iterator[str]:
    """Cluster IPs of the cluster's DNS, where its Service stands among the manifests."""
    for name in _CLUSTER_DNS_NAMES:
        service = zone.service("kube-system", name)
        yield from service.addresses if service is not None else ()


def _elsewhere(ask: Ask, name: str, namespace: str) -> tuple[str, ...]:
    """Other namespaces that have a Service of a name of one word."""
    own = {r.namespace for r in ask.bundle.all("Service", group="") if r.name == name}
    return tuple(sorted(own)) if namespace not in own else ()


class RecordsOf(Struct, frozen=True):
    """The records of every Service, the one every cluster has included."""

    dns: ClusterDns = ClusterDns()

    def answer(self, ask: Ask) -> Prediction[tuple[Record, ...]]:
        """Sorted; addresses only the cluster knows are given in words."""
        zone = Zone(ask, self.dns)
        found: set[Record] = set()
        for service in zone.services():
            base = f"{service.name}.{service.namespace}.svc.{zone.apex}"
            for kind in ("A", "AAAA", "SRV"):
                answers_of = (zone.answer(name, kind) for name in names_of(service, base, kind))
                found |= {r for answer in answers_of for r in answer.records if r.name in zone}
        return Prediction(tuple(sorted(found)), assumptions=tuple(zone.assumptions.values()))


class PointersOf(Struct, frozen=True):
    """The names an address has (PTR): of the Service whose cluster IP it is, else of every endpoint at it."""

    address: str
    dns: ClusterDns = ClusterDns()

    def answer(self, ask: Ask) -> Prediction[tuple[str, ...]]:
        """Empty where the cluster knows none: then the node's nameservers are asked."""
        zone = Zone(ask, self.dns)
        found = zone.pointers(self.address)
        unknown = Assumption("addresses that the files do not give are others")
        return Prediction(found, assumptions=(unknown, *zone.assumptions.values()))


def names_of(service: NamedService, base: str, kind: str) -> Iterator[str]:
    """The names that a Service gives, for records of a type: SRV for named ports, the others for it and its Pods."""
    if kind == "SRV":
        ports = {(p.name, p.protocol) for s in service.slices for p in s.ports} if service.headless else set()
        ports |= {(p.name, p.protocol) for p in service.ports}
        yield from (f"_{name.lower()}._{protocol.lower()}.{base}" for name, protocol in sorted(ports) if name)
        return
    yield base
    for one in service.slices:
        for endpoint in one.endpoints:
            for address in endpoint.addresses:
                yield f"{label_of(endpoint.hostname, address)}.{base}"
