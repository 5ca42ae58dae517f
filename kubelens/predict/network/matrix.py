"""Every workload against every other: what each end permits is worked out once, not once for each pair."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from kubelens.kube.network_policy import AddressPeers, NetworkPolicy, PolicyRule
from kubelens.kube.selector import Selector
from kubelens.kube.workload import indexed_requirement
from kubelens.predict.api import Ask, Assumption, Prediction
from kubelens.predict.first_names import first_names
from kubelens.predict.network.address_blocks import Blocks, holds
from kubelens.predict.network.cluster_policy import cluster_policies_of
from kubelens.predict.network.ends import HostEnd, PodEnd, as_seen
from kubelens.predict.network.ends_let_in import let_in
from kubelens.predict.network.peers import is_peer
from kubelens.predict.network.policy import (
    EGRESS,
    INGRESS,
    ConnectionOf,
    EndsOf,
    IsolationOf,
    PoliciesOf,
    beside,
    clashes,
    opened_ports,
    pod_selectors,
)
from kubelens.predict.network.port_set import ALL_PORTS, PortSet
from kubelens.predict.network.unknown_namespaces import (
    labels_taken_for_absent,
    namespace_selectors,
    namespace_selectors_of_cluster,
)

_MOST_NAMED: Final = 4
_BLOCKS: Final = (
    "ipBlocks of all addresses hold Pods too, as in most plugins; smaller ones, or with exceptions, hold no Pod whose address "
    "the files do not say"
)
Open = Mapping[int, PortSet] | None
"""By the number of the other end the ports that rules open; None where no policy isolates this one."""


class PolicyMatrix(Struct, frozen=True):
    """Every workload against every other."""

    def answer(self, ask: Ask) -> Prediction[tuple[tuple[PodEnd, PodEnd, PortSet], ...]]:
        """(source, destination, ports) for each pair that may connect; an end with itself left out.

        Ends that every policy takes for the same are looked at once.
        """
        ends = ask(EndsOf()).answer
        policies = ask(PoliciesOf()).answer
        blocks = list({(peer.network, peer.excepted): peer for peer in _address_peers(policies)}.values())
        alike = _alike(ends, pod_selectors(ask), blocks)
        number = {first: n for n, first in enumerate(dict.fromkeys(alike))}
        chosen = [ends[first] for first in number]
        tiered = bool(cluster_policies_of(ask))
        known = _each(ask, chosen) if tiered else _by_end(ask, chosen)
        numbers = [number[first] for first in alike]
        pairs = [
            (a, b, ports)
            for a, row in zip(ends, (known[n] for n in numbers), strict=True)
            for b, other in zip(ends, numbers, strict=True)
            if (ports := row[other]) is not None and a is not b
        ]
        plugin = Assumption("the cluster's network plugin enforces NetworkPolicies")
        selectors = [s for direction in (INGRESS, EGRESS) for s in namespace_selectors(policies, direction)]
        selectors += namespace_selectors_of_cluster(cluster_policies_of(ask))
        taken = labels_taken_for_absent(ask.bundle, (end.namespace for end in ends), selectors)
        reading = [*_host_network(ends), *([Assumption(_BLOCKS)] if blocks else [])]
        undefined = (c for a in chosen for b in chosen for c in clashes(ask, a, b)) if tiered else ()
        return Prediction(
            tuple(pairs),
            assumptions=(plugin, *beside(ask), *dict.fromkeys(undefined), *reading, *taken, *let_in(ask, ends)),
        )


def _address_peers(policies: Iterable[NetworkPolicy]) -> Iterator[AddressPeers]:
    for policy in policies:
        for rule in (*(policy.ingress or ()), *(policy.egress or ())):
            yield from (peer for peer in rule.peers if isinstance(peer, AddressPeers))


def _host_network(ends: Sequence[PodEnd]) -> Iterator[Assumption]:
    """What is taken for granted of Pods in their node's network."""
    hosts = [str(end) for end in ends if isinstance(as_seen(end), HostEnd)]
    if hosts:
        yield Assumption(
            "for Pods in their node's network the API leaves open what policies do, and they are taken for the node, as in "
            f"most plugins: {first_names(hosts, _MOST_NAMED)}"
        )


