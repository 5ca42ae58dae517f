"""``kubelens predict endpoints``: what stands behind a Service."""

from __future__ import annotations

import ipaddress
import shutil
from collections.abc import Iterator, Sequence
from typing import Any

import click
from msgspec import Struct, to_builtins

from kubelens.cli.ending import end
from kubelens.cli.format_option import format_option
from kubelens.cli.input_choices import InputChoices
from kubelens.cli.input_options import input_options
from kubelens.cli.loading import load_each_world
from kubelens.cli.printing import say_answer, say_json, write_report
from kubelens.cli.refusals import Refused, taken_in, tell
from kubelens.kube.network import Service, ServiceType, read_service
from kubelens.predict.api import Assumption, Oracle
from kubelens.predict.controllers.endpointslice import EndpointSlice
from kubelens.predict.network.connections import Connection, ConnectionsOf, HealthOf
from kubelens.predict.network.kube_proxy.path import Client, Origin, Outcome, Verdict
from kubelens.predict.network.service import ServicePathsOf
from kubelens.predict.network.service_slices import ClusterNodes, SlicesOf, shown_families
from kubelens.predict.network.services_let_in import let_in_behind
from kubelens.predict.network.unreached import WhyUnreachedOf
from kubelens.report.endpoints import ServiceRow, Told, details, table
from kubelens.report.places import Places


@click.command()
@click.argument("paths", nargs=-1)
@click.option("--service", "wanted", help="Only this Service: [NAMESPACE/]NAME.")
@click.option("--node", help="Also say what the kube-proxy of this node makes of new connections.")
@click.option("--zone", help="The zone of that node, where the files do not say; alone: any node of the zone.")
@click.option(
    "--client",
    "client",
    help="Who connects: 'pod' or 'node' (on that node), or an ADDRESS outside.  [default: pod]",
)
@format_option("text", "json")
@input_options()
def command(
    paths: Sequence[str],
    wanted: str | None,
    node: str | None,
    zone: str | None,
    client: str | None,
    form: str,
    inputs: InputChoices,
) -> None:
    """Show the Pods and ports behind each Service, and why there are none.

    With --service also the ways in and how traffic is shared out; with --node what becomes of a new connection there,
    as a set of endpoints with odds. Ends with 1 where the files hold the Pods that are
    meant and the Service does not reach them, or something is refused.
    """
    rows: dict[tuple[str, ...], ServiceRow] = {}
    refused: dict[Refused, None] = {}
    taken: dict[Assumption, None] = {}
    missed = False
    asked = _Asked(node or "", zone or "", client)
    worlds = load_each_world(paths, inputs)
    whole = bool(wanted) or bool(node or zone)
    for snapshot in worlds:
        oracle, told_first = taken_in(snapshot.bundle, "Service")
        refused |= dict.fromkeys(told_first)
        services = _wanted(oracle, wanted)
        if not services and wanted:
            continue
        for row, misses in _rows(oracle, services, Places(snapshot), asked):
            key = (row.service.namespace, row.service.name, row.place) if len(worlds) > 1 else (str(len(rows)),)
            missed |= misses and key not in rows
            rows.setdefault(key, row)
        if not whole and form != "json":
            taken |= dict.fromkeys(let_in_behind(oracle, services))
    if wanted and not rows:
        tell(tuple(refused))
        raise click.UsageError(f"no Service {wanted!r} among the files{' that is taken in' if refused else ''}")
    if form == "json":
        found = [_data(row) for row in rows.values()]
        say_json({"version": 1, "refused": to_builtins(tuple(refused)), "services": found})
    else:
        tell(tuple(refused))
        _show(tuple(rows.values()), tuple(taken), whole=whole)
    end(no=missed, refused=tuple(refused))


class _Asked(Struct, frozen=True):
    """Whose new connections are asked about too, where a ``node`` or a ``zone`` is named."""

    node: str
    zone: str
    client: str | None


def _wanted(oracle: Oracle, wanted: str | None) -> list[Service]:
    services = [s for r in oracle.bundle.all("Service") if not r.partial and (s := read_service(r)) is not None]
    if not wanted:
        return services
    namespace, slash, name = wanted.rpartition("/")
    return [s for s in services if s.name == name and (not slash or s.namespace == namespace)]


