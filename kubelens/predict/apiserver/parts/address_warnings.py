"""Addresses that are accepted but not written as they usually are (apimachinery ``GetWarningsForIP``, ``GetWarningsForCIDR``)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from kubelens.predict.apiserver.causes import Path, field_notation
from kubelens.predict.apiserver.formats import parse_cidr, parse_ip

Pair = tuple[str, str]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def _mapped(address: Address) -> bool:
    return isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None


def _usual(address: Address) -> str:
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(address)


def address_warnings(text: str, path: Path) -> Iterator[Pair]:
    """An address with leading zeros, mapped into IPv6, or not in IPv6's canonical form."""
    address = parse_ip(text)
    if address is not None and (_mapped(address) or str(address) != text):
        yield field_notation(path), f"{text!r} is usually written {_usual(address)!r}"


def range_warnings(text: str, path: Path) -> Iterator[Pair]:
    """A range with bits beyond its prefix, or not in its canonical form."""
    parsed = parse_cidr(text)
    if parsed is None:
        return
    where = field_notation(path)
    ambiguous = parsed.ip != parsed.network.network_address
    if ambiguous:
        yield where, f"{text!r} has bits beyond its prefix: {parsed.network} or {parsed.ip}/{parsed.max_prefixlen}"
    address, _, prefix = text.partition("/")
    odd = (
        _mapped(parsed.ip)
        or (prefix != "0" and prefix.startswith("0"))
        or (parsed.version == 4 and str(parsed.ip) != address)
    )
    if odd or (not ambiguous and parsed.version == 6 and str(parsed.ip) != address):
        yield where, f"{text!r} is usually written {parsed.network}"
