"""Forms of names and values, after apimachinery ``pkg/util/validation``: each gives what is wrong, or nothing."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

from kubelens.kube.go_int import parse_int
from kubelens.syntax.pattern import pattern

_LABEL: Final = pattern(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?\Z", re.ASCII)
_SUBDOMAIN: Final = pattern(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*\Z", re.ASCII)
_UNDERSCORE_SUBDOMAIN: Final = pattern(
    r"[a-z0-9_](?:[-_a-z0-9]*[a-z0-9_])?(?:\.[a-z0-9_](?:[-_a-z0-9]*[a-z0-9_])?)*\Z", re.ASCII
)
_LABEL_1035: Final = pattern(r"[a-z](?:[-a-z0-9]*[a-z0-9])?\Z", re.ASCII)
_NAME: Final = pattern(r"(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\Z", re.ASCII)
_LABEL_VALUE: Final = pattern(r"(?:(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?\Z", re.ASCII)
_WILDCARD: Final = pattern(r"\*\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*\Z", re.ASCII)
_PORT_NAME: Final = pattern(r"[-a-z0-9]+\Z", re.ASCII)
_KEY: Final = pattern(r"[-._a-zA-Z0-9]+\Z", re.ASCII)
_ENV: Final = pattern(r"[ -<>-~]+\Z", re.ASCII)
_HEADER: Final = pattern(r"[-A-Za-z0-9]+\Z", re.ASCII)
_PERCENT: Final = pattern(r"[0-9]+%\Z", re.ASCII)
_PATH_CHARACTERS: Final = pattern(r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+\Z", re.ASCII)
_SLOPPY_OCTET: Final = pattern(r"(?:\d{1,}\.){3}\d{1,}\Z", re.ASCII)


def is_dns1123_label(text: str) -> list[str]:
    """Lower-case letters, digits and ``-``, at most 63, as in ``web-1``."""
    out: list[str] = []
    if len(text) > 63:
        out.append("must have at most 63 characters")
    if not _LABEL.match(text):
        out.append("must hold only lower-case letters, digits and '-', beginning and ending with a letter or digit")
    return out


def is_dns1123_subdomain(text: str) -> list[str]:
    """Labels joined by dots, at most 253, as in ``shop.example.com``."""
    out: list[str] = []
    if len(text) > 253:
        out.append("must have at most 253 characters")
    if not _SUBDOMAIN.match(text):
        out.append(
            "must hold only lower-case letters, digits, '-' and '.', each part beginning and ending with a letter or digit"
        )
    return out


def is_dns1123_subdomain_with_underscore(text: str) -> list[str]:
    """A subdomain in which ``_`` is allowed too."""
    out: list[str] = []
    if len(text) > 253:
        out.append("must have at most 253 characters")
    if not _UNDERSCORE_SUBDOMAIN.match(text):
        out.append("must hold only lower-case letters, digits, '-', '_' and '.'")
    return out


def is_dns1035_label(text: str) -> list[str]:
    """Like a DNS-1123 label, beginning with a letter."""
    out: list[str] = []
    if len(text) > 63:
        out.append("must have at most 63 characters")
    if not _LABEL_1035.match(text):
        out.append(
            "must hold only lower-case letters, digits and '-', beginning with a letter, ending with a letter or digit"
        )
    return out


def is_wildcard_dns1123_subdomain(text: str) -> list[str]:
    """``*.`` and a subdomain."""
    out: list[str] = []
    if len(text) > 253:
        out.append("must have at most 253 characters")
    if not _WILDCARD.match(text):
        out.append("must be '*.' and a domain, as in *.example.com")
    return out


def is_qualified_name(text: str) -> list[str]:
    """A label key: a name of at most 63 characters, with an optional domain and ``/`` before it."""
    prefix, slash, name = text.rpartition("/")
    if "/" in prefix:
        return ["must be a name, or a domain and a name with one '/' between them"]
    out: list[str] = []
    if slash:
        if not prefix:
            out.append("nothing stands before the '/'")
        else:
            out.extend(f"the part before '/': {problem}" for problem in is_dns1123_subdomain(prefix))
    if not name:
        out.append("the name is empty")
    elif len(name) > 63:
        out.append("must have at most 63 characters in the name")
    if not _NAME.match(name):
        out.append("must hold only letters, digits, '-', '_' and '.', beginning and ending with a letter or digit")
    return out


def is_valid_label_value(text: str) -> list[str]:
    """At most 63 characters, empty or beginning and ending with a letter or digit."""
    out: list[str] = []
    if len(text) > 63:
        out.append("must have at most 63 characters")
    if not _LABEL_VALUE.match(text):
        out.append("must hold only letters, digits, '-', '_' and '.', beginning and ending with a letter or digit")
    return out


def is_domain_prefixed_path(text: str) -> list[str]:
    """``example.com/path``: a domain, ``/`` and a path."""
    if not text:
        return ["is empty"]
    host, slash, path = text.partition("/")
    if not slash or not host or not path:
        return ["must be a domain, '/' and a path, as in example.com/thing"]
    out = is_dns1123_subdomain(host)
    if not _PATH_CHARACTERS.match("/" + path):
        out.append("the path holds characters that are not allowed in one")
    return out


def is_fully_qualified_name(text: str) -> list[str]:
    """A subdomain of at least three parts."""
    if not text:
        return ["is empty"]
    if problems := is_dns1123_subdomain(text):
        return problems
    return ["must be a domain of at least three parts"] if text.count(".") < 2 else []


def is_fully_qualified_domain_name(text: str) -> list[str]:
    """A subdomain of at least two parts, a dot at the end allowed."""
    if not text:
        return ["is empty"]
    bare = text.removesuffix(".")
    if problems := is_dns1123_subdomain(bare):
        return problems
    return ["must be a domain of at least two parts"] if "." not in bare else []


def is_valid_port_num(port: int) -> list[str]:
    """1 to 65535."""
    return [] if 1 <= port <= 65535 else ["must be between 1 and 65535"]


def is_valid_port_name(text: str) -> list[str]:
    """An IANA service name: at most 15 lower-case letters, digits and single dashes, with a letter in it."""
    out: list[str] = []
    if len(text) > 15:
        out.append("must have at most 15 characters")
    if not _PORT_NAME.match(text):
        out.append("must hold only lower-case letters, digits and '-'")
    if not any("a" <= c <= "z" for c in text):
        out.append("must have at least one letter")
    if "--" in text:
        out.append("must not hold two dashes in a row")
    if text and (text[0] == "-" or text[-1] == "-"):
        out.append("must not begin or end with '-'")
    return out


def is_env_var_name(text: str) -> list[str]:
    """Printable ASCII without ``=`` (the relaxed form, 1.34 and later)."""
    return [] if _ENV.match(text) else ["must hold printable ASCII characters other than '='"]


def is_config_map_key(text: str) -> list[str]:
    """A key of a ConfigMap or Secret: a file name of letters, digits, ``-``, ``_`` and ``.``."""
    out: list[str] = []
    if len(text) > 253:
        out.append("must have at most 253 characters")
    if not _KEY.match(text):
        out.append("must hold only letters, digits, '-', '_' and '.'")
    if text in (".", ".."):
        out.append(f"'{text}' is no file name")
    elif text.startswith(".."):
        out.append("must not begin with '..'")
    return out


def is_http_header_name(text: str) -> list[str]:
    """Letters, digits and ``-``."""
    return [] if _HEADER.match(text) else ["must hold only letters, digits and '-'"]


def is_valid_percent(text: str) -> list[str]:
    """Digits and ``%``."""
    return [] if _PERCENT.match(text) else ["must be a number and '%', as in 25%"]


def is_path_segment_name(text: str) -> list[str]:
    """What can be one part of a URL path: neither ``.`` nor ``..``, no ``/`` and no ``%``."""
    if text in (".", ".."):
        return [f"must not be '{text}'"]
    return [f"must not hold '{character}'" for character in "/%" if character in text]


def parse_ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An address as Go's lenient parser reads it (leading zeros in IPv4), None where it is none."""
    if _SLOPPY_OCTET.match(text):
        octets = [parse_int(part) for part in text.split(".")]
        known = [octet for octet in octets if octet is not None and octet < 256]
        return ipaddress.IPv4Address(".".join(map(str, known))) if len(known) == len(octets) else None
    if "%" in text:
        return None
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def parse_cidr(text: str) -> ipaddress.IPv4Interface | ipaddress.IPv6Interface | None:
    """An address with a prefix length as Go's lenient parser reads it, None where it is none."""
    address, slash, prefix = text.partition("/")
    if not slash or not prefix.isascii() or not prefix.isdigit() or len(prefix) > 3:
        return None
    parsed = parse_ip(address)
    if parsed is None or int(prefix) > parsed.max_prefixlen:
        return None
    return ipaddress.ip_interface(f"{parsed}/{int(prefix)}")


