"""``kubelens predict schedule``: where each Pod goes, and why not elsewhere."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Final

import click
from msgspec import to_builtins

from kubelens.cli.ending import end
from kubelens.cli.format_option import format_option
from kubelens.cli.input_choices import InputChoices
from kubelens.cli.input_options import input_options
from kubelens.cli.loading import load_world
from kubelens.cli.printing import complain, fail, say_answer, say_json, wants_colour, write_report
from kubelens.cli.refusals import edits_refused, refused_among, tell
from kubelens.kube.bundle import Bundle
from kubelens.kube.node import read_node
from kubelens.predict.api import Oracle, Prediction
from kubelens.predict.chain.moved import Moved, Moves
from kubelens.predict.chain.placed import IN_ORDER, Placed, Schedule, placed_pods
from kubelens.predict.chain.turns import why_held
from kubelens.predict.scheduler.made_up import DEFAULT_NODES, DEFAULT_ZONES, NoCluster, made_up_nodes
from kubelens.report.places import Places
from kubelens.report.schedule import as_data, explain, render

WIDTH: Final = 100
"""Columns where no terminal says how many it has."""
_MANY_NODES: Final = 500
"""Nodes up to which the plain path is fast enough."""


@click.command()
@click.argument("paths", nargs=-1)
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
@format_option("text", "json")
@input_options()
def command(
    paths: Sequence[str],
    descriptions: Sequence[str],
    zones: str,
    explained: str | None,
    changes: Sequence[str],
    form: str,
    inputs: InputChoices,
) -> None:
    """Place every Pod that the manifests at PATHS would bring, on a cluster given, made up, or the default one.

    --what-if starts from that placement: running Pods stay unless a drain evicts them or their node is lost.
    Ends with 1 where a Pod fits nowhere, is not let in, waits for a volume or is not created yet, and where a drain waits
    for ever.
    """
    world = load_world(paths, inputs)
    bundle, places = world.snapshot.bundle, Places(world.snapshot)
    if not world.snapshot.manifests:
        fail(f"no Kubernetes object found in {', '.join(paths) or '.'}")
    try:
        if inputs.running and not descriptions and not bundle.all("Node"):
            fail(f"--cluster {', '.join(inputs.running)}: holds no Node (kubectl get nodes -o yaml writes them)")
        cluster = world.cluster
        described = descriptions or _texts(cluster.get("nodes", ()))
        zones = zones or ",".join(_texts(cluster.get("zones", ())))
        nodes = _nodes(bundle, described, zones)
        refused = refused_among(Oracle(bundle), edits_refused(bundle))
        schedule = _ask(bundle, nodes)
        moved = _changed(bundle, nodes, changes, zones)
        changed = moved.answer if moved is not None else None
    except NoCluster as error:
        fail(str(error))
    if form == "json":
        data = as_data(schedule)
        data["refused"] = [*to_builtins(refused), *data["refused"]]
        if moved is not None and changed is not None:
            data["what_if"] = {
                **as_data(changed.schedule),
                "stays": to_builtins(changed.stays),
                "assumptions": [one.text for one in moved.assumptions],
            }
        say_json(data)
    elif explained:
        shown = [p for p in schedule.placements if explained in (p.pod.key, p.pod.name)]
        if not shown:
            fail(f"no Pod is called {explained!r}: {', '.join(p.pod.key for p in schedule.placements[:8])}")
        for placement in shown:
            say_answer(*explain(placement, places))
    else:
        tell(refused)
        width = shutil.get_terminal_size((WIDTH, 0)).columns
        write_report(render(schedule, width=width, colour=wants_colour("auto"), places=places))
        if moved is not None and changed is not None:
            say_answer(*_difference(schedule, changed))
            said = {*schedule.assumptions, IN_ORDER}
            say_answer(*(f"  assuming: {one.text}" for one in moved.assumptions if one.text not in said))
    final = changed.schedule if changed is not None else schedule
    waits = changed is not None and any("disruption budget" in stay.why for stay in changed.stays)
    held = any(waiting.sure for waiting in final.waiting)
    without = any(not p.chosen for p in final.placements) or bool(final.held_back)
    end(no=waits or held or without, refused=(*refused, *schedule.kept_out))


def _texts(told: str | Sequence[str]) -> tuple[str, ...]:
    return (told,) if isinstance(told, str) else tuple(told)


def _nodes(bundle: Bundle, descriptions: Sequence[str], zones: str) -> list[str]:
    if descriptions:
        return [json.dumps(n, sort_keys=True) for n in made_up_nodes(descriptions, zones)]
    if bundle.all("Node"):
        return []
    complain(f"no nodes given: {DEFAULT_NODES} in zones {DEFAULT_ZONES} is taken (--nodes, --cluster)")
    return [json.dumps(n, sort_keys=True) for n in made_up_nodes([DEFAULT_NODES], zones or DEFAULT_ZONES)]


def _ask(bundle: Bundle, nodes: list[str]) -> Schedule:
    if len(nodes) + len(bundle.all("Node")) > _MANY_NODES and find_spec("numpy") is None:
        complain("on so many nodes this takes several times as long without NumPy (pip install 'kubelens[schedule]')")
    return Oracle(bundle)(Placed(tuple(nodes))).answer


def _changed(bundle: Bundle, nodes: list[str], changes: Sequence[str], zones: str) -> Prediction[Moves] | None:
    if not changes:
        return None
    drained: list[str] = []
    lost: list[str] = []
    added: list[str] = []
    for change in changes:
        verb, _, what = change.partition("=")
        if verb == "drain":
            drained.append(what)
        elif verb == "lose-zone":
            lost.append(what)
        elif verb == "add":
            made = made_up_nodes([what], zones, prefix=f"added-{len(nodes) + len(added)}")
            added.extend(json.dumps(node, sort_keys=True) for node in made)
        else:
            fail(f"--what-if {change!r}: write drain=NODE, lose-zone=ZONE or add=2x8cpu,32Gi")
    known = [read_node(json.loads(text)) for text in nodes] + [read_node(r.value) for r in bundle.all("Node")]
    for what, given, there in (
        ("drain", drained, sorted({node.name for node in known})),
        ("lose-zone", lost, sorted({node.zone for node in known if node.zone})),
    ):
        for name in given:
            if name not in there:
                fail(f"--what-if {what}={name}: there are {', '.join(there[:8]) or 'none'}")
    query = Moved(tuple(nodes), tuple(dict.fromkeys(drained)), tuple(lost), tuple(added))
    return Oracle(bundle)(query)


def _difference(before: Schedule, after: Moves) -> list[str]:
    old = placed_pods(before)
    new = placed_pods(after.schedule)
    waiting = {p.pod.key: p.message for p in after.schedule.placements if not p.chosen}
    waiting |= {one.key: why_held(one) for one in after.schedule.held_back}
    lines = ["", "what changes:"]
    for key in dict.fromkeys([*old, *new, *waiting]):
        was, now = old.get(key, ""), new.get(key, "")
        if was != now:
            lines.append(f"  {key}: {was or 'none'} -> {now or 'none'}")
            if not now and key in waiting:
                lines.append(f"    {waiting[key]}")
    lines += [f"  {stay.pod} on {stay.node}: {stay.why}" for stay in after.stays]
    if len(lines) == 2:
        lines.append("  nothing")
    return lines
