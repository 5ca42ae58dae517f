"""Cluster-wide network policies, typed: AdminNetworkPolicy, BaselineAdminNetworkPolicy and ClusterNetworkPolicy.

All of group ``policy.networking.k8s.io`` (Network Policy API, v1alpha1 and v1alpha2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from ipaddress import ip_network
from typing import Any, Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.network import PortByName, PortByNumber, PortReference
from kubelens.kube.network_policy import Network
from kubelens.kube.resource import Resource
from kubelens.kube.selector import EVERYTHING, Selector, label_selector
from kubelens.kube.view import View
from kubelens.syntax.place import Step

GROUP: Final = "policy.networking.k8s.io"
KINDS: Final = ("AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy")
PROTOCOLS: Final = ("TCP", "UDP", "SCTP")


class Tier(StrEnum):
    """When a policy is asked: before NetworkPolicies, or after them for what none of them isolates."""

    ADMIN = "Admin"
    BASELINE = "Baseline"


class Action(StrEnum):
    """What a rule does; ``Pass`` leaves the rest of its tier out."""

    ALLOW = "Allow"
    DENY = "Deny"
    PASS = "Pass"  # noqa: S105 - an action's name


class SelectedPods(Struct, frozen=True):
    """Pods of namespaces, both by labels."""

    namespaces: Selector
    pods: Selector


class SelectedNodes(Struct, frozen=True):
    """Nodes by labels."""

    selector: Selector


class SelectedNetworks(Struct, frozen=True):
    """Networks outside the cluster; those that cannot be read are left out."""

    networks: tuple[Network, ...]


class SelectedNames(Struct, frozen=True):
    """Names outside the cluster."""

    names: tuple[str, ...]


Peer = SelectedPods | SelectedNodes | SelectedNetworks | SelectedNames


class ClusterPort(Struct, frozen=True):
    """A port: ``protocol`` None for every one, ``last`` the end of a range that begins at ``port``."""

    protocol: str | None
    port: PortReference | None
    last: int = 0


class ClusterRule(Struct, frozen=True):
    """What becomes of connections with some peers on some ports; ``ports`` None for every port."""

    name: str
    action: Action
    peers: tuple[Peer, ...]
    ports: tuple[ClusterPort, ...] | None
    at: tuple[Step, ...]


class ClusterPolicy(View, frozen=True, eq=False):
    """A cluster-wide policy with its rules in their order; a lower ``priority`` is asked first."""

    tier: Tier
    priority: int
    subject: SelectedPods | None
    ingress: tuple[ClusterRule, ...]
    egress: tuple[ClusterRule, ...]

    def rules(self, direction: str) -> tuple[ClusterRule, ...]:
        """The rules of ``ingress`` or ``egress``."""
        return self.ingress if direction == "ingress" else self.egress

    def pod_selectors(self) -> Iterator[Selector]:
        """What it asks of labels of Pods: its subject and its peers."""
        if self.subject is not None:
            yield self.subject.pods
        for rule in (*self.ingress, *self.egress):
            yield from (peer.pods for peer in rule.peers if isinstance(peer, SelectedPods))


def read_cluster_policy(resource: Resource) -> ClusterPolicy | None:
    """The policy an object is; None for other kinds."""
    if resource.kind not in KINDS or resource.gvk.group != GROUP:
        return None
    return resource.view(_policy)


def has_labels_that_are_no_text(value: Any) -> bool:
    """Whether a ``matchLabels`` somewhere below has a value such as ``yes`` or ``1`` without quotes: no server takes it."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            labels = one.get("matchLabels")
            if isinstance(labels, Mapping) and not all(isinstance(v, str) for v in labels.values()):
                return True
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return False


