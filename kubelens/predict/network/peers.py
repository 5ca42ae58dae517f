"""Which ends a peer of a NetworkPolicy's rule is about, and the peer in words."""

from __future__ import annotations

from kubelens.kube.bundle import Bundle
from kubelens.kube.network_policy import AddressPeers, NetworkPolicy, PodPeers, PolicyPeer, PolicyRule
from kubelens.predict.network.address_blocks import Blocks, holds
from kubelens.predict.network.ends import End, PodEnd, UnknownEnd


def is_peer(bundle: Bundle, policy: NetworkPolicy, peer: PolicyPeer, end: End, blocks: Blocks = Blocks.ALL) -> bool:
    """Whether a peer of a rule is about an end."""
    if isinstance(peer, AddressPeers):
        return holds(peer, end, blocks)
    return _is_pod_peer(bundle, policy, peer, end)


def _is_pod_peer(bundle: Bundle, policy: NetworkPolicy, peer: PodPeers, end: End) -> bool:
    if isinstance(end, UnknownEnd):
        return peer.namespaces is not None and peer.namespaces.is_empty and peer.pods.is_empty
    if not isinstance(end, PodEnd):
        return False
    if peer.namespaces is None:
        if end.namespace != policy.namespace:
            return False
    elif not peer.namespaces.matches(bundle.namespace_labels(end.namespace, end.workload.resource)):
        return False
    return end.matches(peer.pods)


def peers_in_words(bundle: Bundle, policy: NetworkPolicy, rule: PolicyRule, end: End, blocks: Blocks) -> str:
    """``from Pods with app=web of every namespace (from[1] of 2, each lets in by itself)``; ``""`` where all are let in.

    Entries of one list are alternatives: which one lets an end through is what its author may not have meant.
    """
    first = next((peer for peer in rule.peers if is_peer(bundle, policy, peer, end, blocks)), None)
    if first is None:
        return ""
    key, index = first.at[-2:]
    alternatives = f" ({key}[{index}], one of {len(rule.peers)} alternatives)" if len(rule.peers) > 1 else ""
    return f"{key} {_in_words(policy, first)}{alternatives}"


def _in_words(policy: NetworkPolicy, peer: PolicyPeer) -> str:
    if isinstance(peer, AddressPeers):
        return f"addresses of {peer.network}"
    pods = "all Pods" if peer.pods.is_empty else f"Pods with {peer.pods}"
    if peer.namespaces is None:
        return f"{pods} of namespace '{policy.namespace}'"
    return f"{pods} of {'every namespace' if peer.namespaces.is_empty else f'namespaces with {peer.namespaces}'}"
