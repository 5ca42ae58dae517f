"""Whether a rule of a NetworkPolicy can mean the cluster's DNS server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kubelens.kube.bundle import Bundle
from kubelens.kube.network import PortByName
from kubelens.kube.network_policy import NetworkPolicy, PodPeers, PolicyPeer, PolicyPort, PolicyRule
from kubelens.predict.api import Reason

DNS_PORT: Final = 53
DNS_NAMESPACE: Final = "kube-system"
"""Where the cluster's DNS server runs: its Service there is kube-dns."""


def opens_dns(rule: PolicyRule, namespace: str, bundle: Bundle) -> bool:
    """Whether a rule lets something through to port 53 of UDP, by which resolvers ask; names of ports are taken for DNS's.

    TCP alone does not count: resolvers ask over it again where an answer was cut short, not where none came. A rule
    without ports counts where one of its peers can be the cluster's DNS server.
    """
    if not rule.ports:
        return not rule.peers or any(_may_be_dns(peer, namespace, bundle) for peer in rule.peers)
    return any(_is_dns(port) for port in rule.ports if port.protocol == "UDP")


def dns_over_tcp(policies: Sequence[NetworkPolicy]) -> PolicyPort | None:
    """The first port of egress rules that is DNS's by its number, and of TCP."""
    ports = (port for policy in policies for rule in policy.egress or () for port in rule.ports)
    return next((port for port in ports if port.protocol == "TCP" and port.port and _is_dns(port)), None)


def _is_dns(port: PolicyPort) -> bool:
    if port.port is None or isinstance(port.port, PortByName):
        return port.protocol == "UDP"
    # Node-local and OpenShift resolvers listen elsewhere; the packet's port after translation counts.
    return port.port.number in (DNS_PORT, 5353, 8053) or port.port.number <= DNS_PORT <= port.end_port


def names_shut(policies: Sequence[NetworkPolicy], end: str, bundle: Bundle) -> Iterator[Reason]:
    """That no rule of the policies that isolate an end's egress lets it ask a DNS server, if none does."""
    if not any(opens_dns(rule, p.namespace, bundle) for p in policies for rule in p.egress or ()):
        by = " over UDP" if dns_over_tcp(policies) is not None else ""
        yield Reason(
            f"no egress rule of '{end}' opens port 53{by}: names of Services do not resolve", policies[0].resource.place
        )


def _may_be_dns(peer: PolicyPeer, namespace: str, bundle: Bundle) -> bool:
    """Whether a peer can be a Pod of kube-system: labels of namespaces that are not among the manifests are not known."""
    if not isinstance(peer, PodPeers):
        return True
    if peer.namespaces is None:
        return namespace == DNS_NAMESPACE
    labels = bundle.namespace_labels(DNS_NAMESPACE)
    known = bundle.get("Namespace", "", DNS_NAMESPACE) is not None
    return all(r.matches(labels) or (not known and r.key not in labels) for r in peer.namespaces.requirements)
