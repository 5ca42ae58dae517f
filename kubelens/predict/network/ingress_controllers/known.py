"""The controllers that are known, and the one that a class or its Ingresses show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kubelens.kube.bundle import Bundle
from kubelens.kube.network import Ingress
from kubelens.predict.api import Assumption
from kubelens.predict.network.ingress_classes import classes_of
from kubelens.predict.network.ingress_controllers import aws, gke, haproxy, traefik
from kubelens.predict.network.ingress_controllers.behaviour import Controller
from kubelens.predict.network.ingress_controllers.nginx import route as nginx

CONTROLLERS: Final = (
    Controller("nginx", ("k8s.io/ingress-nginx",), ("nginx",), ("nginx.ingress.kubernetes.io/",), nginx.route),
    traefik.CONTROLLER,
    haproxy.CONTROLLER,
    aws.CONTROLLER,
    gke.CONTROLLER,
)


def controller_names() -> tuple[str, ...]:
    """The names ``--controller`` takes."""
    return tuple(sorted(c.name for c in CONTROLLERS))


def controller_named(name: str) -> Controller | None:
    """The controller of a name."""
    return next((c for c in CONTROLLERS if c.name == name), None)


def shown_controller(
    bundle: Bundle, class_name: str, group: Sequence[Ingress]
) -> tuple[Controller | None, Assumption | None]:
    """The controller that the IngressClass, the annotations or the class's name show, and what that takes for granted.

    None where nothing shows one, or where the class is another controller's.
    """
    written = next((c for c in classes_of(bundle) if c.name == class_name), None)
    if written is not None and written.controller:
        return next((c for c in CONTROLLERS if written.controller in c.classes), None), None
    title = f"IngressClass {class_name}, not among the files," if class_name else "the default IngressClass"
    names = {n for ingress in group for n in ingress.resource.annotations}
    for controller in CONTROLLERS:
        if any(name.startswith(controller.prefixes) for name in names):
            return controller, Assumption(f"{title} is of {controller.classes[0]}, as annotations show")
    for controller in CONTROLLERS:
        if class_name in controller.names:
            return controller, Assumption(f"{title} is of {controller.classes[0]}, as its name says")
    return None, None
