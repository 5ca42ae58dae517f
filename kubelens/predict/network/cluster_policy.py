"""What cluster-wide policies decide before NetworkPolicies and after them (Network Policy API, ``policy.networking.k8s.io``).

Of the tier Admin the lowest priority is asked first, rule by rule; the first rule that takes a connection decides it, or
passes it on to NetworkPolicies. What no NetworkPolicy isolates the tier Baseline decides in the same way; what is left is
open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from kubelens.kube.bundle import Bundle
from kubelens.kube.cluster_network_policy import (
    GROUP,
    KINDS,
    Action,
    ClusterPolicy,
    ClusterPort,
    ClusterRule,
    Peer,
    SelectedNames,
    SelectedNetworks,
    SelectedPods,
    Tier,
    has_labels_that_are_no_text,
    read_cluster_policy,
)
from kubelens.kube.network import PortByName, PortByNumber
from kubelens.kube.resource import Resource
from kubelens.predict.api import Ask, Assumption, Prediction
from kubelens.predict.chain.stored import Stored
from kubelens.predict.network.ends import AddressEnd, End, PodEnd, UnknownEnd
from kubelens.predict.network.port_set import ALL_PORTS, NO_PORTS, PortSet


class ClusterVerdict(Struct, frozen=True):
    """The ports on which a rule decides."""

    policy: ClusterPolicy
    rule: ClusterRule
    ports: PortSet


class Tiered(Struct, frozen=True):
    """What a tier makes of ports: allowed, and left for what comes after it; all others are denied."""

    allowed: PortSet
    left: PortSet
    verdicts: tuple[ClusterVerdict, ...]


def cluster_policies_of(ask: Ask) -> tuple[ClusterPolicy, ...]:
    """The cluster-wide policies that the API server stores; partial ones left out."""
    found = (read_cluster_policy(r) for r in _stored(ask) if not has_labels_that_are_no_text(r.spec))
    return tuple(p for p in found if p is not None)


def _stored(ask: Ask) -> Iterator[Resource]:
    there = (r for kind in KINDS for r in ask.bundle.all(kind, group=GROUP) if not r.partial)
    return (r for r in there if ask(Stored(r)).answer.denial is None)


class ClusterPoliciesOf(Struct, frozen=True):
    """The cluster-wide policies in the order in which they are asked: by priority, of one priority by name."""

    tier: Tier

    def answer(self, ask: Ask) -> Prediction[tuple[ClusterPolicy, ...]]:
        """Which of one priority comes first is undefined; see :class:`PriorityClashesOf`."""
        found = (p for p in cluster_policies_of(ask) if p.tier is self.tier)
        return Prediction(tuple(sorted(found, key=lambda p: (p.priority, p.name))))


class PriorityClash(Struct, frozen=True):
    """Two policies of one tier and priority that decide the same connections in different ways."""

    first: ClusterPolicy
    second: ClusterPolicy

    def __str__(self) -> str:
        """``p and q share priority 10``."""
        return f"{self.first.name} and {self.second.name} share priority {self.first.priority}"


class PriorityClashesOf(Struct, frozen=True):
    """Which policies of one priority contradict each other about connections of an end with another one?

    ``direction`` is that end's: ``ingress`` or ``egress``.
    """

    tier: Tier
    end: PodEnd
    other: End
    direction: str

    def answer(self, ask: Ask) -> Prediction[tuple[PriorityClash, ...]]:
        """Each of them decides some port alone, and not as the other does."""
        by_policy: dict[str, list[tuple[ClusterPolicy, ClusterRule]]] = {}
        for policy, rule in _rules_for(ask, self.tier, self.end, self.direction):
            by_policy.setdefault(policy.name, []).append((policy, rule))
        alone = [_asked(ask, rules, ALL_PORTS, self.end, self.other, self.direction) for rules in by_policy.values()]
        decided = [one.verdicts for one in alone if one.verdicts]
        return Prediction(
            tuple(
                PriorityClash(one[0].policy, other[0].policy)
                for number, one in enumerate(decided)
                for other in decided[number + 1 :]
                if one[0].policy.priority == other[0].policy.priority
                and any(a.rule.action is not b.rule.action and a.ports & b.ports for a in one for b in other)
            )
        )


def asked_of_tier(ask: Ask, tier: Tier, ports: PortSet, end: PodEnd, other: End, direction: str) -> Tiered:
    """What a tier makes of connections of an end with another one, in a direction (``ingress``, ``egress``)."""
    return _asked(ask, _rules_for(ask, tier, end, direction), ports, end, other, direction)


def _asked(
    ask: Ask,
    rules: Iterable[tuple[ClusterPolicy, ClusterRule]],
    ports: PortSet,
    end: PodEnd,
    other: End,
    direction: str,
) -> Tiered:
    allowed, passed, verdicts = NO_PORTS, NO_PORTS, []
    destination = other if direction == "egress" else end
    for policy, rule in rules:
        if not ports:
            break
        if not any(_is_peer(ask.bundle, peer, other) for peer in rule.peers):
            continue
        taken = _ports(rule.ports, destination) & ports
        if not taken:
            continue
        verdicts.append(ClusterVerdict(policy, rule, taken))
        ports = ports - taken
        if rule.action is Action.ALLOW:
            allowed = allowed | taken
        elif rule.action is Action.PASS:
            passed = passed | taken
    return Tiered(allowed, passed | ports, tuple(verdicts))


def _rules_for(ask: Ask, tier: Tier, end: PodEnd, direction: str) -> Iterator[tuple[ClusterPolicy, ClusterRule]]:
    if end.workload.pod.host_network:
        return
    for policy in ask(ClusterPoliciesOf(tier)).answer:
        if policy.subject is not None and _is_selected(ask.bundle, policy.subject, end):
            yield from ((policy, rule) for rule in policy.rules(direction))


def allows_port(ask: Ask, end: PodEnd, protocols: Sequence[str], number: int) -> bool:
    """Whether a rule of the tier Admin lets Pods out to a port somewhere before any NetworkPolicy is asked."""
    return any(
        rule.action is Action.ALLOW and any(_ports(rule.ports, end).has(protocol, number) for protocol in protocols)
        for _, rule in _rules_for(ask, Tier.ADMIN, end, "egress")
    )


def _is_selected(bundle: Bundle, selected: SelectedPods, end: PodEnd) -> bool:
    return selected.namespaces.matches(bundle.namespace_labels(end.namespace, end.workload.resource)) and end.matches(
        selected.pods
    )


def _is_peer(bundle: Bundle, peer: Peer, end: End) -> bool:
    """Nodes and names outside the cluster are nobody here; rules with them are assumptions."""
    if isinstance(peer, SelectedNetworks):
        return isinstance(end, AddressEnd) and any(end.within(network) for network in peer.networks)
    if not isinstance(peer, SelectedPods):
        return False
    if isinstance(end, UnknownEnd):
        return peer.namespaces.is_empty and peer.pods.is_empty
    return isinstance(end, PodEnd) and not end.workload.pod.host_network and _is_selected(bundle, peer, end)


def _ports(ports: tuple[ClusterPort, ...] | None, destination: End) -> PortSet:
    if ports is None:
        return ALL_PORTS
    found = NO_PORTS
    for port in ports:
        found = found | _opened(port, destination)
    return found


def _opened(port: ClusterPort, destination: End) -> PortSet:
    match port.port:
        case None:
            return PortSet.of(port.protocol or "TCP")
        case PortByNumber(number):
            return PortSet.of(port.protocol or "TCP", number, port.last or number)
        case PortByName(name):
            found = NO_PORTS
            if isinstance(destination, PodEnd):
                for container in destination.workload.pod.running_containers():
                    for declared in container.ports:
                        if declared.name == name:
                            found = found | PortSet.single(declared.protocol, declared.number)
            return found


class NotFollowed(Struct, frozen=True):
    """Peers of cluster-wide policies of which the manifests do not tell who they are, and policies that are none."""

    def answer(self, ask: Ask) -> Prediction[tuple[Assumption, ...]]:
        """One assumption for each policy."""
        found = []
        for policy in cluster_policies_of(ask):
            peers = [peer for rule in (*policy.ingress, *policy.egress) for peer in rule.peers]
            words = sorted({_word(p) for p in peers if not isinstance(p, SelectedPods | SelectedNetworks)})
            if words:
                found.append(Assumption(f"neither end is one of the {' and '.join(words)} that {policy.name} names"))
        malformed = (one for one in _stored(ask) if has_labels_that_are_no_text(one.spec))
        found += [
            Assumption(f"{m.kind} {m.name} is refused: a label in it is no text (write quotes)") for m in malformed
        ]
        return Prediction(tuple(found))


def _word(peer: Peer) -> str:
    return "names" if isinstance(peer, SelectedNames) else "nodes"
