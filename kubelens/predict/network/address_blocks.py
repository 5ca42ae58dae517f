"""Whom address blocks of NetworkPolicies hold (networking/v1 ``IPBlock``).

The API means addresses outside the cluster, and leaves open whether a Pod's or a node's own address counts: most plugins
compare whatever address a packet has.
"""

from __future__ import annotations

from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

from msgspec import Struct

from kubelens.kube.network_policy import AddressPeers
from kubelens.predict.controllers.endpointslice import addresses_of
from kubelens.predict.network.ends import AddressEnd, End, HostEnd, PodEnd, UnknownEnd


class Blocks(StrEnum):
    """Which addresses of the cluster a block is taken to hold where the files do not say what they are.

    ``ALL``: a block of all addresses holds them. ``MAYBE``: any block may. ``OUTSIDE``: blocks are about what is outside
    the cluster, and hold no Pod's address whether it is known or not.
    """

    ALL = "all"
    MAYBE = "maybe"
    OUTSIDE = "outside"


class Reading(Struct, frozen=True):
    """How a network plugin reads what the API leaves open; without words, as most do.

    ``host_as_pods``: Pods in their node's network are Pods like others; else they are their node. ``blocks``: whom address
    blocks hold that have an address of the cluster.
    """

    host_as_pods: bool = False
    blocks: Blocks = Blocks.ALL


USUAL: Final = Reading()


def holds(peer: AddressPeers, end: End, blocks: Blocks) -> bool:
    """Whether a block, without its exceptions, holds an end."""
    network = peer.network
    if network is None:
        return False
    if isinstance(end, AddressEnd):
        return end.within(network) and not any(end.within(excepted) for excepted in peer.excepted)
    if blocks is Blocks.OUTSIDE and not isinstance(end, HostEnd):
        return False
    if own := _addresses(end):
        return any(a in network and not any(a in excepted for excepted in peer.excepted) for a in own)
    return blocks is Blocks.MAYBE or (network.prefixlen == 0 and network.version == 4 and not peer.excepted)


def _addresses(end: PodEnd | HostEnd | UnknownEnd) -> tuple[IPv4Address | IPv6Address, ...]:
    """The addresses of a Pod that stands among the manifests with its status."""
    if isinstance(end, UnknownEnd):
        return ()
    resource = (end.pods if isinstance(end, HostEnd) else end).workload.resource
    if resource.kind != "Pod":
        return ()
    return tuple(address for text in addresses_of(resource.value) if (address := _address(text)) is not None)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None