def is_valid_ip(text: str) -> list[str]:
    """An IPv4 or IPv6 address."""
    return [] if parse_ip(text) is not None else ["must be an IP address, as in 10.9.8.7 or 2001:db8::ffff"]


def is_strict_ip(text: str) -> list[str]:
    """An address in its canonical form: no leading zeros, no IPv4 mapped into IPv6."""
    parsed = parse_ip(text)
    if parsed is None:
        return ["must be an IP address, as in 10.9.8.7 or 2001:db8::ffff"]
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        return ["must not be an IPv4 address mapped into IPv6"]
    if isinstance(parsed, ipaddress.IPv4Address) and str(parsed) != text:
        return ["must not have leading zeros"]
    return []


def is_strict_cidr(text: str) -> list[str]:
    """A range in its canonical form: no bits beyond the prefix."""
    parsed = parse_cidr(text)
    if parsed is None:
        return ["must be a range in CIDR form, as in 10.9.8.0/24 or 2001:db8::/64"]
    if parsed.ip != parsed.network.network_address:
        return [f"must have no bits set beyond the prefix: {parsed.network}"]
    if problems := is_strict_ip(text.partition("/")[0]):
        return problems
    prefix = text.partition("/")[2]
    return ["must not have leading zeros"] if len(prefix) > 1 and prefix[0] == "0" else []
