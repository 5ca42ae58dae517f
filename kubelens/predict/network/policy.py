"""Which connections NetworkPolicies let through, and which policy decides.

Follows the API's text (networking/v1 NetworkPolicySpec): a Pod no policy selects for a direction is open that
way; one that is selected is open to the union of what those policies allow. A connection needs both ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.kube.cluster_network_policy import Tier
from kubelens.kube.network import PortByName, PortByNumber
from kubelens.kube.network_policy import (
    AddressPeers,
    NetworkPolicy,
    PolicyPort,
    PolicyRule,
    read_network_policy,
)
from kubelens.kube.pod_labels import tells_pods_apart
from kubelens.kube.resource import Resource
from kubelens.kube.selector import Selector
from kubelens.kube.workload import indexed_requirement, workload_in, workloads
from kubelens.predict.api import Ask, Assumption, Prediction, Reason
from kubelens.predict.chain.standing import is_made_by_another
from kubelens.predict.chain.stored import Stored
from kubelens.predict.network.address_blocks import USUAL, Blocks, Reading
from kubelens.predict.network.cluster_policy import (
    ClusterVerdict,
    NotFollowed,
    PriorityClashesOf,
    allows_port,
    asked_of_tier,
    cluster_policies_of,
)
from kubelens.predict.network.dns_rules import DNS_PORT, names_shut, opens_dns
from kubelens.predict.network.ends import (
    AddressEnd,
    End,
    HostEnd,
    PodEnd,
    as_seen,
    end_of,
    ends_of_workloads,
)
from kubelens.predict.network.ends_let_in import let_in
from kubelens.predict.network.peers import is_peer, peers_in_words
from kubelens.predict.network.port_set import ALL_PORTS, HIGHEST, NO_PORTS, PortSet
from kubelens.predict.network.unknown_namespaces import (
    labels_taken_for_absent,
    namespace_selectors,
    namespace_selectors_of_cluster,
)

INGRESS: Final = "ingress"
EGRESS: Final = "egress"
_OTHER_POLICIES: Final = {
    "CiliumNetworkPolicy": ("cilium.io",),
    "CiliumClusterwideNetworkPolicy": ("cilium.io",),
    "NetworkPolicy": ("crd.projectcalico.org", "projectcalico.org", "crd.antrea.io"),
    "GlobalNetworkPolicy": ("crd.projectcalico.org", "projectcalico.org"),
    "ClusterNetworkPolicy": ("crd.antrea.io",),
    "AuthorizationPolicy": ("security.istio.io",),
}


class Decision(Struct, frozen=True):
    """What one end permits: ``policies`` that isolate it that way (none: it is open), ``by`` those that allow.

    ``cluster``: rules of cluster-wide policies that decide some of the ports, before or after those.
    """

    ports: PortSet
    policies: tuple[NetworkPolicy, ...]
    by: tuple[tuple[NetworkPolicy, PolicyRule], ...]
    cluster: tuple[ClusterVerdict, ...] = ()


class Connectivity(Struct, frozen=True):
    """Ports that a source may reach at a destination, and what each end had to say (None: not a Pod here)."""

    ports: PortSet
    egress: Decision | None
    ingress: Decision | None


class EndsOf(Struct, frozen=True):
    """The Pods of the bundle as ends of connections, one for each workload; recorded Pods under the owner they name.

    A ReplicaSet is none beside its Deployment, nor a Job beside its CronJob: their Pods are of those.
    Where a policy asks for labels that tell the Pods of one workload apart, each of them is an end.
    """

    def answer(self, ask: Ask) -> Prediction[tuple[PodEnd, ...]]:
        """In the order of the bundle."""
        apart = any(map(tells_pods_apart, pod_selectors(ask)))
        own = (w for w in workloads(ask.bundle) if w.kind == "Pod" or not is_made_by_another(w.resource, ask.bundle))
        return Prediction(ends_of_workloads(own, apart=apart))


def pod_selectors(ask: Ask) -> dict[Selector, None]:
    """What policies ask of Pods, each once."""
    found = dict.fromkeys(s for policy in ask(PoliciesOf()).answer for s in policy.pod_selectors())
    return found | dict.fromkeys(s for policy in cluster_policies_of(ask) for s in policy.pod_selectors())


class IsolationOf(Struct, frozen=True):
    """Which policies isolate the Pods of a workload, by direction."""

    workload: Resource
    direction: str
    number: int | None = None

    def answer(self, ask: Ask) -> Prediction[tuple[NetworkPolicy, ...]]:
        """(NetworkPolicySpec.podSelector, policyTypes)."""
        view = workload_in(ask.bundle, self.workload) if not self.workload.partial else None
        if view is None:
            return Prediction(())
        end = PodEnd(view, view.kind, view.name, self.number)
        index = ask(PoliciesByLabel()).answer
        keys = ((view.namespace, *pair) for pair in ((), *view.pod.labels.items()))
        at_hand = sorted(number for key in keys for number in index.get(key, ()))
        policies = ask(PoliciesOf()).answer
        chosen = (policies[n] for n in at_hand if policies[n].rules(self.direction) is not None)
        return Prediction(tuple(p for p in chosen if end.matches(p.selector)))


class PoliciesByLabel(Struct, frozen=True):
    """The policies by namespace and a label that all Pods carry which they select, where they ask for one."""

    def answer(self, ask: Ask) -> Prediction[Mapping[tuple[str, ...], list[int]]]:
        """(namespace, key, value), or the namespace alone -> positions among the policies of the bundle."""
        found: dict[tuple[str, ...], list[int]] = {}
        for number, policy in enumerate(ask(PoliciesOf()).answer):
            asked = indexed_requirement(policy.selector)
            pair = (asked.key, asked.values[0]) if asked is not None else ()
            found.setdefault((policy.namespace, *pair), []).append(number)
        return Prediction(found)


class PoliciesOf(Struct, frozen=True):
    """The policies of the bundle that the API server stores."""

    def answer(self, ask: Ask) -> Prediction[tuple[NetworkPolicy, ...]]:
        """In the order of the bundle; partial ones left out."""
        there = (r for r in ask.bundle.all("NetworkPolicy") if not r.partial)
        found = (read_network_policy(r) for r in there if ask(Stored(r)).answer.denial is None)
        return Prediction(tuple(p for p in found if p is not None))


class OtherPolicies(Struct, frozen=True):
    """Which policies of other APIs are there, that network plugins weigh beside these?"""

    def answer(self, ask: Ask) -> Prediction[tuple[Assumption, ...]]:
        """One assumption for each."""
        found = []
        for kind, groups in _OTHER_POLICIES.items():
            for resource in ask.bundle.all(kind):
                if resource.gvk.group in groups:
                    where = f"{resource.namespace}/{resource.name}" if resource.namespace else resource.name
                    found.append(Assumption(f"{kind} {where} is not modelled: it may open or close more"))
        return Prediction(tuple(dict.fromkeys(found)))


class ConnectionOf(Struct, frozen=True):
    """Which ports of a destination a source may reach."""

    source: End
    destination: End
    reading: Reading = USUAL

    def answer(self, ask: Ask) -> Prediction[Connectivity]:
        """The ports both ends permit, with the policies that decide."""
        source, destination = self.source, self.destination
        if not self.reading.host_as_pods:
            source, destination = as_seen(source), as_seen(destination)
        egress = _decide(ask, source, destination, EGRESS, self.reading) if isinstance(source, PodEnd) else None
        ingress = _decide(ask, destination, source, INGRESS, self.reading) if isinstance(destination, PodEnd) else None
        ports = ALL_PORTS
        reasons: list[Reason] = []
        for decision, end, word in ((egress, source, "egress"), (ingress, destination, "ingress")):
            if decision is not None:
                ports = ports & decision.ports
                other = source if end is destination else destination
                reasons += _reasons(ask, decision, end, other, word, self.reading.blocks)
            elif isinstance(end, HostEnd):
                reasons.append(Reason(f"'{end}' runs in its node's network: no policy binds it for {word}"))
        assumptions = [Assumption("the cluster's network plugin enforces NetworkPolicies")] if egress or ingress else []
        if isinstance(source, AddressEnd) and ingress is not None and ingress.policies:
            text = f"{source} is what the Pod's node sees: load balancers, node ports and proxies on the way put their own in its place"
            assumptions.append(Assumption(text))
        if self.reading == USUAL:
            assumptions += self._host_network(ask, ports)
            assumptions += self._blocks(ask, ports, egress, ingress)
        if (
            isinstance(destination, AddressEnd)
            and destination.first == destination.last
            and destination.first.is_private
        ):
            text = f"{destination} is no Service's address: those become a Pod's or a node's before policies look"
            assumptions.append(Assumption(text))
        assumptions += beside(ask)
        assumptions += let_in(ask, (self.source, self.destination))
        assumptions += clashes(ask, source, destination)
        assumptions += self._labels_open(ask, egress, ingress)
        if egress is not None and egress.policies:
            reasons += names_shut(egress.policies, str(source), ask.bundle)
        return Prediction(Connectivity(ports, egress, ingress), tuple(reasons), tuple(assumptions))

    def _host_network(self, ask: Ask, ports: PortSet) -> Iterator[Assumption]:
        """What is taken for granted of Pods in their node's network, and what else may be so."""
        ends = dict.fromkeys(str(e) for e in map(as_seen, (self.source, self.destination)) if isinstance(e, HostEnd))
        if not ends:
            return
        titles = " and ".join(f"'{end}'" for end in ends)
        verb = "run in their nodes' networks" if len(ends) > 1 else "runs in its node's network"
        told = f"{titles} {verb}, where the API leaves open what policies do: taken for the node, as in most plugins"
        others = self._read_as(ask, Reading(host_as_pods=True))
        if others != ports:
            told += f"; a plugin that knows the Pod has {others}"
        yield Assumption(told)
        if isinstance(self.destination, PodEnd) and isinstance(as_seen(self.source), HostEnd) and not ports.is_all:
            yield Assumption("the two are on different nodes: a node may always reach its own Pods")

    def _blocks(
        self, ask: Ask, ports: PortSet, egress: Decision | None, ingress: Decision | None
    ) -> Iterator[Assumption]:
        """What is taken for granted of address blocks and the cluster's own addresses, where it decides."""
        rules = [r for p in (egress.policies if egress is not None else ()) for r in p.egress or ()]
        rules += [r for p in (ingress.policies if ingress is not None else ()) for r in p.ingress or ()]
        if not any(isinstance(peer, AddressPeers) for rule in rules for peer in rule.peers):
            return
        if (others := self._read_as(ask, Reading(blocks=Blocks.OUTSIDE))) != ports:
            yield Assumption(
                "ipBlocks hold addresses of Pods too, as in most plugins; one that has them for what is outside the cluster "
                f"alone: {others}"
            )
        if (others := self._read_as(ask, Reading(blocks=Blocks.MAYBE))) != ports:
            yield Assumption(
                "an address of the cluster that the files do not say is in none of the rules' ipBlocks that hold only a part "
                f"of all; in them: {others}"
            )

    def _read_as(self, ask: Ask, reading: Reading) -> PortSet:
        return ask(ConnectionOf(self.source, self.destination, reading)).answer.ports

    def _labels_open(self, ask: Ask, egress: Decision | None, ingress: Decision | None) -> Iterator[Assumption]:
        selectors = [
            *namespace_selectors(egress.policies if egress is not None else (), EGRESS),
            *namespace_selectors(ingress.policies if ingress is not None else (), INGRESS),
            *namespace_selectors_of_cluster(cluster_policies_of(ask)),
        ]
        spaces = [end.namespace for end in (self.source, self.destination) if isinstance(end, PodEnd)]
        return labels_taken_for_absent(ask.bundle, spaces, selectors)


