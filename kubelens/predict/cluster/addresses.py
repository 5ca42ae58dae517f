"""Addresses of Pods out of their nodes' ranges: where one is used up, Pods wait on their node without one.

The kubelet starts nothing of a Pod before its network is set up (``kuberuntime``, createPodSandbox). A range gives what the
CNI plugin ``host-local`` takes of it (``Range.Canonicalize``): not the network's own address, not the first, which is the
gateway's, and of IPv4 not the last, which is for broadcasts.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from kubelens.kube import fields
from kubelens.predict.cluster.records import Change, NodeRecord, PodRecord


class _Range(Struct, frozen=True):
    """One range: as it is written, the first and the last address that are looked at, and how many of them are given."""

    text: str
    first: str
    last: str
    size: int


class Addresses:
    """Who has an address on which node, as long as nodes say their ``podCIDR``; elsewhere there is always another."""

    def __init__(self, nodes: Mapping[str, NodeRecord]) -> None:
        self._nodes = nodes
        self._held: dict[str, dict[PodRecord, None]] = {}
        self.assumed: dict[str, None] = {}
        """What is taken for granted where a range was used up."""

    def see(self, record: PodRecord, change: Change) -> None:
        """A Pod changed; one that has ended, or is gone, has no address any more."""
        if change is Change.GONE or record.pod.finished:
            self._held.get(record.pod.node, {}).pop(record, None)

    def lack(self, record: PodRecord) -> str:
        """Give a Pod its address; why there is none, ``""`` where it has one or needs none."""
        node = self._nodes[record.pod.node]
        ranges = _ranges(node)
        if not ranges or fields.boolean(fields.mapping(record.info.value, "spec"), "hostNetwork"):
            return ""
        held = self._held.setdefault(node.name, {})
        for one in ranges:
            if record not in held and len(held) >= one.size:
                self.assumed[
                    f"node {node.name} gives {one.size} Pods an address, those of its podCIDR {one.text} as the plugin host-local takes "
                    "them: a network plugin with pools of its own gives others"
                ] = None
                return f"no IP addresses available in range set: {one.first}-{one.last}"
        held[record] = None
        return ""


def _ranges(node: NodeRecord) -> list[_Range]:
    spec = fields.mapping(node.value, "spec")
    texts = fields.texts(spec, "podCIDRs") or [fields.text(spec, "podCIDR")]
    return [one for text in texts if text and (one := _range(text)) is not None]


def _range(text: str) -> _Range | None:
    from ipaddress import ip_network  # noqa: PLC0415 - few nodes tell of their addresses

    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return None
    broadcasts = network.version == 4
    last = network.broadcast_address - 1 if broadcasts else network.broadcast_address
    return _Range(text, str(network.network_address + 1), str(last), max(0, network.num_addresses - 2 - broadcasts))
