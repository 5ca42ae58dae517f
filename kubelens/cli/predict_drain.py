"""``kubelens predict drain``: which Pods a drain waits for for ever."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from kubelens.cli.loading import load_bundle
from kubelens.predict.api import Oracle
from kubelens.predict.rollout.disruption import ACCEPTED, DrainOf


@click.command()
@click.argument("paths", nargs=-1)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--render", is_flag=True, help="Render charts and kustomizations first.")
def command(paths: Sequence[str], form: str, render: bool) -> None:
    """Show which workloads a drain can move, and which PodDisruptionBudgets hold it up for ever.

    Ends with 1 where a drain waits for ever.
    """
    bundle = load_bundle(paths, render=render)
    oracle = Oracle(bundle)
    rows = []
    for namespace in bundle.namespaces:
        verdict = oracle(DrainOf(namespace)).answer
        rows += [(namespace, owner, eviction) for owner, eviction in verdict.evictions]
    if form == "json":
        data = [
            {"namespace": n, "owner": o, "code": e.code, "message": e.message, "cause": e.cause} for n, o, e in rows
        ]
        click.echo(json.dumps({"version": 1, "evictions": data}, indent=2))
    else:
        for namespace, owner, eviction in rows:
            word = "goes" if eviction.code == ACCEPTED else "STAYS"
            why = f"  {eviction.cause or eviction.message}" if eviction.code != ACCEPTED else ""
            click.echo(f"{word:6} {namespace}/{owner}{why}")
        if not rows:
            click.echo("no workload: nothing to drain")
    if any(eviction.code != ACCEPTED for _, _, eviction in rows):
        raise SystemExit(1)