class ResolvesNames(Struct, frozen=True):
    """Whether the Pods of a workload may ask a DNS server (port 53 of UDP) anywhere in the cluster."""

    workload: Resource

    def answer(self, ask: Ask) -> Prediction[bool]:
        """False where egress is isolated and no rule that could mean a DNS server opens port 53."""
        view = workload_in(ask.bundle, self.workload)
        policies = ask(IsolationOf(self.workload, EGRESS)).answer
        if not policies or (view is not None and view.pod.host_network):
            return Prediction(True)
        opened = any(opens_dns(rule, p.namespace, ask.bundle) for p in policies for rule in p.egress or ())
        opened |= view is not None and allows_port(ask, end_of(view), ("UDP",), DNS_PORT)
        reasons = tuple(
            Reason(f"NetworkPolicy '{p.namespace}/{p.name}' isolates egress", p.resource.place) for p in policies
        )
        return Prediction(opened, reasons)


def beside(ask: Ask) -> Iterator[Assumption]:
    """What is taken for granted of policies beside NetworkPolicies."""
    yield from ask(OtherPolicies()).answer
    yield from ask(NotFollowed()).answer


def clashes(ask: Ask, source: End, destination: End) -> Iterator[Assumption]:
    """Which of cluster-wide policies of one priority comes first, where that decides."""
    for tier in Tier:
        for end, other, direction in ((source, destination, EGRESS), (destination, source, INGRESS)):
            if isinstance(end, PodEnd):
                for clash in ask(PriorityClashesOf(tier, end, other, direction)).answer:
                    yield Assumption(
                        f"{clash} and contradict each other, and which one counts is undefined: "
                        f"taken to be {clash.first.name}, by name"
                    )


