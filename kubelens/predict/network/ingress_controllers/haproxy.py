"""HAProxy Technologies' ingress controller (its documentation: "Ingress", annotations of ``haproxy.org``).

ImplementationSpecific is a prefix of the text, Prefix goes element by element; Exact comes first, then the longest path.
Plain requests are sent to https with 302 where the Ingress has a certificate (``ssl-redirect``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from kubelens.kube.network import Ingress, IngressPath, IngressRule
from kubelens.predict.api import Ask
from kubelens.predict.network.destination import Redirect
from kubelens.predict.network.ingress_controllers.behaviour import (
    EXACT,
    IMPLEMENTATION_SPECIFIC,
    Answered,
    Behaviour,
    Controller,
    Seen,
    fits_by_specification,
)
from kubelens.predict.network.ingress_controllers.nginx.matching import Unreadable, compiled
from kubelens.predict.network.ingress_controllers.specification import by_specification
from kubelens.predict.network.path_match import matches_one_label
from kubelens.predict.network.request import Request

_PREFIXES: Final = ("haproxy.org/", "ingress.kubernetes.io/", "haproxy.com/")
_REDIRECT: Final = 302
_PARAMETERS: Final = 2
"""Words that ``path-rewrite`` takes at most."""


def fits(path: IngressPath, request_path: str) -> bool:
    """As the specification says, but for ImplementationSpecific."""
    if path.type == IMPLEMENTATION_SPECIFIC:
        return request_path.startswith(path.path or "/")
    return fits_by_specification(path, request_path)


def rank(rule: IngressRule, path: IngressPath) -> tuple[int, ...]:
    """Exact paths first, then the longest."""
    del rule
    return (0 if path.type == EXACT else 1, -len(path.path or "/"))


def redirect(ingress: Ingress, request: Request) -> Redirect | None:
    """To https, or to another host: ``ssl-redirect``, ``request-redirect``."""
    written = _written(ingress)
    if host := written.get("request-redirect", ""):
        return Redirect(_code(written.get("request-redirect-code", "")), host=host)
    if request.scheme != "http":
        return None
    covered = any(matches_one_label(h, request.host) for tls in ingress.tls for h in tls.hosts or ("",))
    if written.get("ssl-redirect", "true" if covered else "false") != "true":
        return None
    return Redirect(_code(written.get("ssl-redirect-code", "")), scheme="https")


def _written(ingress: Ingress) -> dict[str, str]:
    """Its annotations without their prefix."""
    return {
        name.removeprefix(prefix): value
        for name, value in ingress.resource.annotations.items()
        for prefix in _PREFIXES
        if name.startswith(prefix)
    }


def seen(ingress: Ingress, request: Request) -> Seen:
    """What ``path-rewrite`` leaves of the path: a new one, or a pattern and what stands for a path in which it is found.

    HAProxy's ``replace-path`` puts the text in place of the whole path, with ``\\1`` to ``\\9`` for groups.
    """
    text = _written(ingress).get("path-rewrite", "").strip()
    if not text:
        return Seen()
    title = f"Ingress {ingress.namespace}/{ingress.name}: path-rewrite"
    lines = [line.split() for line in text.split("\n")]
    if len(lines) > 1:
        return Seen(assumption=f"{title} of several lines is not followed: what the backend sees may differ")
    if len(lines[0]) > _PARAMETERS:
        return Seen(note=f"{title} takes 1 or 2 words and has {len(lines[0])}: the controller leaves it out")
    pattern, replacement = lines[0] if len(lines[0]) == _PARAMETERS else ("(.*)", lines[0][0])
    try:
        found = compiled(pattern).search(request.path)
    except Unreadable:
        return Seen(assumption=f"{title}: the pattern {pattern} is not followed: what the backend sees may differ")
    if "%" in replacement or re.search(r"\\[^0-9]", replacement):
        return Seen(assumption=f"{title}: the text {replacement} is not followed: what the backend sees may differ")
    if found is None:
        return Seen()
    groups = ("", *found.groups())
    whole = found.group() or ""

    def group(reference: re.Match[str]) -> str:
        number = int(reference[1])
        return whole if not number else (groups[number] or "") if number < len(groups) else ""

    return Seen(re.sub(r"\\([0-9])", group, replacement))


def _code(text: str) -> int:
    return int(text) if text in ("301", "302", "303", "307", "308") else _REDIRECT


BEHAVIOUR: Final = Behaviour(
    "haproxy",
    _PREFIXES,
    fits=fits,
    rank=rank,
    redirect=redirect,
    seen=seen,
    modelled=frozenset({"path-rewrite", "ssl-redirect", "ssl-redirect-code", "request-redirect", "request-redirect-code"}),
    inert=frozenset(
        {
            "check", "check-http", "check-interval", "cookie-persistence", "cors-allow-credentials", "cors-allow-headers",
            "cors-allow-methods", "cors-allow-origin", "cors-enable", "cors-max-age", "forwarded-for", "load-balance",
            "pod-maxconn", "request-capture", "request-capture-len", "response-set-header", "request-set-header",
            "scale-server-slots", "send-proxy-protocol", "server-ca", "server-crt", "server-proto", "server-ssl",
            "src-ip-header", "timeout-check", "timeout-client", "timeout-connect", "timeout-http-keep-alive",
            "timeout-http-request", "timeout-queue", "timeout-server", "timeout-server-fin", "timeout-tunnel",
        }
    ),
)  # fmt: skip


def answer(ask: Ask, entry: str, group: Sequence[Ingress], request: Request) -> Answered:
    """The answer of HAProxy."""
    return by_specification(ask, entry, group, request, BEHAVIOUR)


CONTROLLER: Final = Controller(
    "haproxy", ("haproxy.org/ingress-controller",), ("haproxy",), ("haproxy.org/", "haproxy.com/"), answer, _PREFIXES
)
