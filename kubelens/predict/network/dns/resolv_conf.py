"""A Pod's /etc/resolv.conf, as the kubelet writes it (``dns.Configurer``) and as resolvers read it."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from kubelens.kube import fields
from kubelens.kube.pod import PodSpec
from kubelens.predict.network.dns.record import CLUSTER_DNS, ClusterDns, NodeResolver

_CLUSTER_OPTIONS: Final = {"ndots": "5"}
_MOST_NAMESERVERS: Final = 3
_MOST_SEARCHES: Final = 32
_LONGEST_SEARCH: Final = 253
_LONGEST_LIST: Final = 2048


class ResolverConfig(Struct, frozen=True):
    """A Pod's resolv.conf; words in angle brackets are the node's or the cluster's own.

    ``left_out``: nameservers and search domains beyond what the kubelet keeps.
    """

    nameservers: tuple[str, ...]
    searches: tuple[str, ...]
    ndots: int
    options: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def read_resolv_conf(text: str) -> NodeResolver:
    """A node's file (kubelet ``parseResolvConf``): the last ``search`` line counts, options add up."""
    nameservers: list[str] = []
    searches: tuple[str, ...] = ()
    options: dict[str, str] = {}
    for line in text.splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        match words[0]:
            case "nameserver" if len(words) > 1:
                nameservers.append(words[1])
            case "search":
                searches = tuple(w if w == "." else w.removesuffix(".") for w in words[1:])
            case "options":
                options.update((word.partition(":")[0], word) for word in words[1:])
    return NodeResolver(tuple(nameservers), searches, tuple(options.values()))


def resolver_config(pod: PodSpec, namespace: str, dns: ClusterDns) -> ResolverConfig:
    """A Pod's resolv.conf (``GetPodDNS``): its policy's, with its dnsConfig added, cut to what resolvers take."""
    policy = fields.text(pod.value, "dnsPolicy") or "ClusterFirst"
    nameservers, searches, options = dns.node.nameservers, dns.node.searches, _by_name(dns.node.options)
    if policy == "None":
        nameservers, searches, options = (), (), {}
    elif policy == "ClusterFirstWithHostNet" or (policy == "ClusterFirst" and not pod.host_network):
        nameservers = (dns.address or CLUSTER_DNS,)
        searches = (f"{namespace}.svc.{dns.domain}", f"svc.{dns.domain}", dns.domain, *searches)
        options = dict(_CLUSTER_OPTIONS)
    config = fields.mapping(pod.value, "dnsConfig")
    nameservers = tuple(dict.fromkeys((*nameservers, *fields.texts(config, "nameservers"))))
    searches = tuple(dict.fromkeys((*searches, *fields.texts(config, "searches"))))
    for _, option in fields.items(config, "options"):
        options[fields.text(option, "name")] = fields.text(option, "value")
    kept = _searches_that_fit(searches)
    left_out = (*nameservers[_MOST_NAMESERVERS:], *(s for s in searches if s not in kept))
    written = tuple(f"{name}:{value}" if value else name for name, value in options.items())
    return ResolverConfig(nameservers[:_MOST_NAMESERVERS], kept, glibc_ndots(written), written, left_out)


def _by_name(options: tuple[str, ...]) -> dict[str, str]:
    return {name: value for name, _, value in (option.partition(":") for option in options)}


def _searches_that_fit(searches: tuple[str, ...]) -> tuple[str, ...]:
    """(``formDNSSearchFitsLimits``)."""
    kept = [s for s in searches[:_MOST_SEARCHES] if len(s) <= _LONGEST_SEARCH]
    while kept and len(" ".join(kept)) > _LONGEST_LIST:
        kept.pop()
    return tuple(kept)


def glibc_ndots(options: tuple[str, ...]) -> int:
    """The number of dots from which glibc asks for a name as it stands (``res_setoptions``): at most 15."""
    ndots = 1
    for option in options:
        name, colon, value = option.partition(":")
        if name == "ndots" and colon:
            sign = value[:1] in ("-", "+")
            digits = _leading_digits(value[1:] if sign else value)
            number = -int(digits) if value.startswith("-") else int(digits)
            ndots = number & 15 if number <= 15 else 15
    return ndots


def musl_ndots(options: tuple[str, ...]) -> int:
    """As :func:`glibc_ndots` for musl (``__get_resolv_conf``), which passes over what is no number."""
    ndots = 1
    for option in options:
        name, colon, value = option.partition(":")
        if name == "ndots" and colon and value[:1].isdecimal():
            ndots = min(int(_leading_digits(value)), 15)
    return ndots


def _leading_digits(text: str) -> str:
    digits = 0
    while digits < len(text) and text[digits] in "0123456789":
        digits += 1
    return text[:digits][:9] or "0"
