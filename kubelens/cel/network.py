"""Addresses and URLs: ``ip()``, ``cidr()``, ``url()`` (apiserver ``pkg/cel/library/ip.go``, ``cidr.go``, ``urls.go``)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from kubelens.cel.values import CelError, no_overload
from kubelens.syntax.pattern import pattern

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

_ZERO_LED: Final = pattern(r"(?:^|\.)0\d")
_SCHEME: Final = pattern(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_CONTROL: Final = pattern(r"[\x00-\x1f\x7f]")
_PERCENT: Final = pattern(r"%(?![0-9a-fA-F]{2})")
_HOST: Final = pattern(r"(?:[a-zA-Z0-9\-_.~!$&'()*+,;=:\[\]<>\"]|[^\x00-\x7f]|%[89a-fA-F][0-9a-fA-F])*\Z")
_PORT: Final = pattern(r"(?::\d*)?\Z", re.ASCII)
_USER: Final = pattern(r"[A-Za-z0-9\-._:~!$&'()*+,;=%@]*\Z")
_PATH: Final = pattern(r"(?:[a-zA-Z0-9\-_.~!$&'()*+,;=:@/\[\]]|%[0-9a-fA-F]{2})*\Z")


class IP:
    """An address."""

    __slots__ = ("address",)
    cel_type: Final = "net.IP"

    def __init__(self, text: str) -> None:
        from ipaddress import ip_address  # noqa: PLC0415 - few rules speak of addresses

        try:
            address = ip_address(text)
        except ValueError:
            raise CelError(f"IP Address {text!r} parse error during conversion from string") from None
        if "%" in text or (address.version == 6 and address.ipv4_mapped is not None):
            raise CelError(f"IP address {text!r} is not allowed: it has a zone or is IPv4 in IPv6")
        self.address: IPv4Address | IPv6Address = address

    @property
    def text(self) -> str:
        """Its canonical spelling."""
        return str(self.address)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IP) and other.address == self.address

    def __hash__(self) -> int:
        return hash(self.address)


class CIDR:
    """A network with the address it was written with: bits beyond the prefix are kept."""

    __slots__ = ("address", "length")
    cel_type: Final = "net.CIDR"

    def __init__(self, text: str) -> None:
        address, slash, length = text.partition("/")
        known = _ip_or_none(address)
        width = 0 if known is None else known.address.max_prefixlen
        digits = length.isascii() and length.isdigit() and (length == "0" or length[0] != "0") and len(length) <= 3
        if known is None or not slash or not digits or int(length) > width:
            raise CelError(f"network address parse error during conversion from string: {text!r}")
        self.address = known
        self.length = int(length)

    @property
    def text(self) -> str:
        """As it is written."""
        return f"{self.address.text}/{self.length}"

    @property
    def network(self) -> IPv4Network | IPv6Network:
        """All addresses of it."""
        from ipaddress import ip_network  # noqa: PLC0415 - few rules speak of addresses

        return ip_network(self.text, strict=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CIDR) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)


class URL:
    """An absolute URI or an absolute path, as Go's ``url.ParseRequestURI`` takes it."""

    __slots__ = ("host", "path", "query", "scheme", "text")
    cel_type: Final = "kubernetes.URL"

    def __init__(self, text: str) -> None:
        self.text = text
        self.scheme, self.host, self.path, self.query = _url_parts(text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, URL) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    @property
    def hostname(self) -> str:
        """The host without port and brackets."""
        host = self.host
        if host.startswith("["):
            return host[1 : host.index("]")]
        return host.rpartition(":")[0] if ":" in host else host

    @property
    def port(self) -> str:
        """The port as text."""
        after = self.host.rpartition("]")[2] if self.host.startswith("[") else self.host
        return after.rpartition(":")[2] if ":" in after else ""


def _url_parts(text: str) -> tuple[str, str, str, str]:
    """(scheme, host with port, escaped path, query)."""
    wrong = CelError(f"URL parse error during conversion from string: {text!r}")
    if not text or _CONTROL.search(text):
        raise wrong
    found = _SCHEME.match(text)
    scheme, rest = (found[1].lower(), text[found.end() :]) if found else ("", text)
    rest = rest.partition("#")[0]
    rest, _, query = rest.partition("?")
    if not rest.startswith("/"):
        if scheme:
            return scheme, "", "", query
        raise wrong
    host = ""
    if scheme and rest.startswith("//"):
        authority, slash, after = rest[2:].partition("/")
        rest = slash + after
        user, at, host = authority.rpartition("@")
        if at and not _USER.match(user):
            raise wrong
        _check_host(host, wrong)
    if _PERCENT.search(rest):
        raise wrong
    return scheme, host, _escaped(rest), query