def _policy(resource: Resource) -> ClusterPolicy:
    spec = resource.spec
    baseline = resource.kind == "BaselineAdminNetworkPolicy" or fields.text(spec, "tier") == Tier.BASELINE
    return ClusterPolicy(
        resource=resource,
        tier=Tier.BASELINE if baseline else Tier.ADMIN,
        priority=fields.integer(spec, "priority") or 0,
        subject=_pods(fields.mapping(spec, "subject")),
        ingress=tuple(_rules(spec, "ingress", "from")),
        egress=tuple(_rules(spec, "egress", "to")),
    )


def _rules(spec: Mapping[str, Any], key: str, peers: str) -> Iterator[ClusterRule]:
    for index, value in fields.items(spec, key):
        action = fields.text(value, "action")
        if action == "Accept":
            action = Action.ALLOW
        if action not in set(Action):
            continue
        found = (_peer(peer) for _, peer in fields.items(value, peers))
        yield ClusterRule(
            fields.text(value, "name"),
            Action(action),
            tuple(peer for peer in found if peer is not None),
            _ports(value),
            ("spec", key, index),
        )


def _pods(value: Mapping[str, Any]) -> SelectedPods | None:
    """``namespaces`` selects all Pods of some namespaces, ``pods`` some of them; None where neither is there."""
    pods = fields.optional_mapping(value, "pods")
    if pods is not None:
        own = fields.optional_mapping(pods, "podSelector")
        namespaces = fields.optional_mapping(pods, "namespaceSelector")
        return SelectedPods(
            label_selector(namespaces) if namespaces is not None else EVERYTHING,
            label_selector(own) if own is not None else EVERYTHING,
        )
    namespaces = fields.optional_mapping(value, "namespaces")
    return SelectedPods(label_selector(namespaces), EVERYTHING) if namespaces is not None else None


def _peer(value: Mapping[str, Any]) -> Peer | None:
    if (pods := _pods(value)) is not None:
        return pods
    if (nodes := fields.optional_mapping(value, "nodes")) is not None:
        return SelectedNodes(label_selector(nodes))
    if networks := fields.texts(value, "networks"):
        return SelectedNetworks(tuple(n for n in map(_network, networks) if n is not None))
    if names := fields.texts(value, "domainNames"):
        return SelectedNames(names)
    return None


def _network(text: str) -> Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def _ports(value: Mapping[str, Any]) -> tuple[ClusterPort, ...] | None:
    """``ports`` of AdminNetworkPolicies, ``protocols`` of ClusterNetworkPolicies."""
    if fields.items(value, "ports"):
        return tuple(port for _, item in fields.items(value, "ports") for port in _admin_port(item))
    if fields.items(value, "protocols"):
        return tuple(port for _, item in fields.items(value, "protocols") for port in _protocol(item))
    return None


def _admin_port(value: Mapping[str, Any]) -> Iterator[ClusterPort]:
    if name := fields.text(value, "namedPort"):
        yield ClusterPort(None, PortByName(name))
    if (number := fields.optional_mapping(value, "portNumber")) is not None:
        port = fields.integer(number, "port") or 0
        yield ClusterPort(fields.text(number, "protocol") or "TCP", PortByNumber(port))
    if (given := fields.optional_mapping(value, "portRange")) is not None:
        first, last = fields.integer(given, "start") or 0, fields.integer(given, "end") or 0
        yield ClusterPort(fields.text(given, "protocol") or "TCP", PortByNumber(first), last)


def _protocol(value: Mapping[str, Any]) -> Iterator[ClusterPort]:
    if name := fields.text(value, "destinationNamedPort"):
        yield ClusterPort(None, PortByName(name))
    for protocol in PROTOCOLS:
        one = fields.optional_mapping(value, protocol.lower())
        if one is None:
            continue
        given = fields.optional_mapping(one, "destinationPort")
        if given is None:
            yield ClusterPort(protocol, None)
            continue
        spread = fields.mapping(given, "range")
        first = fields.integer(given, "number") or fields.integer(spread, "start") or 0
        yield ClusterPort(protocol, PortByNumber(first), fields.integer(spread, "end") or 0)
