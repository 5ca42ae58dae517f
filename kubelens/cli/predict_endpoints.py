"""``kubelens predict endpoints``: what stands behind a Service."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from typing import Any

import click

from kubelens.cli.loading import load_bundle
from kubelens.kube.network import read_service
from kubelens.predict.api import Oracle
from kubelens.predict.network.service import ServicePathsOf
from kubelens.predict.network.unreached import WhyUnreachedOf
from kubelens.report.endpoints import ServiceRow, details, table


@click.command()
@click.argument("paths", nargs=-1)
@click.option("--service", "wanted", help="Only this Service: [NAMESPACE/]NAME.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--render", is_flag=True, help="Render charts and kustomizations first.")
def command(paths: Sequence[str], wanted: str | None, form: str, render: bool) -> None:
    """Show the Pods and ports behind each Service, and why there are none.

    With --service also the ways in and how traffic is shared out. Ends with 1 where the files hold the Pods that are
    meant and the Service does not reach them.
    """
    bundle = load_bundle(paths, render=render)
    oracle = Oracle(bundle)
    services = [s for r in bundle.all("Service") if not r.partial and (s := read_service(r)) is not None]
    if wanted:
        namespace, slash, name = wanted.rpartition("/")
        services = [s for s in services if s.name == name and (not slash or s.namespace == namespace)]
        if not services:
            raise click.UsageError(f"no Service {wanted!r} among the files")
    rows = []
    missed = False
    for service in services:
        behind = oracle(ServicePathsOf(service.resource))
        why = {}
        for port, path in zip(service.ports, behind.answer.ports, strict=False):
            if not path.pods:
                found = oracle(WhyUnreachedOf(service, port))
                why[path.port] = tuple(reason.text for reason in found.reasons)
                missed |= found.answer.known
        rows.append(ServiceRow(service, behind, why))
    if form == "json":
        click.echo(json.dumps({"version": 1, "services": [_data(row) for row in rows]}, indent=2))
    elif wanted:
        for row in rows:
            click.echo("\n".join(details(row)))
    else:
        click.echo(table(rows, shutil.get_terminal_size((120, 40)).columns), nl=False)
    if missed:
        raise SystemExit(1)


def _data(row: ServiceRow) -> dict[str, Any]:
    return {
        "service": f"{row.service.namespace}/{row.service.name}",
        "type": row.service.type.value,
        "ports": [
            {
                "port": p.port,
                "node_port": p.node_port,
                "pods": list(p.pods),
                "ways": list(p.ways),
                "reasons": list(row.why.get(p.port, ())),
            }
            for p in row.paths.answer.ports
        ],
        "sharing": row.paths.answer.sharing,
        "assumptions": [a.text for a in row.paths.assumptions],
    }
