"""Promises about requests and connections: what the manifests let through, and whether anybody is there to answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

from kubelens.kube.bundle import NEWEST, Bundle
from kubelens.kube.network import read_service
from kubelens.kube.resource import Resource
from kubelens.predict.api import Oracle
from kubelens.predict.cluster.promises import Broken
from kubelens.predict.cluster.seen import Seen
from kubelens.predict.network.connection_goals import NoSuchEnd, find_goals, find_sources
from kubelens.predict.network.destination import Destination, Route
from kubelens.predict.network.ends import PodEnd
from kubelens.predict.network.gateway import GatewayRoutesOf
from kubelens.predict.network.ingress import IngressRoutesOf
from kubelens.predict.network.policy import ConnectionOf, EndsOf
from kubelens.predict.network.port_set import PortSet
from kubelens.predict.network.request import Request
from kubelens.predict.network.service_goals import Goal


def _spells(states: Sequence[Seen]) -> Iterator[tuple[tuple[Resource, ...], list[Seen]]]:
    """The states by the objects that are applied: these change seldom."""
    spell: list[Seen] = []
    for seen in states:
        if spell and seen.objects is not spell[0].objects:
            yield spell[0].objects, spell
            spell = []
        spell.append(seen)
    if spell:
        yield spell[0].objects, spell


class RouteAnswers(Struct, frozen=True):
    """A request is always answered: an Ingress or a Gateway leads it to Services with ready endpoints, or redirects it."""

    name: str
    request: Request
    release: str = NEWEST

    def judge(self, states: Sequence[Seen], *, finished: bool) -> Broken | None:
        """The first state in which it is not."""
        for objects, spell in _spells(states):
            bundle = Bundle(objects, self.release)
            routes = self._routes(bundle)
            for seen in spell:
                why = self._lack(routes, bundle, seen.data)
                if why:
                    return Broken(seen.second, why)
        return None

    def _routes(self, bundle: Bundle) -> list[Route]:
        oracle = Oracle(bundle)
        found = (*oracle(IngressRoutesOf(self.request)).answer, *oracle(GatewayRoutesOf(self.request)).answer)
        leading = [route for route in found if route.destinations or route.redirect is not None]
        return leading or list(found)

    def _lack(self, routes: Sequence[Route], bundle: Bundle, data: dict[str, Any]) -> str:
        if not routes:
            return f"nothing answers {self.request}: no Ingress and no Gateway takes it"
        for route in routes:
            if route.redirect is None and not route.destinations:
                return f"{route.entry} answers {self.request} with {route.status}"
            for destination in route.destinations:
                if destination.odds > 0 and (why := _silent(destination, bundle, data)):
                    return f"{route.entry}, {route.rule}: {why}"
        return ""


def _silent(destination: Destination, bundle: Bundle, data: dict[str, Any]) -> str:
    """Why a backend does not answer; what stands behind a Service without a selector is not known, and taken to."""
    if destination.status is not None:
        return f"the proxy answers with {destination.status} in place of {destination.namespace}/{destination.service}"
    key = f"{destination.namespace}/{destination.service}"
    resource = bundle.get("Service", destination.namespace, destination.service, group="")
    service = read_service(resource) if resource is not None else None
    if service is None:
        return f"Service {key} is not there"
    if service.selector is None or data["services"].get(key, {"ready": 0})["ready"]:
        return ""
    return f"Service {key} has no ready endpoint"


class Connects(Struct, frozen=True):
    """One workload can always reach another: NetworkPolicies let it, and a Pod is ready there.

    ``source`` and ``goal`` are written as ``kubelens predict connect`` takes them.
    """

    name: str
    source: str
    goal: str
    release: str = NEWEST

    def judge(self, states: Sequence[Seen], *, finished: bool) -> Broken | None:
        """The first state in which it cannot."""
        for objects, spell in _spells(states):
            try:
                goals, why = self._allowed(Bundle(objects, self.release))
            except NoSuchEnd as error:
                return Broken(spell[0].second, str(error))
            for seen in spell:
                why = why or self._unready(goals, seen.data)
                if why:
                    return Broken(seen.second, why)
        return None

    def _allowed(self, bundle: Bundle) -> tuple[list[Goal], str]:
        oracle = Oracle(bundle)
        ends = oracle(EndsOf()).answer
        goals = find_goals(oracle, ends, self.goal)
        for source in find_sources(ends, self.source):
            for goal in goals:
                found = oracle(ConnectionOf(source, goal.end)).answer
                open_ = bool(found.ports) if goal.port is None else bool(found.ports & PortSet.single("TCP", goal.port))
                if not open_:
                    return goals, f"NetworkPolicies keep {source} from {goal.end}"
        return goals, ""

    def _unready(self, goals: Sequence[Goal], data: dict[str, Any]) -> str:
        asked = [goal.end for goal in goals if isinstance(goal.end, PodEnd)]
        owners = {f"{end.namespace}/{end.kind}/{end.name}" for end in asked if end.kind != "CronJob"}
        if not owners or any(
            p["owner"] in owners and p["state"] == "ready" and not p["terminating"] for p in data["pods"]
        ):
            return ""
        return f"no Pod of {', '.join(sorted(owners))} is ready"
