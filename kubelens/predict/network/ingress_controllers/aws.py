"""The AWS Load Balancer Controller's Application Load Balancers (its documentation: "Ingress specification", "annotations").

Rules stand in an order: Ingress by Ingress (``group.order``, then namespace and name), of one the hosts as written; of one
host Exact paths, then Prefix ones from the longest, then ImplementationSpecific ones as written, which are patterns with
``*`` and ``?``. A host's ``*`` stands for any characters, dots included. Without a rule: 404. An Ingress has a load balancer
of its own unless it names a group (pkg/ingress ``sortGroupMembers``, ``buildListenerRules``,
``buildListenerDefaultActions``, ``buildPathPatterns``, ``buildTargetGroupTargetType``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from fnmatch import translate
from functools import lru_cache
from re import Pattern, compile
from typing import Final

from kubelens.kube.go_int import parse_int
from kubelens.kube.network import Ingress, IngressPath, IngressRule, ServiceBackend, ServiceType
from kubelens.predict.api import Ask, Assumption
from kubelens.predict.network.destination import Redirect, Route, find_service
from kubelens.predict.network.ingress_controllers.balancers import Balancer, by_balancer, not_set_up, passed_over
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
_GROUP: Final = "group.name"
_ORDER: Final = "group.order"
_REDIRECT: Final = "ssl-redirect"
_TARGET: Final = "target-type"
_HTTPS: Final = 443
_ORDERS: Final = range(-1000, 1001)


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
    """Of one Ingress: hosts as written; of one Exact, then Prefix from the longest on, then ImplementationSpecific as written."""
    host, *_, number = (step for step in (*rule.at, *path.at) if isinstance(step, int))
    if path.type == EXACT:
        return (host, 0, 0, number)
    if path.type == PREFIX:
        return (host, 1, -len(path.path or "/"), number)
    return (host, 2, 0, number)


BEHAVIOUR: Final = Behaviour(
    "aws",
    (_PREFIX,),
    fits=fits,
    rank=rank,
    host_fits=host_fits,
    hosts_compete=True,
    in_order=True,
    modelled=frozenset({_REDIRECT, _GROUP, _ORDER}),
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
    action_port="use-annotation",
    assumes=("every Ingress has a listener for the scheme (listen-ports, certificates)",),
)  # fmt: skip


def answer(ask: Ask, entry: str, group: Sequence[Ingress], request: Request) -> Answered:
    """The answer of the Application Load Balancers that may take the host."""
    balancers = tuple(_balancers(group))
    found = by_balancer(entry, balancers, request, BEHAVIOUR, lambda e, members: _balanced(ask, e, members, request))
    if len(balancers) > 1:
        found.assumptions.append(Assumption("no IngressClassParams of the class gives its Ingresses a group"))
    return found


def _balancers(group: Sequence[Ingress]) -> Iterator[Balancer]:
    """A balancer of each group, and of each Ingress that names none."""
    members: dict[str, list[Ingress]] = {}
    for ingress in group:
        named = _annotation(ingress, _GROUP)
        name = f"group {named}" if named is not None else f"Ingress {ingress.namespace}/{ingress.name}"
        members.setdefault(name, []).append(ingress)
    for name, found in sorted(members.items()):
        yield Balancer(name, tuple(sorted(found, key=_position)))


def _position(ingress: Ingress) -> tuple[int, str]:
    """In a group (``sortGroupMembers``)."""
    return (parse_int(_annotation(ingress, _ORDER) or "0") or 0, f"{ingress.namespace}/{ingress.name}")


def _annotation(ingress: Ingress, name: str) -> str | None:
    return ingress.resource.annotations.get(f"{_PREFIX}{name}")


def _balanced(ask: Ask, entry: str, members: Sequence[Ingress], request: Request) -> Answered:
    """The answer of one balancer. ``ssl-redirect`` of any member leaves the HTTP listener no other rule."""
    redirecting = [i for i in members if _annotation(i, _REDIRECT) is not None]
    ports = {parse_int(_annotation(i, _REDIRECT) or "") for i in redirecting}
    unexposed = list(_without_node_port(ask, members))
    refused = (title for title, kind in unexposed if kind)
    without = (f"{t} has no node port, which {_TARGET}: instance needs: the group is not set up" for t in refused)
    if fault := _fault(members, ports) or next(without, ""):
        return not_set_up(entry, fault, BEHAVIOUR)
    if request.scheme == "http" and redirecting and (port := next(iter(ports))) is not None:
        first = redirecting[0]
        to = Redirect(301, scheme="https", port=port if port != _HTTPS else None)
        rule = f"Ingress {first.namespace}/{first.name} {_REDIRECT}"
        place = first.resource.place.at("metadata", "annotations", f"{_PREFIX}{_REDIRECT}")
        passed = passed_over(members, lambda _: f"{_REDIRECT} leaves the HTTP listener no rules")
        return Answered(
            Route(entry, rule, place, (), 301, to, tuple(passed)), [Assumption(text) for text in BEHAVIOUR.assumes]
        )
    found = by_specification(ask, entry, members, request, BEHAVIOUR)
    if unexposed:
        names = ", ".join(dict.fromkeys(title for title, _ in unexposed))
        found.assumptions.append(
            Assumption(
                f"{_TARGET} is ip (IngressClassParams, --default-target-type): instance, which it is as the controller comes, "
                f"needs node ports, and sets nothing up for {names}"
            )
        )
    return found


def _without_node_port(ask: Ask, members: Sequence[Ingress]) -> Iterator[tuple[str, str]]:
    """Services behind the Ingresses that have no node port, unless target-type is ip: (title, ``instance`` where written)."""
    for ingress in members:
        paths = [path.backend for rule in ingress.rules for path in rule.paths]
        for backend in (*paths, ingress.default_backend):
            service = (
                find_service(ask.bundle, ingress.namespace, backend.name)
                if isinstance(backend, ServiceBackend)
                else None
            )
            if service is None or service.type is not ServiceType.CLUSTER_IP:
                continue
            written = service.resource.annotations.get(f"{_PREFIX}{_TARGET}") or _annotation(ingress, _TARGET) or ""
            if written != "ip":
                yield f"Service {service.namespace}/{service.name}", written


def _fault(members: Sequence[Ingress], ports: Set[int | None]) -> str:
    """Why the controller sets up nothing for a group, or changes nothing in what it has set up; empty without a fault."""
    for ingress in members:
        title = f"Ingress {ingress.namespace}/{ingress.name}"
        order = _annotation(ingress, _ORDER)
        if order is not None and parse_int(order) not in _ORDERS:
            return f"{title}: {_ORDER} must be a number from -1000 to 1000, and is {order!r}: the group is not set up"
        port = _annotation(ingress, _REDIRECT)
        if port is not None and parse_int(port) is None:
            return f"{title}: {_REDIRECT} must be a port, and is {port!r}: the group is not set up"
        for path in (path for rule in ingress.rules for path in rule.paths):
            if path.type in (EXACT, PREFIX) and set("*?") & set(path.path):
                return f"{title}: path {path.path} of type {path.type} must hold no * and no ?: the group is not set up"
    if len(ports) > 1:
        listed = ", ".join(str(port) for port in sorted(p for p in ports if p is not None))
        return f"the Ingresses' {_REDIRECT} must be one port, and are {listed}: the group is not set up"
    defaults = [f"{i.namespace}/{i.name}" for i in members if i.default_backend is not None]
    if len(defaults) > 1:
        return (
            f"one Ingress of a group may have a defaultBackend, and {', '.join(defaults)} have: the group is not set up"
        )
    return ""


CONTROLLER: Final = Controller("aws", ("ingress.k8s.aws/alb", "eks.amazonaws.com/alb"), ("alb",), (_PREFIX,), answer)