def _reasons(ask: Ask, decision: Decision, end: End, other: End, word: str, blocks: Blocks) -> Iterator[Reason]:
    destination = other if word == EGRESS else end
    for verdict in decision.cluster:
        above, entry = verdict.policy, verdict.rule
        named = f" '{entry.name}'" if entry.name else ""
        yield Reason(
            f"rule{named} of {above.resource.kind} '{above.name}' (priority {above.priority}): {entry.action} "
            f"{verdict.ports} of '{end}' for {word}",
            above.resource.place.at(*entry.at),
        )
    if not decision.policies and decision.cluster:
        return
    if not decision.policies:
        yield Reason(f"no NetworkPolicy selects '{end}' for {word}: it is open that way")
        return
    names = ", ".join(f"'{p.name}'" for p in decision.policies)
    verb = "isolates" if len(decision.policies) == 1 else "isolate"
    yield Reason(f"{names} {verb} '{end}' for {word}", decision.policies[0].resource.place)
    for policy, rule in decision.by:
        whom = peers_in_words(ask.bundle, policy, rule, other, blocks)
        yield Reason(
            f"a rule of '{policy.name}' allows {opened_ports(rule, destination)}{f' {whom}' if whom else ''}",
            policy.resource.place.at(*rule.at),
        )
    if not decision.by:
        yield Reason(f"none of their {word} rules names the other end")


