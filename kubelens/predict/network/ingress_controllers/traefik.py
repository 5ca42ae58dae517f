"""Traefik 3 (its documentation: "Kubernetes Ingress", "Routers: rule, priority").

A path of any type but Exact is a prefix of texts (``PathPrefix``; ``strictPrefixMatching`` is off). Every rule of every
host competes: the longest rule's text wins, so the rule of a wildcard host may come before an exact one. A
``defaultBackend`` answers what no rule does. Middlewares are objects of their own and are not followed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kubelens.kube.network import Ingress, IngressPath, IngressRule
from kubelens.predict.api import Ask
from kubelens.predict.network.ingress_controllers.behaviour import EXACT, Answered, Behaviour, Controller
from kubelens.predict.network.ingress_controllers.specification import by_specification
from kubelens.predict.network.request import Request

_PREFIX: Final = "traefik.ingress.kubernetes.io/"


def fits(path: IngressPath, request_path: str) -> bool:
    """Exact, or a prefix of the text."""
    written = path.path or "/"
    return request_path == written if path.type == EXACT else request_path.startswith(written)


def rank(rule: IngressRule, path: IngressPath) -> tuple[int, ...]:
    """The longest rule first, as Traefik writes it."""
    parts = []
    if rule.host.startswith("*."):
        escaped = rule.host[1:].replace(".", r"\.")
        parts.append(f"HostRegexp(`^[a-zA-Z0-9-]+{escaped}$`)")
    elif rule.host:
        parts.append(f"Host(`{rule.host}`)")
    if path.path:
        matcher = "Path" if path.type == EXACT else "PathPrefix"
        parts.append(f"{matcher}(`{path.path}`)")
    return (-len(" && ".join(parts)),)


BEHAVIOUR: Final = Behaviour(
    "traefik",
    (_PREFIX,),
    fits=fits,
    rank=rank,
    hosts_compete=True,
    inert=frozenset(
        {
            "router.tls.certresolver", "router.tls.options", "router.tls.domains.n.main", "router.tls.domains.n.sans",
            "router.observability.accesslogs", "router.observability.metrics", "router.observability.tracing",
            "service.serversscheme", "service.serverstransport", "service.passhostheader", "service.nativelb",
            "service.nodeportlb", "service.sticky.cookie", "service.sticky.cookie.name", "service.sticky.cookie.secure",
            "service.sticky.cookie.samesite", "service.sticky.cookie.httponly", "service.sticky.cookie.maxage",
        }
    ),
    assumes=("the entry point takes the request: annotations and flags that bind routers to one are not followed",),
)  # fmt: skip


def answer(ask: Ask, entry: str, group: Sequence[Ingress], request: Request) -> Answered:
    """The answer of Traefik."""
    return by_specification(ask, entry, group, request, BEHAVIOUR)


CONTROLLER: Final = Controller("traefik", ("traefik.io/ingress-controller",), ("traefik",), (_PREFIX,), answer)