def _rows(
    oracle: Oracle, services: Sequence[Service], places: Places, asked: _Asked
) -> Iterator[tuple[ServiceRow, bool]]:
    """What is said of each Service of one world, and whether it misses Pods that the files hold."""
    node, zone = asked.node, asked.zone
    known = oracle(ClusterNodes()).answer
    named = [(e.node, e.zone) for s in services for one in _slices(oracle, s) for e in one.endpoints]
    if node and known and node not in known and node not in {name for name, _ in named}:
        raise click.UsageError(f"no Node {node!r} among the files; there are: {', '.join(sorted(known)[:10])}")
    zones = {one.zone for one in known.values() if one.zone}
    zones |= {place for _, place in named if place and zones}
    if zone and zones and zone not in zones and node not in known:
        raise click.UsageError(f"no Node of zone {zone!r} among the files; zones: {', '.join(sorted(zones)[:10])}")
    if asked.client and not (node or zone):
        raise click.UsageError("--client needs --node or --zone: it is a node's kube-proxy that decides")
    seen_from = read_client(asked.client) if node or zone else None
    for service in services:
        behind = oracle(ServicePathsOf(service.resource))
        why, missed = {}, False
        for port, path in zip(service.ports, behind.answer.ports, strict=False):
            if not path.pods:
                found = oracle(WhyUnreachedOf(service, port))
                why[path.port] = tuple(Told(reason.text, places.line(reason.place)) for reason in found.reasons)
                missed |= found.answer.known
        connections = oracle(ConnectionsOf(service.resource, seen_from, node, zone)) if seen_from is not None else None
        health = oracle(HealthOf(service.resource, node)).answer if node else None
        yield ServiceRow(service, behind, why, _written(service, places), connections, health), missed


def _written(service: Service, places: Places) -> str:
    """``file:line`` of what says which Pods stand behind a Service."""
    field = "externalName" if service.type is ServiceType.EXTERNAL_NAME else "selector"
    return places.line(service.resource.place.at("spec", field))


def _slices(oracle: Oracle, service: Service) -> tuple[EndpointSlice, ...]:
    return oracle(SlicesOf(service.resource, shown_families(oracle))).answer


def _show(rows: Sequence[ServiceRow], taken: Sequence[Assumption], *, whole: bool) -> None:
    if not whole:
        write_report(table(rows, shutil.get_terminal_size((120, 40)).columns, taken))
    for row in rows if whole else ():
        say_answer(*details(row))


def read_client(text: str | None) -> Client:
    """Who connects: ``pod``, ``node``, or an address outside the cluster.

    Raises:
        click.UsageError: it is none of them.
    """
    if text in (None, "pod"):
        return Client(Origin.POD)
    if text == "node":
        return Client(Origin.NODE)
    try:
        return Client(Origin.OUTSIDE, str(ipaddress.ip_address(text or "")))
    except ValueError as error:
        raise click.UsageError(f"--client {text!r} is neither 'pod' nor 'node' nor an address") from error


def _data(row: ServiceRow) -> dict[str, Any]:
    found: dict[str, Any] = {
        "service": f"{row.service.namespace}/{row.service.name}",
        "type": row.service.type.value,
        "place": row.place,
        "ports": [
            {
                "port": p.port,
                "node_port": p.node_port,
                "pods": list(p.pods),
                "unready": list(p.unready),
                "ways": list(p.ways),
                "reasons": [one.text for one in row.why.get(p.port, ())],
                "places": [one.place or None for one in row.why.get(p.port, ())],
            }
            for p in row.paths.answer.ports
        ],
        "sharing": row.paths.answer.sharing,
        "assumptions": [a.text for a in row.assumptions],
    }
    if row.connections is not None:
        found["health_check"] = (
            None
            if row.health is None
            else {"status": row.health.status, "ready": row.health.ready, "maybe": row.health.maybe}
        )
        found["connections"] = [_connection(c) for c in row.connections.answer]
    return found


def _connection(one: Connection) -> dict[str, Any]:
    return {
        "port": f"{one.port.number}/{one.port.protocol}",
        "way": str(one.entry.way),
        "address": one.entry.address,
        "at": one.entry.port or None,
        **_outcome(one.outcome),
        "iptables": _outcome(one.iptables) if one.iptables is not None else None,
    }


def _outcome(found: Outcome) -> dict[str, Any]:
    shares = [*((b, round(float(share), 6)) for b, share in found.shares), *((b, None) for b in found.possible)]
    endpoints = [{"endpoint": str(b), "pod": b.pod or None, "node": b.node or None, "odds": odds} for b, odds in shares]
    otherwise = {"otherwise": found.otherwise} if found.verdict is Verdict.OPEN else {}
    return {"verdict": str(found.verdict), "endpoints": endpoints, **otherwise}
