"""The ends of connections: Pods of workloads, addresses outside the cluster, Pods of which nothing is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.kube import fields
from kubelens.kube.bundle import Bundle
from kubelens.kube.network_policy import Network
from kubelens.kube.pod_labels import numbered_pods, selects, selects_number
from kubelens.kube.resource import Resource
from kubelens.kube.selector import Selector
from kubelens.kube.workload import Workload, read_workload, selected_workloads

_MOST_APART: Final = 50


class PodEnd(Struct, frozen=True, eq=False):
    """The Pods of a workload as one end of a connection; ``kind``/``name`` are its topmost owner's.

    ``number``: one Pod alone of those a StatefulSet or an Indexed Job counts, where policies tell them apart.
    """

    workload: Workload
    kind: str
    name: str
    number: int | None = None

    @property
    def namespace(self) -> str:
        """Their namespace."""
        return self.workload.namespace

    def matches(self, selector: Selector) -> bool:
        """Whether a selector may match them: by their template's labels, or those their controller adds."""
        labels, resource = self.workload.pod.labels, self.workload.resource
        if self.number is None:
            return selects(selector, labels, resource)
        return selects_number(selector, labels, resource, self.number)

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}[{self.kind}]"


class AddressEnd(Struct, frozen=True):
    """Addresses outside the cluster, ``first`` to ``last``."""

    first: IPv4Address | IPv6Address
    last: IPv4Address | IPv6Address

    def within(self, network: Network) -> bool:
        """Whether all of them belong to a network."""
        return self.first in network and self.last in network

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


ANYWHERE: Final = AddressEnd(IPv4Address("0.0.0.0"), IPv4Address("255.255.255.255"))  # noqa: S104 - any address
"""An address outside the cluster of which nothing is known."""


class UnknownEnd(Struct, frozen=True):
    """A Pod of which nothing is known, such as an Ingress controller's: only rules for every Pod let it through."""

    name: str

    def __str__(self) -> str:
        return f"{{{self.name}}}"


class HostEnd(Struct, frozen=True, eq=False):
    """Pods in their node's network, as most network plugins know them: their node, whose address is not known."""

    pods: PodEnd

    def __str__(self) -> str:
        return str(self.pods)


End = PodEnd | AddressEnd | HostEnd | UnknownEnd


def as_seen(end: End) -> End:
    """An end as most network plugins know it: Pods in their node's network are that node."""
    return HostEnd(end) if isinstance(end, PodEnd) and end.workload.pod.host_network else end


def ends_of_workloads(workloads: Iterable[Workload], *, apart: bool) -> tuple[PodEnd, ...]:
    """One end for each workload, or with ``apart`` one for each Pod of those that count theirs."""
    ends = [end_of(workload) for workload in workloads]
    return tuple(one for end in ends for one in (_numbered(end) if apart else (end,)))


def _numbered(end: PodEnd) -> Iterator[PodEnd]:
    numbered = numbered_pods(end.workload.resource)
    if numbered is None or numbered.open_ended or not 0 < numbered.count <= _MOST_APART:
        yield end
        return
    for number in range(numbered.first, numbered.first + numbered.count):
        yield replace(end, name=f"{end.name}-{number}", number=number)


def end_of(workload: Workload) -> PodEnd:
    """The Pods of a workload, under the owner they name."""
    end = workload.resource.view(_end)
    return end if end is not None and end.workload is workload else _made_end(workload)


def _end(resource: Resource) -> PodEnd | None:
    workload = read_workload(resource)
    return _made_end(workload) if workload is not None else None


def _made_end(workload: Workload) -> PodEnd:
    owner = next((o for _, o in fields.items(workload.resource.metadata, "ownerReferences")), {})
    kind, name = fields.text(owner, "kind"), fields.text(owner, "name")
    if not name or kind == "Node":  # a node owns the Pods its own files describe, each on its own
        return PodEnd(workload, workload.kind, workload.name)
    return PodEnd(workload, kind or workload.kind, name)


def selected_ends(bundle: Bundle, selector: Selector, namespace: str) -> list[PodEnd]:
    """The ends of a namespace whose Pods a selector matches, in the order of the bundle."""
    return [end_of(w) for w in selected_workloads(bundle, selector, namespace)]
