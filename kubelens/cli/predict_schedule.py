"""``kubelens predict schedule``: where each Pod goes, and why not elsewhere."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

import click

from kubelens.cli.loading import load_bundle
from kubelens.cli.printing import complain, fail, say, say_json, write_report
from kubelens.kube.bundle import Bundle
from kubelens.predict.api import Oracle
from kubelens.predict.chain.placed import Placed, Schedule
from kubelens.predict.scheduler.made_up import DEFAULT_NODES, DEFAULT_ZONES, NoCluster, made_up_nodes
from kubelens.report.schedule import as_data, explain, render


@click.command()
@click.argument("paths", nargs=-1)
@click.option(
    "--cluster",
    "clusters",
    multiple=True,
    metavar="PATH",
    help="Nodes (and Pods, volumes) of a cluster: manifests or kubectl get -o yaml.",
)
@click.option("--nodes", "descriptions", multiple=True, metavar="3x4cpu,16Gi", help="Made-up nodes (repeatable).")
@click.option("--zones", default="", metavar="a,b,c", help="Zones of made-up nodes, in turn.")
@click.option("--explain", "explained", metavar="POD", help="One Pod: node by plugin.")
@click.option(
    "--what-if",
    "changes",
    multiple=True,
    metavar="drain=NODE|lose-zone=ZONE|add=2x8cpu,32Gi",
    help="What moves, what no longer fits.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--render", "charts", is_flag=True, help="Render charts and kustomizations first.")
def command(
    paths: Sequence[str],
    clusters: Sequence[str],
    descriptions: Sequence[str],
    zones: str,
    explained: str | None,
    changes: Sequence[str],
    form: str,
    charts: bool,
) -> None:
    """Place every Pod that the manifests at PATHS would bring, on a cluster given, made up, or the default one.

    Ends with 1 where a Pod fits nowhere.
    """
    bundle = load_bundle([*(paths or (".",)), *clusters], render=charts)
    try:
        if clusters and not descriptions and not bundle.all("Node"):
            fail(f"--cluster {', '.join(clusters)}: holds no Node (kubectl get nodes -o yaml writes them)")
        nodes = _nodes(bundle, descriptions, zones)
        schedule = _ask(bundle, nodes)
        changed = _changed(bundle, nodes, changes, zones)
    except NoCluster as error:
        fail(str(error))
    if form == "json":
        data = as_data(schedule)
        if changed is not None:
            data["what_if"] = as_data(changed)
        say_json(data)
    elif explained:
        shown = [p for p in schedule.placements if explained in (p.pod.key, p.pod.name)]
        if not shown:
            fail(f"no Pod is called {explained!r}: {', '.join(p.pod.key for p in schedule.placements[:8])}")
        for placement in shown:
            say(*explain(placement))
    else:
        write_report(render(schedule, colour=sys.stdout.isatty()))
        if changed is not None:
            say(*_difference(schedule, changed))
    final = changed or schedule
    raise SystemExit(1 if any(not p.chosen for p in final.placements) else 0)


def _nodes(bundle: Bundle, descriptions: Sequence[str], zones: str) -> list[str]:
    if descriptions:
        return [json.dumps(n, sort_keys=True) for n in made_up_nodes(descriptions, zones)]
    if bundle.all("Node"):
        return []
    complain(f"no nodes given: {DEFAULT_NODES} in zones {DEFAULT_ZONES} is taken (--nodes, --cluster)")
    return [json.dumps(n, sort_keys=True) for n in made_up_nodes([DEFAULT_NODES], zones or DEFAULT_ZONES)]


def _ask(bundle: Bundle, nodes: list[str]) -> Schedule:
    from rich.console import Console  # noqa: PLC0415 - with the report

    console = Console(stderr=True)
    if not console.is_terminal:
        return Oracle(bundle)(Placed(tuple(nodes))).answer
    with console.status("placing Pods one by one"):
        return Oracle(bundle)(Placed(tuple(nodes))).answer


def _changed(bundle: Bundle, nodes: list[str], changes: Sequence[str], zones: str) -> Schedule | None:
    if not changes:
        return None
    values = [json.loads(text) for text in nodes]
    gone: set[str] = set()
    lost: set[str] = set()
    for change in changes:
        verb, _, what = change.partition("=")
        if verb == "drain":
            gone.add(what)
        elif verb == "lose-zone":
            lost.add(what)
        elif verb == "add":
            values.extend(made_up_nodes([what], zones, prefix=f"added-{len(values)}"))
        else:
            fail(f"--what-if {change!r}: write drain=NODE, lose-zone=ZONE or add=2x8cpu,32Gi")

    def stays(obj: object) -> bool:
        metadata = obj.get("metadata") or {} if isinstance(obj, dict) else {}
        zone = (metadata.get("labels") or {}).get("topology.kubernetes.io/zone")
        return metadata.get("name") not in gone and zone not in lost

    known = {(v.get("metadata") or {}).get("name") for v in values} | {r.name for r in bundle.all("Node")}
    for name in sorted(gone - known):
        fail(f"--what-if drain={name}: no node is called so ({', '.join(sorted(map(str, known))[:8])})")
    kept = [json.dumps(v, sort_keys=True) for v in values if stays(v)]
    resources = [r for r in bundle if r.kind != "Node" or stays(dict(r.value))]
    return _ask(Bundle(resources, bundle.release), kept)


def _difference(before: Schedule, after: Schedule) -> list[str]:
    old = {p.pod.key: p.chosen for p in before.placements}
    lines = ["", "what changes:"]
    for placement in after.placements:
        was = old.get(placement.pod.key, "")
        if placement.chosen != was:
            lines.append(f"  {placement.pod.key}: {was or 'none'} -> {placement.chosen or 'none'}")
        if not placement.chosen and was:
            lines.append(f"    {placement.message}")
    if len(lines) == 2:
        lines.append("  nothing")
    return lines