def _each(ask: Ask, ends: Sequence[PodEnd]) -> list[list[PortSet | None]]:
    """The ports from each end to each, pair by pair: policies in tiers decide one after the other; None for none."""
    return [[ask(ConnectionOf(a, b)).answer.ports or None for b in ends] for a in ends]


def _by_end(ask: Ask, ends: Sequence[PodEnd]) -> list[list[PortSet | None]]:
    """The ports from each end to each: those the source may leave by and the destination lets in; None for none."""
    peers = _Peers(ask, ends)
    out = [peers.open(end, EGRESS) for end in ends]
    into = [peers.open(end, INGRESS) for end in ends]
    met: dict[tuple[PortSet, PortSet], PortSet | None] = {}
    rows: list[list[PortSet | None]] = []
    for number, leaving in enumerate(out):
        entering = [ALL_PORTS if one is None else one.get(number) for one in into]
        if leaving is None:
            rows.append(entering)
            continue
        row: list[PortSet | None] = [None] * len(entering)
        for other, left in leaving.items():
            if (entered := entering[other]) is not None:
                if (left, entered) not in met:
                    met[left, entered] = (left & entered) or None
                row[other] = met[left, entered]
        rows.append(row)
    return rows


class _Peers:
    """Which of some ends the rules of policies are about, each rule looked at once."""

    def __init__(self, ask: Ask, ends: Sequence[PodEnd]) -> None:
        self._ask, self._ends = ask, [as_seen(end) for end in ends]
        self._known: dict[int, list[int]] = {}
        self._unions: dict[tuple[PortSet, ...], PortSet] = {}

    def open(self, end: PodEnd, direction: str) -> Open:
        """What the policies over an end let through, by the number of the other end."""
        policies = self._ask(IsolationOf(end.workload.resource, direction, end.number)).answer
        if not policies or isinstance(as_seen(end), HostEnd):
            return None
        found: dict[int, tuple[PortSet, ...]] = {}
        for policy in policies:
            for rule in policy.rules(direction) or ():
                here = opened_ports(rule, end) if direction == INGRESS else None
                for other in self._of(policy, rule):
                    ports = opened_ports(rule, self._ends[other]) if here is None else here
                    if ports:
                        found[other] = (*found.get(other, ()), ports)
        return {other: self._union(sets) for other, sets in found.items()}

    def _of(self, policy: NetworkPolicy, rule: PolicyRule) -> list[int]:
        known = self._known.get(id(rule))
        if known is None:
            bundle = self._ask.bundle
            known = self._known[id(rule)] = [
                number
                for number, end in enumerate(self._ends)
                if not rule.peers or any(is_peer(bundle, policy, peer, end) for peer in rule.peers)
            ]
        return known

    def _union(self, sets: tuple[PortSet, ...]) -> PortSet:
        known = self._unions.get(sets)
        if known is None:
            known = self._unions[sets] = PortSet.union(sets)
        return known


def _alike(ends: Sequence[PodEnd], selectors: Iterable[Selector], blocks: Sequence[AddressPeers]) -> list[int]:
    """For each end the number of the first one that no policy can tell from it.

    By namespace, labels, named ports and the address blocks that hold it.
    """
    by_label: dict[tuple[str, ...], list[tuple[int, Selector]]] = {}
    for place, selector in enumerate(selectors):
        asked = indexed_requirement(selector)
        by_label.setdefault((asked.key, asked.values[0]) if asked is not None else (), []).append((place, selector))
    first: dict[tuple[object, ...], int] = {}
    return [
        first.setdefault((*_seen_by_policies(end, by_label), _held(end, blocks)), number)
        for number, end in enumerate(ends)
    ]


def _held(end: PodEnd, blocks: Sequence[AddressPeers]) -> frozenset[int]:
    return frozenset(number for number, block in enumerate(blocks) if holds(block, as_seen(end), Blocks.ALL))


def _seen_by_policies(
    end: PodEnd, by_label: Mapping[tuple[str, ...], list[tuple[int, Selector]]]
) -> tuple[object, ...]:
    pod = end.workload.pod
    ports = tuple((p.name, p.protocol, p.number) for c in pod.running_containers() for p in c.ports if p.name)
    at_hand = (one for pair in ((), *pod.labels.items()) for one in by_label.get(pair, ()))
    matched = frozenset(place for place, selector in at_hand if end.matches(selector))
    return (end.namespace, pod.host_network, end.workload.resource.partial, ports, matched)