def _decide(ask: Ask, end: PodEnd, other: End, direction: str, reading: Reading) -> Decision:
    """Cluster-wide policies of the tier Admin, then NetworkPolicies, then the tier Baseline for what none isolates."""
    before = asked_of_tier(ask, Tier.ADMIN, ALL_PORTS, end, other, direction)
    own = _by_network_policies(ask, end, other, direction, reading.blocks)
    if own.policies:
        return replace(own, ports=before.allowed | (own.ports & before.left), cluster=before.verdicts)
    after = asked_of_tier(ask, Tier.BASELINE, before.left, end, other, direction)
    ports = before.allowed | after.allowed | after.left
    return replace(own, ports=ports, cluster=(*before.verdicts, *after.verdicts))


def _by_network_policies(ask: Ask, end: PodEnd, other: End, direction: str, blocks: Blocks) -> Decision:
    policies = ask(IsolationOf(end.workload.resource, direction, end.number)).answer
    if not policies:
        return Decision(ALL_PORTS, (), ())
    destination = other if direction == EGRESS else end
    opened_all, by = [], []
    for policy in policies:
        for rule in policy.rules(direction) or ():
            if rule.peers and not any(is_peer(ask.bundle, policy, peer, other, blocks) for peer in rule.peers):
                continue
            opened = opened_ports(rule, destination)
            if opened:
                opened_all.append(opened)
                by.append((policy, rule))
    return Decision(PortSet.union(opened_all), policies, tuple(by))


def opened_ports(rule: PolicyRule, destination: End) -> PortSet:
    """The ports a rule lets through at a destination, whoever the peer."""
    if not rule.ports:
        return ALL_PORTS
    return PortSet.union(_opened(port, destination) for port in rule.ports)


def _opened(port: PolicyPort, destination: End) -> PortSet:
    """A named port is looked up among the destination's container ports of that protocol."""
    match port.port:
        case None:
            return PortSet.of(port.protocol, 1, HIGHEST)
        case PortByNumber(number):
            return PortSet.of(port.protocol, number, port.end_port or number)
        case PortByName(name):
            found = NO_PORTS
            if isinstance(destination, PodEnd):
                for container in destination.workload.pod.running_containers():
                    for declared in container.ports:
                        if declared.name == name and declared.protocol == port.protocol:
                            found = found | PortSet.single(port.protocol, declared.number)
            return found
