"""How addresses and ranges are written: since ``StrictIPCIDRValidation`` only in the form that has one meaning."""

from __future__ import annotations

from collections.abc import Callable

from kubelens.predict.apiserver.formats import is_strict_cidr, is_strict_ip, is_valid_ip, parse_cidr
from kubelens.predict.apiserver.options import Options

Check = Callable[[str], list[str]]
_STRICT = "StrictIPCIDRValidation"


def address_check(options: Options) -> Check:
    """What is wrong with an address, for a server."""
    return is_strict_ip if options.has(_STRICT) else is_valid_ip


def range_check(options: Options) -> Check:
    """What is wrong with a range, for a server."""
    return is_strict_cidr if options.has(_STRICT) else _is_range


def _is_range(text: str) -> list[str]:
    return [] if parse_cidr(text) is not None else ["a range in CIDR form, as in 10.9.8.0/24 or 2001:db8::/64"]
