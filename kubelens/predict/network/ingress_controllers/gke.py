"""GKE's Ingress (its documentation: "Ingress for Application Load Balancers", "URL paths and hosts").

ImplementationSpecific takes its path alone, or with ``/*`` at its end everything below, which is why a Prefix path becomes two,
``/foo`` and ``/foo/*`` (ingress-gce ``validateAndGetPaths``); the longest path wins. Without a rule the default backend answers,
the load balancer's own with 404. Every Ingress has a load balancer of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kubelens.kube.network import Ingress, IngressPath
from kubelens.predict.api import Ask, Assumption
from kubelens.predict.network.ingress_controllers.balancers import Balancer, by_balancer, not_set_up
from kubelens.predict.network.ingress_controllers.behaviour import (
    EXACT,
    PREFIX,
    Answered,
    Behaviour,
    Controller,
    fits_by_specification,
)
from kubelens.predict.network.ingress_controllers.specification import by_specification
from kubelens.predict.network.path_match import matches_labels
from kubelens.predict.network.request import Request

_PREFIXES: Final = (
    "ingress.gcp.kubernetes.io/",
    "networking.gke.io/",
    "ingress.kubernetes.io/",
    "kubernetes.io/ingress.",
)


def fits(path: IngressPath, request_path: str) -> bool:
    """As the specification says, but for ImplementationSpecific: a star at the end alone means more."""
    written = path.path or "/*"
    if path.type in (EXACT, PREFIX):
        return fits_by_specification(path, request_path)
    if written.endswith("/*"):
        return request_path.startswith(written[:-1])
    return request_path == written


BEHAVIOUR: Final = Behaviour(
    "gke",
    _PREFIXES,
    fits=fits,
    host_fits=matches_labels,
    inert=frozenset(
        {
            "class", "global-static-ip-name", "regional-static-ip-name", "pre-shared-cert", "managed-certificates",
            "pre-shared-certs", "backends", "forwarding-rule", "https-forwarding-rule", "https-target-proxy",
            "ssl-cert", "static-ip", "target-proxy", "url-map",
        }
    ),
    assumes=("the load balancer has a frontend for the scheme, and no FrontendConfig redirects to https",),
)  # fmt: skip


def answer(ask: Ask, entry: str, group: Sequence[Ingress], request: Request) -> Answered:
    """The answer of the load balancers of GKE that may take the host: each Ingress has one."""
    balancers = [Balancer(f"Ingress {i.namespace}/{i.name}", (i,)) for i in group]
    return by_balancer(entry, balancers, request, BEHAVIOUR, lambda e, alone: _balanced(ask, e, alone, request))


def _balanced(ask: Ask, entry: str, alone: Sequence[Ingress], request: Request) -> Answered:
    for path in (path for ingress in alone for rule in ingress.rules for path in rule.paths):
        if path.type in (EXACT, PREFIX) and "*" in path.path:
            fault = f"path {path.path} of type {path.type} must hold no *: the load balancer is not set up, or stays as it was"
            return not_set_up(entry, fault, BEHAVIOUR)
    found = by_specification(ask, entry, alone, request, BEHAVIOUR)
    below = f"{request.path}/*"
    if any(path.path == below for ingress in alone for rule in ingress.rules for path in rule.paths):
        found.assumptions.append(
            Assumption(f"path {below} does not take {request.path} itself: for Prefix paths the controller writes both")
        )
    return found


CONTROLLER: Final = Controller(
    "gke",
    ("k8s.io/ingress-gce", "networking.gke.io/ingress"),
    ("gce", "gce-internal"),
    _PREFIXES[:2],
    answer,
    _PREFIXES,
)
