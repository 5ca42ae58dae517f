"""``kubelens predict dns``: what a name means to a Pod."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click
from msgspec import to_builtins

from kubelens.cli.loading import load_bundle
from kubelens.kube.bundle import Bundle
from kubelens.kube.workload import Workload, workloads
from kubelens.predict.api import Oracle
from kubelens.predict.network.dns import CLUSTER_DOMAIN, LookupOf, RecordsOf


@click.command()
@click.argument("name", required=False)
@click.argument("paths", nargs=-1)
@click.option("--from", "source", help="The workload that asks: [NAMESPACE/]NAME.")
@click.option("--records", is_flag=True, help="List every record; NAME is then a path.")
@click.option("--cluster-domain", default=CLUSTER_DOMAIN, show_default=True, help="Domain of the cluster.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--render", is_flag=True, help="Render charts and kustomizations first.")
def command(
    name: str | None,
    paths: Sequence[str],
    source: str | None,
    records: bool,
    cluster_domain: str,
    form: str,
    render: bool,
) -> None:
    """Show which name of a Pod's search list answers, and with what. Ends with 1 where none does."""
    if records:
        found = Oracle(load_bundle([p for p in (name, *paths) if p] or ["."], render=render))(
            RecordsOf(cluster_domain)
        ).answer
        if form == "json":
            click.echo(json.dumps({"version": 1, "records": [to_builtins(r) for r in found]}, indent=2))
        else:
            click.echo("\n".join(f"{r.name:60} {r.type:6} {r.value}" for r in found) or "no Service, no record")
        return
    if not name or not source:
        raise click.UsageError("give NAME and --from, or --records")
    bundle = load_bundle(paths, render=render)
    prediction = Oracle(bundle)(LookupOf(name, find_workload(bundle, source), cluster_domain))
    lookup = prediction.answer
    assumptions = [a.text for a in prediction.assumptions]
    if form == "json":
        click.echo(
            json.dumps(
                {"version": 1, "name": name, "from": source, **to_builtins(lookup), "assumptions": assumptions},
                indent=2,
            )
        )
    else:
        click.echo(
            f"{name} from {source}  (nameserver {', '.join(lookup.config.nameservers) or 'none'}, ndots {lookup.config.ndots})"
        )
        for step in lookup.steps:
            click.echo(f"  {step.name:56} {'answers' if step.records else 'no such name'}")
            for record in step.records:
                click.echo(f"      {record.type:6} {record.value}")
        if lookup.answered is None:
            other = lookup.elsewhere[:1]
            hint = f" Service {name!r} is in namespace {other[0]}: write {name}.{other[0]}" if other else ""
            click.echo(f"never found.{hint}")
        for text in assumptions:
            click.echo(f"  assuming: {text}")
    if lookup.answered is None:
        raise SystemExit(1)


def find_workload(bundle: Bundle, text: str) -> Workload:
    """A workload by name, or by the name of one of a StatefulSet's Pods.

    Raises:
        click.UsageError: there is none of that name, or one in each of several namespaces.
    """
    namespace, slash, name = text.rpartition("/")
    stem, _, ordinal = name.rpartition("-")
    found = [
        w
        for w in workloads(bundle)
        if (not slash or w.namespace == namespace)
        and (w.name == name or (w.kind == "StatefulSet" and w.name == stem and ordinal.isdigit()))
    ]
    spaces = sorted({w.namespace for w in found})
    if len(spaces) > 1:
        raise click.UsageError(f"several workloads {text!r}: write {' or '.join(f'{s}/{name}' for s in spaces[:5])}")
    if found:
        return found[0]
    known = ", ".join(sorted({f"{w.namespace}/{w.name}" for w in workloads(bundle)})[:10]) or "none"
    raise click.UsageError(f"no workload {text!r}; there are: {known}")