def _check_host(host: str, wrong: CelError) -> None:
    if host.startswith("["):
        inside, bracket, port = host[1:].rpartition("]")
        if not bracket or not _PORT.match(port) or _ip_or_none(inside.partition("%")[0]) is None:
            raise wrong
    elif not _HOST.match(host) or (":" in host and not _PORT.match(":" + host.rpartition(":")[2])):
        raise wrong


def _escaped(path: str) -> str:
    if _PATH.match(path):
        return path
    from urllib.parse import quote, unquote  # noqa: PLC0415 - few rules speak of URLs

    return quote(unquote(path), safe="/$&+,:;=@!'()*~")


def _query(url: URL) -> dict[str, list[str]]:
    from urllib.parse import unquote_plus  # noqa: PLC0415 - few rules speak of URLs

    found: dict[str, list[str]] = {}
    for part in url.query.split("&"):
        if not part or ";" in part or _PERCENT.search(part):
            continue
        name, _, value = part.partition("=")
        found.setdefault(unquote_plus(name), []).append(unquote_plus(value))
    return found


def _ip_or_none(text: str) -> IP | None:
    try:
        return IP(text) if not _ZERO_LED.search(text.rpartition(":")[2]) else None
    except CelError:
        return None


def _ip(value: Any) -> IP:
    if type(value) is CIDR:
        return value.address
    if type(value) is not str:
        raise no_overload("ip", value)
    return IP(value)


def _is_canonical(text: Any) -> bool:
    return bool(_ip(text).text == text)


def _made(name: str, make: type[Any]) -> Callable[[Any], Any]:
    def run(text: Any) -> Any:
        if type(text) is not str:
            raise no_overload(name, text)
        return make(text)

    return run


def _is_one(name: str, make: type[Any]) -> Callable[[Any], bool]:
    def run(text: Any) -> bool:
        if type(text) is not str:
            raise no_overload(name, text)
        try:
            make(text)
        except CelError:
            return False
        return True

    return run


def _contains_ip(network: Any, address: Any) -> bool:
    if type(network) is not CIDR:
        raise no_overload("containsIP", network)
    other = address if type(address) is IP else _ip(address)
    return other.address in network.network


def _contains_cidr(network: Any, other: Any) -> bool:
    if type(network) is not CIDR:
        raise no_overload("containsCIDR", network)
    inner = other if type(other) is CIDR else CIDR(other)
    outer = network.network
    return bool(
        inner.network.version == outer.version
        and inner.length >= network.length
        and inner.network.network_address in outer
    )


def _masked(network: Any) -> CIDR:
    if type(network) is not CIDR:
        raise no_overload("masked", network)
    return CIDR(str(network.network))


def _of(name: str, kind: type[Any], part: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def run(value: Any) -> Any:
        if type(value) is not kind:
            raise no_overload(name, value)
        return part(value)

    return run


def _link_local_multicast(ip: IP) -> bool:
    if ip.address.version == 4:
        return ip.text.startswith("224.0.0.")
    return bool(ip.address.is_multicast) and (int(ip.address) >> 112) & 0xF == 2


def _global_unicast(ip: IP) -> bool:
    address = ip.address
    return not (
        address.is_unspecified
        or address.is_loopback
        or address.is_multicast
        or address.is_link_local
        or ip.text == "255.255.255.255"
    )


FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "ip": _ip, "isIP": _is_one("isIP", IP), "ip.isCanonical": _is_canonical, "cidr": _made("cidr", CIDR),
    "isCIDR": _is_one("isCIDR", CIDR), "url": _made("url", URL), "isURL": _is_one("isURL", URL),
}  # fmt: skip

METHODS: Final[Mapping[str, Callable[..., Any]]] = {
    "family": _of("family", IP, lambda ip: ip.address.version),
    "isUnspecified": _of("isUnspecified", IP, lambda ip: ip.address.is_unspecified),
    "isLoopback": _of("isLoopback", IP, lambda ip: ip.address.is_loopback),
    "isLinkLocalMulticast": _of("isLinkLocalMulticast", IP, _link_local_multicast),
    "isLinkLocalUnicast": _of("isLinkLocalUnicast", IP, lambda ip: ip.address.is_link_local),
    "isGlobalUnicast": _of("isGlobalUnicast", IP, _global_unicast),
    "containsIP": _contains_ip, "containsCIDR": _contains_cidr, "ip": _ip, "masked": _masked,
    "prefixLength": _of("prefixLength", CIDR, lambda network: network.length),
    "getScheme": _of("getScheme", URL, lambda url: url.scheme), "getHost": _of("getHost", URL, lambda url: url.host),
    "getHostname": _of("getHostname", URL, lambda url: url.hostname),
    "getPort": _of("getPort", URL, lambda url: url.port),
    "getEscapedPath": _of("getEscapedPath", URL, lambda url: url.path), "getQuery": _of("getQuery", URL, _query),
}  # fmt: skip
