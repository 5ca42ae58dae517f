"""Formats a custom resource's schema can ask of a string (kube-openapi ``pkg/validation/strfmt``); others are ignored."""

from __future__ import annotations

import base64
import datetime
import ipaddress
import re
from collections.abc import Callable
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from kubelens.predict.apiserver.formats import is_dns1123_label, is_dns1123_subdomain, is_qualified_name
from kubelens.syntax.pattern import pattern

_DATE_TIME: Final = pattern(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:[.,]\d+)?(?:[Zz]|[+-](\d\d):(\d\d))\Z", re.ASCII
)
_UUID: Final = pattern(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\Z", re.ASCII | re.IGNORECASE)
_DURATION: Final = pattern(
    r"[-+]?(?:0|(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h)(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))*)\Z"
)
_WORDS: Final = pattern(
    r"\s*\d+\s*(?:ns|nano|us|µs|micro|ms|milli|s|sec|m|min|h|hr|hour|d|day|w|week|wk)s?\s*\Z", re.IGNORECASE
)
_HEX_COLOR: Final = pattern(r"#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})\Z")
_RGB: Final = pattern(r"rgb\(\s*(?:\d{1,3})\s*,\s*(?:\d{1,3})\s*,\s*(?:\d{1,3})\s*\)\Z", re.IGNORECASE)
_HOST_LABEL: Final = r"[a-zA-Z0-9\u0080-\uffff](?:[-a-zA-Z0-9\u0080-\uffff]{0,61}[a-zA-Z0-9\u0080-\uffff])?"
_EMAIL: Final = pattern(r"[^@\s<>]+@[^@\s<>]+\Z")
_MAC: Final = pattern(r"(?:[0-9A-Fa-f]{2}([:-]))(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}\Z")
_SSN: Final = pattern(r"\d{3}[- ]?\d{2}[- ]?\d{4}\Z")


@cache
def _host_pattern() -> re.Pattern[str]:
    return re.compile(rf"{_HOST_LABEL}(?:\.{_HOST_LABEL})*\.?\Z")


def _date(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2006-01-02")


def _date_time(text: str) -> bool:
    found = _DATE_TIME.match(text)
    if found is None:
        return False
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    return hour < 24 and minute < 60 and second < 60 and _date(f"{year:04}-{month:02}-{day:02}")


def _ip(version: int) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        try:
            return ipaddress.ip_address(text).version == version
        except ValueError:
            return False

    return check


def _cidr(text: str) -> bool:
    try:
        ipaddress.ip_interface(text)
    except ValueError:
        return False
    return "/" in text


def _uri(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return bool(parts.scheme) or text.startswith("/")


def _base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except ValueError:
        return False
    return True


def _uuid(version: str) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        bare = text.replace("-", "")
        return _UUID.match(text) is not None and bare[12] == version

    return check


FORMATS: Final[dict[str, Callable[[str], bool]]] = {
    "date": _date,
    "datetime": _date_time,
    "date-time": _date_time,
    "duration": lambda text: bool(_DURATION.match(text) or _WORDS.match(text)),
    "email": lambda text: _EMAIL.match(text) is not None,
    "hostname": lambda text: _host_pattern().match(text) is not None and len(text) <= 255,
    "ipv4": _ip(4),
    "ipv6": _ip(6),
    "cidr": _cidr,
    "mac": lambda text: _MAC.match(text) is not None,
    "uri": _uri,
    "uuid": lambda text: _UUID.match(text) is not None,
    "uuid3": _uuid("3"),
    "uuid4": _uuid("4"),
    "uuid5": _uuid("5"),
    "byte": _base64,
    "hexcolor": lambda text: _HEX_COLOR.match(text) is not None,
    "rgbcolor": lambda text: _RGB.match(text) is not None,
    "ssn": lambda text: _SSN.match(text) is not None,
    "k8s-short-name": lambda text: not is_dns1123_label(text),
    "k8s-long-name": lambda text: not is_dns1123_subdomain(text),
    "k8s-label-key": lambda text: not is_qualified_name(text),
}
