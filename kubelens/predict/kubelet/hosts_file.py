"""A Pod's /etc/hosts, as the kubelet writes it (``managedHostsFileContent``, ``nodeHostsFileContent``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.pod import PodSpec

HOSTS_FILE: Final = "/etc/hosts"
_LONGEST_HOST_NAME: Final = 63


class HostsLine(Struct, frozen=True):
    """An address and the names it has; ``origin``: what makes the kubelet write the line."""

    address: str
    names: tuple[str, ...]
    origin: str


LOCALHOST: Final = "localhost"
_EVERY_POD: Final = "the kubelet writes it for every Pod"
_FIRST_LINES: Final = (
    HostsLine("127.0.0.1", (LOCALHOST,), _EVERY_POD),
    HostsLine("::1", (LOCALHOST, "ip6-localhost", "ip6-loopback"), _EVERY_POD),
    HostsLine("fe00::0", ("ip6-localnet", "ip6-mcastprefix"), _EVERY_POD),
    HostsLine("fe00::1", ("ip6-allnodes",), _EVERY_POD),
    HostsLine("fe00::2", ("ip6-allrouters",), _EVERY_POD),
)


def hosts_file(pod: PodSpec, own_names: tuple[str, ...], addresses: Sequence[str]) -> Iterator[HostsLine]:
    """The lines of the file. ``own_names``: of the Pod itself, as :func:`own_names` gives them, at its ``addresses``.

    On the host network the file begins as the node's own, which no manifest holds: of it ``localhost`` alone is given,
    which is to be said as an assumption.
    """
    if pod.host_network:
        yield HostsLine("127.0.0.1", (LOCALHOST,), "every node's file has it")
    else:
        yield from _FIRST_LINES
        for address in addresses if own_names else ():
            yield HostsLine(address, own_names, "it is the Pod's own host name")
    for _, alias in fields.items(pod.value, "hostAliases"):
        yield HostsLine(fields.text(alias, "ip"), fields.texts(alias, "hostnames"), "spec.hostAliases names it")


def own_names(pod: PodSpec, host_name: str, subdomain: str, zone: str) -> tuple[str, ...]:
    """What a Pod is called in its own file (``GeneratePodHostNameAndDomain``): its full name where it has one, its host name.

    ``zone``: ``NAMESPACE.svc.DOMAIN``.
    """
    if override := fields.text(pod.value, "hostnameOverride"):
        return (override,)
    short = host_name[:_LONGEST_HOST_NAME].rstrip("-.")
    return (f"{short}.{subdomain}.{zone}", short) if subdomain else (short,)


def containers_with_own_file(pod: PodSpec) -> tuple[str, ...]:
    """Containers that mount something at /etc/hosts, where the kubelet mounts none of its own then (``makeMounts``)."""
    return tuple(c.name for c in pod.running_containers() if any(m.mount_path == HOSTS_FILE for m in c.mounts))
