"""``kubelens predict endpoints``: what stands behind a Service."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import click

from kubelens.cli.loading import load_bundle
from kubelens.kube.network import Service, ServiceType, read_service
from kubelens.predict.api import Oracle
from kubelens.predict.network.service import ServicePathsOf


@click.command()
@click.argument("paths", nargs=-1, required=True)
@click.option("--service", "wanted", help="Only this Service: [NAMESPACE/]NAME.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--render", is_flag=True, help="Render charts and kustomizations first.")
def command(paths: Sequence[str], wanted: str | None, form: str, render: bool) -> None:
    """Show the Pods, ports and ways in of each Service, and how its traffic is shared out.

    Ends with 1 where a Service has nothing behind it.
    """
    bundle = load_bundle(paths, render=render)
    oracle = Oracle(bundle)
    services = [s for r in bundle.all("Service") if not r.partial and (s := read_service(r)) is not None]
    if wanted:
        namespace, slash, name = wanted.rpartition("/")
        services = [s for s in services if s.name == name and (not slash or s.namespace == namespace)]
        if not services:
            raise click.UsageError(f"no Service {wanted!r} among the files")
    rows = [(s, oracle(ServicePathsOf(s.resource))) for s in services]
    if form == "json":
        data: list[dict[str, Any]] = [
            {
                "service": f"{s.namespace}/{s.name}",
                "type": s.type.value,
                "ports": [
                    {"port": p.port, "node_port": p.node_port, "pods": list(p.pods), "ways": list(p.ways)}
                    for p in found.answer.ports
                ],
                "sharing": found.answer.sharing,
                "assumptions": [a.text for a in found.assumptions],
            }
            for s, found in rows
        ]
        click.echo(json.dumps({"version": 1, "services": data}, indent=2))
    else:
        for service, found in rows:
            click.echo(_title(service))
            for port in found.answer.ports:
                click.echo(f"  {port.port}  ->  {', '.join(port.pods) or 'nothing among the files'}")
                for way in port.ways:
                    click.echo(f"      {way}")
            if found.answer.sharing:
                click.echo(f"  {found.answer.sharing}")
            for assumption in found.assumptions:
                click.echo(f"  assuming: {assumption.text}")
    if any(s.selector is not None and not all(p.pods for p in found.answer.ports) for s, found in rows):
        raise SystemExit(1)


def _title(service: Service) -> str:
    extra = f" -> {service.external_name}" if service.type is ServiceType.EXTERNAL_NAME else ""
    return f"Service {service.namespace}/{service.name} ({service.type.value}){extra}"
