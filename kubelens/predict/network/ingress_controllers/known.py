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
    Controller(
        "nginx", ("k8s.io/ingress-nginx",), ("nginx",), ("nginx.ingress.kubernetes.io/",), nginx.route, (), True
    ),
    traefik.CONTROLLER,
    haproxy.CONTROLLER,
    aws.CONTROLLER,
    gke.CONTROLLER,
)


NOTHING: Final = Assumption("")
"""Stands for no assumption."""


def controller_names() -> tuple[str, ...]:
    """The names ``--controller`` takes."""
    return tuple(sorted(c.name for c in CONTROLLERS))


def controller_named(name: str) -> Controller | None:
    """The controller of a name."""
    return next((c for c in CONTROLLERS if c.name == name), None)


def shown_controller(bundle: Bundle, class_name: str, group: Sequence[Ingress]) -> tuple[Controller | None, Assumption]:
    """The controller that the IngressClass, the annotations or the class's name show, and what that takes for granted.

    None where nothing shows one, or where the class is another controller's. The assumption is empty where the class says it.
    """
    written = next((c for c in classes_of(bundle) if c.name == class_name), None)
    if written is not None and written.controller:
        return _of_class(class_name, written.controller)
    title = f"IngressClass {class_name}, not among the files," if class_name else "the default IngressClass"
    names = {n for ingress in group for n in ingress.resource.annotations}
    for controller in CONTROLLERS:
        if any(name.startswith(controller.prefixes) for name in names):
            return controller, Assumption(f"{title} is of {controller.classes[0]}, as annotations show")
    for controller in CONTROLLERS:
        if class_name in controller.names:
            return controller, Assumption(f"{title} is of {controller.classes[0]}, as its name says")
    return None, Assumption(
        f"{title} is of a controller that goes by the Ingress API's own text (--controller names one)"
    )


def _of_class(name: str, written: str) -> tuple[Controller | None, Assumption]:
    """By the ``spec.controller`` of a class. A second ingress-nginx has a name of its own below ``k8s.io``."""
    for controller in CONTROLLERS:
        if controller.has_class(written):
            return controller, NOTHING
    if written.startswith("k8s.io/") and "nginx" in written:
        return CONTROLLERS[0], Assumption(f"{written} of IngressClass {name} is ingress-nginx")
    return None, Assumption(
        f"{written} of IngressClass {name}, which is not modelled, goes by the Ingress API's own text: what its documentation "
        "says differently is not followed"
    )
