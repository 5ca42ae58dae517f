"""NetworkPolicies, typed: which Pods they isolate, and which peers and ports they let through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.network import PortReference, read_port_reference
from kubelens.kube.resource import Resource
from kubelens.kube.selector import EVERYTHING, NOTHING, Selector, label_selector
from kubelens.kube.view import View
from kubelens.syntax.place import Step

Network = IPv4Network | IPv6Network


class PolicyPort(Struct, frozen=True):
    """A port a rule lets through; ``port`` None for every port, ``end_port`` 0 where there is no range."""

    protocol: str
    port: PortReference | None
    end_port: int
    at: tuple[Step, ...]


class PodPeers(Struct, frozen=True):
    """Pods by their labels; ``namespaces`` is None for the policy's own namespace."""

    pods: Selector
    namespaces: Selector | None
    at: tuple[Step, ...]


class AddressPeers(Struct, frozen=True):
    """Addresses of a network, less those of ``excepted``; ``network`` is None where it cannot be read."""

    network: Network | None
    excepted: tuple[Network, ...]
    at: tuple[Step, ...]


PolicyPeer = PodPeers | AddressPeers


class PolicyRule(Struct, frozen=True):
    """What one rule lets through: no peers means every peer, no ports every port."""

    peers: tuple[PolicyPeer, ...]
    ports: tuple[PolicyPort, ...]
    at: tuple[Step, ...]


class NetworkPolicy(View, frozen=True, eq=False):
    """A NetworkPolicy with its API's defaults; ``ingress``/``egress`` are None where it says nothing of them."""

    selector: Selector
    ingress: tuple[PolicyRule, ...] | None
    egress: tuple[PolicyRule, ...] | None

    def rules(self, direction: str) -> tuple[PolicyRule, ...] | None:
        """The rules of ``ingress`` or ``egress``; None where it does not isolate that way."""
        return self.ingress if direction == "ingress" else self.egress

    def pod_selectors(self) -> Iterator[Selector]:
        """What it asks of labels of Pods: its own and those of its peers."""
        yield self.selector
        for rule in (*(self.ingress or ()), *(self.egress or ())):
            yield from (peer.pods for peer in rule.peers if isinstance(peer, PodPeers))


def read_network_policy(resource: Resource) -> NetworkPolicy | None:
    """The NetworkPolicy an object is; None for other kinds."""
    if resource.kind != "NetworkPolicy" or resource.gvk.group not in ("networking.k8s.io", "extensions"):
        return None
    return resource.view(_policy)


def _policy(resource: Resource) -> NetworkPolicy:
    spec = resource.spec
    egress = fields.items(spec, "egress")
    types = fields.texts(spec, "policyTypes") or (("Ingress", "Egress") if egress else ("Ingress",))
    selector = fields.optional_mapping(spec, "podSelector")
    return NetworkPolicy(
        resource=resource,
        # A Go struct, not a pointer: absent and null are the empty selector.
        selector=label_selector(selector) if selector is not None else EVERYTHING,
        ingress=_rules(spec, "ingress", "from") if "Ingress" in types else None,
        egress=_rules(spec, "egress", "to") if "Egress" in types else None,
    )


def _rules(spec: Mapping[str, Any], key: str, peers: str) -> tuple[PolicyRule, ...]:
    found = spec.get(key)
    rules = found if isinstance(found, list) else []
    return tuple(_rule(r if isinstance(r, dict) else {}, peers, ("spec", key, i)) for i, r in enumerate(rules))


def _rule(rule: Mapping[str, Any], peers: str, at: tuple[Step, ...]) -> PolicyRule:
    return PolicyRule(
        tuple(_peer(item, (*at, peers, index)) for index, item in fields.items(rule, peers)),
        tuple(_port(item, (*at, "ports", index)) for index, item in fields.items(rule, "ports")),
        at,
    )


def _port(value: Mapping[str, Any], at: tuple[Step, ...]) -> PolicyPort:
    return PolicyPort(
        fields.text(value, "protocol") or "TCP",
        read_port_reference(value.get("port")),
        fields.integer(value, "endPort") or 0,
        at,
    )


def _peer(value: Mapping[str, Any], at: tuple[Step, ...]) -> PolicyPeer:
    block = fields.optional_mapping(value, "ipBlock")
    if block is not None:
        excepted = (_network(text) for text in fields.texts(block, "except"))
        return AddressPeers(_network(fields.text(block, "cidr")), tuple(n for n in excepted if n is not None), at)
    pods = fields.optional_mapping(value, "podSelector")
    namespaces = fields.optional_mapping(value, "namespaceSelector")
    if pods is None and namespaces is None:
        return PodPeers(NOTHING, None, at)
    return PodPeers(
        label_selector(pods) if pods is not None else EVERYTHING,
        label_selector(namespaces) if namespaces is not None else None,
        at,
    )


def _network(text: str) -> Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None
