"""What a Pod's /etc/hosts makes of a name: both C libraries read it before they ask DNS.

Follows glibc's nsswitch (``hosts: files dns``) and ``nss_files``, and musl's ``name_from_hosts``.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.pod_labels import numbered_pods
from kubelens.kube.workload import Workload
from kubelens.predict.api import Ask, Assumption
from kubelens.predict.chain.pods_of import PodsOf
from kubelens.predict.controllers.endpointslice import UNKNOWN_ADDRESS
from kubelens.predict.kubelet.hosts_file import (
    HOSTS_FILE,
    LOCALHOST,
    HostsLine,
    containers_with_own_file,
    hosts_file,
    own_names,
)
from kubelens.predict.network.dns.record import Record
from kubelens.predict.network.dns.resolvers import ADDRESS_TYPES, Library


class InFile(Struct, frozen=True):
    """The ``records`` that the file has for a name, none where DNS is asked; ``origin``: why the name stands there."""

    records: tuple[Record, ...]
    origin: str
    assumptions: tuple[Assumption, ...]


class Asker(Struct, frozen=True):
    """Who asks: the Pods of a workload, with their cluster's domain and families, by a C library, for some types."""

    pod: Workload
    domain: str
    families: tuple[str, ...]
    library: Library
    types: tuple[str, ...]


def in_own_file(ask: Ask, asker: Asker, name: str) -> InFile:
    """What the file of the Pods has for a name as it is written: no search list adds to it."""
    if not set(asker.types) & set(ADDRESS_TYPES):
        return InFile((), "", ())
    workload, pod = asker.pod, asker.pod.pod
    ours = containers_with_own_file(pod)
    listed = ", ".join(ours)
    if ours and len(ours) == sum(1 for _ in pod.running_containers()):
        text = f"the {HOSTS_FILE} that {listed} mounts does not name {name}"
        return InFile((), "", (Assumption(text),))
    zone = f"{workload.namespace}.svc.{asker.domain.rstrip('.')}"
    called = list(_own(ask, workload, zone))
    lines = hosts_file(pod, called[0] if len(called) == 1 else (), _addresses(asker.families))
    found = [line for line in lines if _names(asker.library, line.names, name)]
    records = tuple(_records(name, found, asker.types))
    assumptions = []
    if records:
        if asker.library is Library.GLIBC:
            assumptions.append(
                Assumption(f"the image's nsswitch.conf, if it has one, has files ({HOSTS_FILE}) before dns")
            )
        if ours:
            assumptions.append(
                Assumption(f"the container that asks is not {listed}, which mounts its own {HOSTS_FILE}")
            )
    if pod.host_network:
        does = f"names {name} alike" if any(LOCALHOST in line.names for line in found) else f"does not name {name}"
        assumptions.append(Assumption(f"the node's own {HOSTS_FILE} {does}"))
    elif len(called) > 1 and (other := next((n for n in called if _names(asker.library, n, name)), None)):
        text = f"the Pod that asks is not {other[-1]}, which has its own address under that name in {HOSTS_FILE}"
        assumptions.append(Assumption(text))
    if found and not records and asker.library is Library.MUSL:
        text = (
            f"{HOSTS_FILE} has {name} for another type of address, and DNS is asked all the same (newer musl does not)"
        )
        assumptions.append(Assumption(text))
    return InFile(records, found[0].origin if records else "", tuple(assumptions))


def _own(ask: Ask, workload: Workload, zone: str) -> Iterator[tuple[str, ...]]:
    """The names of each Pod, where the manifests decide them: one entry where all are called the same."""
    pod, resource = workload.pod, workload.resource
    written, subdomain = fields.text(pod.value, "hostname"), fields.text(pod.value, "subdomain")
    if workload.kind == "CronJob" and numbered_pods(resource) is not None:
        return
    if workload.kind == "StatefulSet" or numbered_pods(resource) is not None:
        made = ask(PodsOf(resource)).answer
        subdomain = fields.text(resource.spec, "serviceName") or subdomain
        for number in made.numbers if made is not None else ():
            yield own_names(pod, made.name(number) if made is not None else "", subdomain, zone)
    elif written or (workload.kind == "Pod" and workload.name):
        yield own_names(pod, written or workload.name, subdomain, zone)


def _addresses(families: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"<{family} of the Pod itself>" for family in families)


def _names(library: Library, names: Sequence[str], name: str) -> bool:
    """glibc compares without regard to case, musl as written."""
    return name in names or (library is Library.GLIBC and name.lower() in (n.lower() for n in names))


def _records(name: str, lines: Sequence[HostsLine], types: Sequence[str]) -> Iterator[Record]:
    for line in lines:
        kind = _type_of(line.address)
        if kind in types:
            yield Record(f"{name}.", kind, line.address)


def _type_of(address: str) -> str:
    """The type of record that an address would be, ``""`` for what is none: resolvers pass over such a line."""
    if address.startswith(UNKNOWN_ADDRESS):
        return "AAAA" if address.startswith("<IPv6") else "A"
    try:
        return "AAAA" if ipaddress.ip_address(address).version == 6 else "A"
    except ValueError:
        return ""
