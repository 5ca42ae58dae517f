"""What is taken for granted where the Pods behind Services are let in."""

from __future__ import annotations

from collections.abc import Iterable

from kubelens.kube.network import Service
from kubelens.predict.api import Ask, Assumption
from kubelens.predict.network.destination import Route, find_service
from kubelens.predict.network.ends import selected_ends
from kubelens.predict.network.ends_let_in import let_in


def let_in_behind(ask: Ask, services: Iterable[Service]) -> tuple[Assumption, ...]:
    """Each once."""
    chosen = ((one.selector, one.namespace) for one in services if one.selector is not None)
    return let_in(ask, (end for selector, space in chosen for end in selected_ends(ask.bundle, selector, space)))


def let_in_at(ask: Ask, routes: Iterable[Route]) -> tuple[Assumption, ...]:
    """Of the Pods that requests end at."""
    ends = (one for route in routes for one in route.destinations if one.pods)
    found = (find_service(ask.bundle, end.namespace, end.service) for end in ends)
    return let_in_behind(ask, (service for service in found if service is not None))
