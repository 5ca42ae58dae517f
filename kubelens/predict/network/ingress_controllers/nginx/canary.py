"""The share of requests that a canary takes (``balancer.lua``, ``route_to_alternative_balancer``)."""

from __future__ import annotations

from kubelens.predict.network.ingress_controllers.nginx.annotations import Canary
from kubelens.predict.network.ingress_controllers.nginx.matching import Unreadable, compiled
from kubelens.predict.network.request import Request


def share(canary: Canary, request: Request) -> float:
    """From 0 to 1: by header, then by cookie, then by weight."""
    if canary.header:
        sent = request.header(canary.header)
        decided = _by_header(canary, sent) if sent is not None else None
        if decided is not None:
            return decided
    if canary.cookie:
        sent = _cookies(request).get(canary.cookie)
        if sent in ("always", "never"):
            return 1.0 if sent == "always" else 0.0
    return min(max(canary.weight, 0) / canary.total, 1.0)


def _by_header(canary: Canary, sent: str) -> float | None:
    if canary.header_value:
        return 1.0 if sent == canary.header_value else None
    if canary.header_pattern:
        try:
            return 1.0 if compiled(canary.header_pattern).search(sent) is not None else None
        except Unreadable:
            return 0.0
    return {"always": 1.0, "never": 0.0}.get(sent)


def _cookies(request: Request) -> dict[str, str]:
    parts = (part.partition("=") for part in (request.header("cookie") or "").split(";"))
    return {name.strip(): value.strip() for name, _, value in parts}
