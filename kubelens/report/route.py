"""Routes of requests for people and for machines."""

from __future__ import annotations

from typing import Any

from msgspec import to_builtins

from kubelens.engine.workspace import Snapshot
from kubelens.predict.network.destination import Destination, Route
from kubelens.predict.network.request import Request
from kubelens.report.places import shown_place


def route_json(route: Route, snapshot: Snapshot) -> dict[str, Any]:
    """The stable form of a route."""
    return {
        "entry": route.entry,
        "rule": route.rule,
        "place": shown_place(snapshot, route.place),
        "destinations": [to_builtins(d) for d in route.destinations],
        "status": route.status,
        "redirect": to_builtins(route.redirect) if route.redirect is not None else None,
        "notes": list(route.notes),
        "passed": [{"reason": p.text, "place": shown_place(snapshot, p.place)} for p in route.passed],
    }


def route_lines(route: Route, request: Request, passed: bool, snapshot: Snapshot) -> list[str]:
    """The lines a terminal shows for the route of a request."""
    lines = [f"  via {route.entry}", f"    rule     {route.rule}"]
    if route.place is not None:
        lines.append(f"    at       {shown_place(snapshot, route.place)}")
    if route.redirect is not None:
        lines.append(f"    redirect {route.redirect.status} to {route.redirect.target(request)}")
    for end in route.destinations:
        lines += _destination_lines(end)
    if not route.destinations and route.redirect is None:
        lines.append(f"    answers  {route.status or 'nothing known'}")
    lines += [f"    note     {n}" for n in route.notes]
    if passed:
        lines += [f"    passed   {p.text}  ({shown_place(snapshot, p.place)})" for p in route.passed]
    elif route.passed:
        lines.append(f"    passed   {len(route.passed)} rule{'s' * (len(route.passed) != 1)} (--passed shows why)")
    return lines


def _destination_lines(end: Destination) -> list[str]:
    share = f"  {end.odds:.0%} of requests" if end.odds < 1 else ""
    port = f":{end.port}" if end.port else ""
    lines = [f"    service  {end.namespace}/{end.service}{port}{share}"]
    if end.host or end.path:
        lines.append(f"    seen as  {end.host or ''}{end.path or ''}")
    if end.status is not None:
        lines.append(f"    answers  {end.status}")
    else:
        lines.append(f"    pods     {', '.join(end.pods) or 'none among the files'}")
    return lines
