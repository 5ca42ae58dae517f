"""Controllers that set up a load balancer for some Ingresses of a class each: which of them take a host, and their answers.

Every balancer has an address of its own, and DNS leads a host to one. Those whose rules name the host are asked; without one
those that take any host; without one all, which answer alike unless one redirects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.kube.network import Ingress
from kubelens.predict.api import Assumption, Reason
from kubelens.predict.first_names import first_names
from kubelens.predict.network.destination import Redirect, Route
from kubelens.predict.network.ingress_controllers.behaviour import Answered, Behaviour
from kubelens.predict.network.ingress_controllers.specification import Candidate
from kubelens.predict.network.request import Request

_MOST_NAMED: Final = 4


class Balancer(Struct, frozen=True, eq=False):
    """A load balancer, named by what it is of (``group g``, ``Ingress shop/web``), and its Ingresses in their order."""

    name: str
    ingresses: tuple[Ingress, ...]


def not_set_up(entry: str, fault: str, behaviour: Behaviour) -> Answered:
    """No answer: the controller sets no balancer up, or changes nothing in it, for a fault."""
    route = Route(entry, "none: the controller gives up", None, (), None, None, (), (fault,))
    return Answered(route, [Assumption(text) for text in behaviour.assumes])


def passed_over(ingresses: Sequence[Ingress], why: Callable[[str], str]) -> Iterator[Reason]:
    """Every path of Ingresses, with the reason that ``why`` gives for its host."""
    for ingress in ingresses:
        for rule in ingress.rules:
            for path in rule.paths:
                candidate = Candidate(ingress, rule, path, ())
                yield Reason(f"{candidate.title}: {why(rule.host)}", candidate.place)


def by_balancer(
    entry: str,
    balancers: Sequence[Balancer],
    request: Request,
    behaviour: Behaviour,
    answer: Callable[[str, Sequence[Ingress]], Answered],
) -> Answered:
    """The answers of the balancers that may take the request's host; ``answer`` gives one's (entry, its Ingresses)."""
    if len(balancers) == 1:
        return answer(entry, balancers[0].ingresses)
    naming = [b for b in balancers if _names(b, request, behaviour)]
    named = {one.name for one in naming}
    opened = [b for b in balancers if b.name not in named and _takes_any_host(b)]
    takers = naming or opened or balancers
    asked = {one.name for one in takers}
    found = [answer(f"{entry}, {one.name}", one.ingresses) for one in takers]
    routes = [one.route for one in found]
    if not naming and not opened:
        routes = _alike(entry, routes)
    others = [i for b in balancers if b.name not in asked for i in b.ingresses]
    told = f"host {request.host or '(none)'} does not match"
    beside = passed_over(others, lambda host: "of another load balancer" if not host else told)
    routes[0] = replace(routes[0], passed=(*routes[0].passed, *beside))
    assumptions = [a for one in found for a in one.assumptions]
    possible = [*naming, *opened]
    if len(possible) > 1 or len(routes) > 1:
        assumptions.append(_several(possible or balancers, takers, request))
    return Answered(routes[0], list(dict.fromkeys(assumptions)), tuple(routes[1:]))


def _names(balancer: Balancer, request: Request, behaviour: Behaviour) -> bool:
    rules = (rule for ingress in balancer.ingresses for rule in ingress.rules)
    return any(rule.host and behaviour.host_fits(rule.host, request.host) for rule in rules)


def _takes_any_host(balancer: Balancer) -> bool:
    return any(i.default_backend is not None or any(not r.host for r in i.rules) for i in balancer.ingresses)


def _alike(entry: str, routes: Sequence[Route]) -> list[Route]:
    """One Route for balancers that answer alike, with all that they passed over."""
    alike: dict[tuple[int | None, Redirect | None], list[Route]] = {}
    for route in routes:
        alike.setdefault((route.status, route.redirect), []).append(route)
    return [
        replace(
            same[0],
            entry=same[0].entry if len(same) == 1 else f"{entry}, each of {len(same)} load balancers",
            passed=tuple(reason for route in same for reason in route.passed),
            notes=tuple(dict.fromkeys(note for route in same for note in route.notes)),
        )
        for same in alike.values()
    ]


def _several(possible: Sequence[Balancer], takers: Sequence[Balancer], request: Request) -> Assumption:
    names = [one.name for one in possible]
    host = request.host or "the client"
    text = (
        f"{first_names(names, _MOST_NAMED)} are load balancers with an address each: which one DNS leads {host} to "
        "is not in the manifests"
    )
    if len(takers) < len(possible):
        text += ", and it is taken to be one whose rules name the host"
    return Assumption(text)
