"""Which backend of the Ingresses of a class answers a request, as the class's controller reads them."""

from __future__ import annotations

from msgspec import Struct

from kubelens.kube.network import Ingress
from kubelens.predict.api import Ask, Assumption, Prediction
from kubelens.predict.network.destination import Route
from kubelens.predict.network.ingress_classes import class_of, ingresses_of
from kubelens.predict.network.ingress_controllers.behaviour import Behaviour
from kubelens.predict.network.ingress_controllers.known import controller_named, shown_controller
from kubelens.predict.network.ingress_controllers.specification import by_specification
from kubelens.predict.network.request import Request

SPECIFICATION = "specification"
"""A controller's name for none: the API's own text."""


class IngressRoutesOf(Struct, frozen=True):
    """How each IngressClass in use answers a request.

    ``controller``: the name of one, ``specification`` for none, ``""`` for what the class or the annotations show.
    """

    request: Request
    controller: str = ""

    def answer(self, ask: Ask) -> Prediction[tuple[Route, ...]]:
        """One Route for each class, in alphabetical order."""
        groups: dict[str, list[Ingress]] = {}
        for ingress in ingresses_of(ask.bundle):
            groups.setdefault(class_of(ask.bundle, ingress), []).append(ingress)
        routes: list[Route] = []
        assumptions: list[Assumption] = []
        for name, group in sorted(groups.items()):
            entry = f"IngressClass {name}" if name else "the default IngressClass"
            controller, shown = controller_named(self.controller), None
            if not self.controller:
                controller, shown = shown_controller(ask.bundle, name, group)
            if controller is None:
                found = by_specification(ask, entry, group, self.request, Behaviour())
            else:
                found = controller.answer(ask, f"{entry} ({controller.name})", group, self.request)
            routes.append(found.route)
            assumptions += [*([shown] if shown is not None else []), *found.assumptions]
        return Prediction(tuple(routes), assumptions=tuple(dict.fromkeys(assumptions)))
