"""Annotations of other ingress controllers than the one that takes an Ingress: they have no effect there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kubelens.kube.network import Ingress
from kubelens.predict.network.ingress_controllers.behaviour import Controller, concerns
from kubelens.predict.network.request import Request

_PREFIXES: Final = (
    "alb.ingress.kubernetes.io/",
    "appgw.ingress.kubernetes.io/",
    "configuration.konghq.com",
    "getambassador.io/",
    "haproxy-ingress.github.io/",
    "haproxy.com/",
    "haproxy.org/",
    "higress.io/",
    "ingress.appscode.com/",
    "ingress.cilium.io/",
    "ingress.citrix.com/",
    "ingress.gcp.kubernetes.io/",
    "ingress.kubernetes.io/",
    "k8s.apisix.apache.org/",
    "konghq.com/",
    "mse.ingress.kubernetes.io/",
    "networking.gke.io/",
    "nginx.com/",
    "nginx.ingress.kubernetes.io/",
    "nginx.org/",
    "projectcontour.io/",
    "route.openshift.io/",
    "traefik.ingress.kubernetes.io/",
)
"""How the annotations of ingress controllers begin."""


def without_effect(controller: Controller, group: Sequence[Ingress], request: Request) -> Iterator[str]:
    """One note for each Ingress that may take a request's host and has annotations of other controllers."""
    own = (*controller.prefixes, *controller.beside)
    for ingress in group:
        if not concerns(ingress, request):
            continue
        names = [n for n in ingress.resource.annotations if n.startswith(_PREFIXES) and not n.startswith(own)]
        if names:
            title = f"Ingress {ingress.namespace}/{ingress.name}"
            yield f"{title}: of other controllers, without effect on {controller.classes[0]}: {', '.join(sorted(names))}"
