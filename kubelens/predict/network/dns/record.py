"""DNS records and answers, and what a cluster's DNS is set to."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from msgspec import Struct

CLUSTER_DOMAIN: Final = "cluster.local"
CLUSTER_DNS: Final = "<cluster DNS>"
NODE_NAMESERVERS: Final = "<the node's nameservers>"
NODE_SEARCHES: Final = "<the node's search domains>"


class Record(Struct, frozen=True, order=True):
    """A DNS record: ``name`` and a target name end with a dot; ``value`` says in words what the manifests leave open."""

    name: str
    type: str
    value: str


class Code(StrEnum):
    """How a nameserver answers: the name exists, or it does not."""

    EXISTS = "NOERROR"
    NO_SUCH_NAME = "NXDOMAIN"


class Answer(Struct, frozen=True):
    """An answer; a name that exists without ``records`` has none of the type asked for.

    ``known`` is False where the answer comes from outside the cluster, where only the node's nameservers know.
    """

    code: Code
    records: tuple[Record, ...] = ()
    known: bool = True


NO_SUCH_NAME: Final = Answer(Code.NO_SUCH_NAME)


class PodNames(StrEnum):
    """Which names ``A-B-C-D.NAMESPACE.pod`` answer (option ``pods`` of CoreDNS's plugin kubernetes)."""

    INSECURE = "insecure"
    VERIFIED = "verified"
    DISABLED = "disabled"


class NodeResolver(Struct, frozen=True):
    """A node's resolv.conf; words in angle brackets where it is not known. ``options`` as written: ``ndots:2``."""

    nameservers: tuple[str, ...] = (NODE_NAMESERVERS,)
    searches: tuple[str, ...] = (NODE_SEARCHES,)
    options: tuple[str, ...] = ()


class ClusterDns(Struct, frozen=True):
    """What a cluster's DNS is set to, beside its objects.

    ``address``: of the cluster's DNS, ``""`` where the manifests alone say it (Service ``kube-system/kube-dns``).
    ``families``: the cluster's address families, ``()`` as the manifests show. ``outside``: the records that names
    outside the cluster have, None where nobody says.
    """

    domain: str = CLUSTER_DOMAIN
    address: str = ""
    families: tuple[str, ...] = ()
    pods: PodNames = PodNames.INSECURE
    node: NodeResolver = NodeResolver()
    outside: tuple[Record, ...] | None = None
