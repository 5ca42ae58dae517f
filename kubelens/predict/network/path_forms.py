"""What of a request's path proxies may change before they look at their rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kubelens.predict.api import Assumption
from kubelens.predict.network.request import Request
from kubelens.syntax.pattern import pattern

_UNRESERVED: Final = pattern(r"%(?:2[dD]|2[eE]|3[0-9]|4[1-9a-fA-F]|5[0-9aA]|5[fF]|6[1-9a-fA-F]|7[0-9aA]|7[eE])")
"""Escapes of what needs none (RFC 3986, section 2.3): letters, digits, ``-._~``."""


def taken_as_written(request: Request) -> tuple[Assumption, ...]:
    """That a path is matched as it is written, where proxies may read it otherwise.

    Envoy's ``normalize_path`` (RFC 3986; Istio has it on by default, its Ingresses, Gateways and VirtualServices alike),
    ``merge_slashes`` and ``path_with_escaped_slashes_action``; others have switches like these.
    """
    if not (parts := list(_changeable(request.path))):
        return ()
    text = (
        f"path {request.path} is matched as it is written: a proxy may change {' and '.join(parts)} before it looks at its rules "
        "(Envoy: normalize_path, on in Istio by default, for Ingresses, Gateways and VirtualServices alike; merge_slashes and "
        "path_with_escaped_slashes_action, off there)"
    )
    return (Assumption(text),)


def _changeable(path: str) -> Iterator[str]:
    if "//" in path:
        yield "slashes one after another"
    if "\\" in path:
        yield "backslashes"
    elements = re.sub("%2[eE]", ".", path).replace("\\", "/").split("/")
    if "." in elements or ".." in elements:
        yield "the elements . and .."
    if re.search("%(?:2[fF]|5[cC])", path):
        yield "escaped slashes"
    if _UNRESERVED.search(path):
        yield "escapes of letters, digits and -._~"
