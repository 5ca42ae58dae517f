"""The IPv4 space cut where NetworkPolicies cut it: addresses of one range are treated alike."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network
from itertools import pairwise
from typing import Final

from kubelens.kube.cluster_network_policy import ClusterPolicy, SelectedNetworks
from kubelens.kube.network_policy import AddressPeers, Network, NetworkPolicy
from kubelens.predict.network.ends import AddressEnd

_END: Final = 2**32


def address_ranges(policies: Iterable[NetworkPolicy | ClusterPolicy]) -> tuple[AddressEnd, ...]:
    """Ranges that cover every IPv4 address, in order; one where no policy names a network."""
    cuts = {0, _END}
    for policy in policies:
        for rule in (*(policy.ingress or ()), *(policy.egress or ())):
            for network in (n for peer in rule.peers for n in _networks(peer)):
                if isinstance(network, IPv4Network):
                    first = int(network.network_address)
                    cuts |= {first, first + network.num_addresses}
    ordered = sorted(cuts)
    return tuple(AddressEnd(IPv4Address(first), IPv4Address(last - 1)) for first, last in pairwise(ordered))


def _networks(peer: object) -> tuple[Network, ...]:
    if isinstance(peer, AddressPeers) and peer.network is not None:
        return (peer.network, *peer.excepted)
    return peer.networks if isinstance(peer, SelectedNetworks) else ()
