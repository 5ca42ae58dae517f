"""The AWS Load Balancer Controller's Application Load Balancers (its documentation: "Ingress specification", "annotations").

Rules stand in an order, that of the hosts as written; of one host Exact paths, then Prefix ones from the longest, then
ImplementationSpecific ones as written, which are patterns with ``*`` and ``?``. A host's ``*`` stands for any characters,
dots included. Without a rule: 404. An Ingress has a load balancer of its own unless it names a group.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import translate
from functools import lru_cache
from re import Pattern, compile
from typing import Final

from kubelens.kube.go_int import parse_int
from kubelens.kube.network import Ingress, IngressPath, IngressRule
from kubelens.predict.api import Ask, Assumption
from kubelens.predict.network.destination import Redirect
from kubelens.predict.network.ingress_controllers.behaviour import (
    EXACT,
    PREFIX,
    Answered,
    Behaviour,
    Controller,
    fits_by_specification,
)
from kubelens.predict.network.ingress_controllers.specification import by_specification
from kubelens.predict.network.request import Request

_PREFIX: Final = "alb.ingress.kubernetes.io/"


def fits(path: IngressPath, request_path: str) -> bool:
    """As the specification says, but for ImplementationSpecific: a pattern."""
    if path.type in (EXACT, PREFIX):
        return fits_by_specification(path, request_path)
    return _pattern(path.path or "/*").fullmatch(request_path) is not None


def host_fits(rule: str, host: str) -> bool:
    """A host of a rule, where ``*`` is any text."""
    return not rule or _pattern(rule.lower()).fullmatch(host) is not None


@lru_cache(1000)
def _pattern(text: str) -> Pattern[str]:
    """``*`` and ``?`` alone have a meaning; stars one after another are one."""
    while "**" in text:
        text = text.replace("**", "*")
    return compile(translate(text.replace("[", "[[]")))


def rank(rule: IngressRule, path: IngressPath) -> tuple[int, ...]:
    """Hosts as written; of one Exact, then Prefix from the longest on, then ImplementationSpecific as written."""
    host, *_, number = (step for step in (*rule.at, *path.at) if isinstance(step, int))
    if path.type == EXACT:
        return (host, 0, 0)
    if path.type == PREFIX:
        return (host, 1, -len(path.path or "/"))
    return (host, 2, number)


def redirect(ingress: Ingress, request: Request) -> Redirect | None:
    """``ssl-redirect``: the port that plain requests are sent to, with 301."""
    port = ingress.resource.annotations.get(f"{_PREFIX}ssl-redirect", "")
    if request.scheme != "http" or (number := parse_int(port)) is None:
        return None
    return Redirect(301, scheme="https", port=number if port != "443" else None)


BEHAVIOUR: Final = Behaviour(
    "aws",
    (_PREFIX,),
    fits=fits,
    rank=rank,
    host_fits=host_fits,
    hosts_compete=True,
    redirect=redirect,
    modelled=frozenset({"ssl-redirect", "group.name"}),
    inert=frozenset(
        {
            "scheme", "subnets", "security-groups", "manage-backend-security-group-rules", "load-balancer-name",
            "ip-address-type", "tags", "target-type", "backend-protocol", "backend-protocol-version", "certificate-arn",
            "ssl-policy", "healthcheck-path", "healthcheck-port", "healthcheck-protocol", "healthcheck-interval-seconds",
            "healthcheck-timeout-seconds", "healthy-threshold-count", "unhealthy-threshold-count", "success-codes",
            "load-balancer-attributes", "target-group-attributes", "target-node-labels", "customer-owned-ipv4-pool",
            "shield-advanced-protection",
        }
    ),
    assumes=("the load balancer has a listener for the scheme (listen-ports, certificates)",),
)  # fmt: skip


def answer(ask: Ask, entry: str, group: Sequence[Ingress], request: Request) -> Answered:
    """The answer of an Application Load Balancer."""
    found = by_specification(ask, entry, group, request, BEHAVIOUR)
    alone = [i.name for i in group if f"{_PREFIX}group.name" not in i.resource.annotations]
    if len(group) > 1 and alone:
        text = f"the Ingresses of the class share a load balancer; without group.name {', '.join(alone)} has one alone"
        found.assumptions.append(Assumption(text))
    return found


CONTROLLER: Final = Controller("aws", ("ingress.k8s.aws/alb", "eks.amazonaws.com/alb"), ("alb",), (_PREFIX,), answer)
