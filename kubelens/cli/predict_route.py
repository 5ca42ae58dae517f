"""``kubelens predict route``: where a request ends."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click

from kubelens.cli.loading import fail, load_snapshot, shown_place
from kubelens.engine.workspace import Snapshot
from kubelens.predict.api import Oracle
from kubelens.predict.network.controllers import controller_profiles
from kubelens.predict.network.destination import Destination, Route
from kubelens.predict.network.gateway import GatewayRoutesOf
from kubelens.predict.network.ingress import IngressRoutesOf
from kubelens.predict.network.request import read_request


@click.command()
@click.argument("url")
@click.argument("paths", nargs=-1, required=True)
@click.option("--controller", default="", help=f"The ingress controller: {', '.join(sorted(controller_profiles()))}.")
@click.option("--method", default="GET", show_default=True, help="Method of the request.")
@click.option("-H", "--header", "headers", multiple=True, help="A header as NAME: VALUE, more than once.")
@click.option("--passed", is_flag=True, help="Show every rule passed over.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--render", is_flag=True, help="Render charts and kustomizations first.")
def command(
    url: str,
    paths: Sequence[str],
    controller: str,
    method: str,
    headers: Sequence[str],
    passed: bool,
    form: str,
    render: bool,
) -> None:
    """Say which Ingress or HTTPRoute, rule, Service and Pods a URL ends at, and why no other rule answers.

    URL may be a whole URL, HOST/PATH or /PATH. Ends with 1 where nothing answers.
    """
    if controller and controller not in controller_profiles():
        raise click.UsageError(
            f"no profile of controller {controller!r}; there are: {', '.join(sorted(controller_profiles()))}"
        )
    try:
        pairs = [h.partition(":")[::2] for h in headers]
        request = read_request(url, method, {name.strip(): value.strip() for name, value in pairs})
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    snapshot = load_snapshot(paths, render=render)
    if not snapshot.manifests:
        fail(f"no Kubernetes object found in {', '.join(paths)}")
    oracle = Oracle(snapshot.bundle)
    by_ingress = oracle(IngressRoutesOf(request, controller))
    by_gateway = oracle(GatewayRoutesOf(request))
    routes = (*by_ingress.answer, *by_gateway.answer)
    assumptions = [a.text for a in (*by_ingress.assumptions, *by_gateway.assumptions)]
    if form == "json":
        click.echo(
            json.dumps(
                {
                    "version": 1,
                    "request": str(request),
                    "routes": [route_json(r, snapshot) for r in routes],
                    "assumptions": assumptions,
                },
                indent=2,
            )
        )
    elif not routes:
        click.echo(f"{request}\n  no Ingress and no Gateway among the files listens for this")
    else:
        click.echo(
            "\n".join(
                [
                    str(request),
                    *(line for r in routes for line in route_lines(r, passed, snapshot)),
                    *(f"  assuming: {a}" for a in assumptions),
                ]
            )
        )
    if not any(r.destinations or r.redirect for r in routes):
        raise SystemExit(1)


def route_json(route: Route, snapshot: Snapshot) -> dict[str, Any]:
    """The stable form of a route."""
    return {
        "entry": route.entry,
        "rule": route.rule,
        "place": shown_place(snapshot, route.place),
        "destinations": [asdict(d) for d in route.destinations],
        "status": route.status,
        "redirect": asdict(route.redirect) if route.redirect is not None else None,
        "notes": list(route.notes),
        "passed": [{"reason": p.text, "place": shown_place(snapshot, p.place)} for p in route.passed],
    }


def route_lines(route: Route, passed: bool, snapshot: Snapshot) -> list[str]:
    """The lines a terminal shows for a route."""
    lines = [f"  via {route.entry}", f"    rule     {route.rule}"]
    if route.place is not None:
        lines.append(f"    at       {shown_place(snapshot, route.place)}")
    if route.redirect is not None:
        parts = {k: v for k, v in asdict(route.redirect).items() if v is not None and k != "status"}
        changed = ", ".join(f"{k} {v}" for k, v in parts.items()) or "the same place"
        lines.append(f"    redirect {route.redirect.status} to {changed}")
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
    lines = [f"    service  {end.namespace}/{end.service}:{end.port}{share}"]
    if end.host or end.path:
        lines.append(f"    seen as  {end.host or ''}{end.path or ''}")
    lines.append(f"    pods     {', '.join(end.pods) or 'none among the files'}")
    return lines
