"""Which backend of the Ingresses of a class answers a request, as the class's controller reads them."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from kubelens.kube.network import Ingress
from kubelens.predict.api import Ask, Assumption, Prediction
from kubelens.predict.network.destination import Route
from kubelens.predict.network.ingress_classes import class_of, classes_of, ingresses_of
from kubelens.predict.network.ingress_controllers.behaviour import Answered, Behaviour
from kubelens.predict.network.ingress_controllers.foreign import without_effect
from kubelens.predict.network.ingress_controllers.known import NOTHING, controller_named, shown_controller
from kubelens.predict.network.ingress_controllers.specification import by_specification
from kubelens.predict.network.path_forms import taken_as_written
from kubelens.predict.network.request import Request
from kubelens.predict.network.services_let_in import let_in_at

SPECIFICATION = "specification"
"""A controller's name for none: the API's own text."""


class IngressRoutesOf(Struct, frozen=True):
    """How each IngressClass in use answers a request.

    ``controller``: the name of one, ``specification`` for none, ``""`` for what the class or the annotations show.
    """

    request: Request
    controller: str = ""

    def answer(self, ask: Ask) -> Prediction[tuple[Route, ...]]:
        """One Route for each class, in alphabetical order; several where load balancers of one may each take the host."""
        groups: dict[str, list[Ingress]] = {}
        for ingress in ingresses_of(ask.bundle):
            groups.setdefault(class_of(ask.bundle, ingress), []).append(ingress)
        routes: list[Route] = []
        assumptions: list[Assumption] = []
        for name, group in sorted(groups.items()):
            entry = f"IngressClass {name}" if name else "the default IngressClass"
            controller, shown = controller_named(self.controller), NOTHING
            if not self.controller:
                controller, shown = shown_controller(ask.bundle, name, group)
            if controller is None or not controller.reads_paths:
                assumptions += taken_as_written(self.request)
            if controller is None:
                found = by_specification(ask, entry, group, self.request, Behaviour())
            else:
                found = controller.answer(ask, f"{entry} ({controller.name})", group, self.request)
                foreign = tuple(without_effect(controller, group, self.request))
                found = replace(found, route=replace(found.route, notes=(*found.route.notes, *foreign)))
            taker = next((c for c in classes_of(ask.bundle) if c.name == name and not c.is_default), None)
            if taker is not None and any(not (one.class_name or one.class_annotation) for one in group):
                taken = f"the controller of IngressClass {name} takes Ingresses without a class, as it does by default"
                assumptions.append(Assumption(taken))
            if not name:
                found = _without_class(found, ask, asked=bool(self.controller))
            routes += (found.route, *found.beside)
            assumptions += [*([shown] if shown != NOTHING else []), *found.assumptions]
        assumptions += let_in_at(ask, routes)
        return Prediction(tuple(routes), assumptions=tuple(dict.fromkeys(assumptions)))


def _without_class(found: Answered, ask: Ask, *, asked: bool) -> Answered:
    """What becomes of Ingresses that name no class where none is the default.

    ``asked``: the user says which controller takes them. Where the files hold classes, those are taken for all there are.
    """
    if asked:
        return replace(
            found, assumptions=[*found.assumptions, Assumption("the controller takes Ingresses without a class")]
        )
    if not any(True for _ in classes_of(ask.bundle)):
        taken = "the cluster has a default IngressClass, or a controller that takes Ingresses without a class"
        return replace(found, assumptions=[*found.assumptions, Assumption(taken)])
    route = found.route
    names = [one.name for one in classes_of(ask.bundle)]
    told = f"IngressClass {names[0]} is not" if len(names) == 1 else f"none of the IngressClasses {', '.join(names)} is"
    if all(one.place is None for one in (route, *found.beside)):
        return found
    nobody = replace(
        route,
        entry="no IngressClass",
        destinations=(),
        status=404,
        redirect=None,
        notes=(f"no controller takes it: it names no class, and {told} the default",),
    )
    taken = "no controller takes Ingresses without a class, and the IngressClasses of the files are all there are"
    return replace(found, route=nobody, beside=(), assumptions=[*found.assumptions, Assumption(taken)])
