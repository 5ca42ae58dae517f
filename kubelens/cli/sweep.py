"""``kubelens sweep``: a bundle played through every what-if of a kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import click

from kubelens.cli.format_option import format_option
from kubelens.cli.input_choices import InputChoices
from kubelens.cli.input_options import input_options
from kubelens.cli.printing import fail, say_answer, say_json
from kubelens.cli.simulate import scenario_file, staged
from kubelens.engine.scenario_files import ScenarioError
from kubelens.engine.sweeps import SWEEPS, Outcome, Unplayed, batches_of, node_names, played
from kubelens.engine.tasks import LOCAL, NoWorkers, is_place
from kubelens.predict.cluster.ready_made import PROMISES
from kubelens.predict.cluster.scenario import Scenario
from kubelens.predict.scheduler.made_up import NoCluster
from kubelens.report.sweep import sweep_data, sweep_lines

_MOST: Final = 1000
_MANY: Final = 4
"""Workers that a Dask cluster is taken to have at least."""


@click.command()
@click.argument("what", type=click.Choice(list(SWEEPS)))
@click.argument("paths", nargs=-1)
@click.option(
    "--scenario", "base", default="", metavar="FILE", help="Whose promises hold, and whose events happen too."
)
@click.option("--nodes", "descriptions", multiple=True, metavar="3x4cpu,16Gi", help="Made-up nodes (repeatable).")
@click.option("--zones", default="", metavar="a,b,c", help="Zones of made-up nodes, in turn.")
@click.option(
    "--most", type=click.IntRange(1, 100_000), default=_MOST, show_default=True, help="How many cases at most."
)
@click.option("--runs", type=click.IntRange(1, 1000), default=1, show_default=True, help="How often to play each.")
@click.option("--seed", type=int, default=0, show_default=True, help="What lots are drawn from; run N adds N.")
@click.option("--jobs", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes of this machine.")
@click.option("--on", default=LOCAL, show_default=True, metavar="dask://HOST", help="Who plays: a Dask cluster.")
@format_option("text", "json")
@input_options()
def command(
    what: str,
    paths: Sequence[str],
    base: str,
    descriptions: Sequence[str],
    zones: str,
    most: int,
    runs: int,
    seed: int,
    jobs: int,
    on: str,
    form: str,
    inputs: InputChoices,
) -> None:
    """Play the manifests at PATHS through every case of WHAT, and name the worst (see docs/scenarios.md).

    lose-node: each node is lost in turn, for 15 minutes; lose-two-nodes: each pair; drain-orders: every node is drained and
    given back, in every order. Ends with 1 where a promise is broken in some case.
    """
    if not is_place(on):
        fail(f"--on {on!r}: write local, dask://HOST or dask+tls://HOST")
    file = scenario_file(base) if base else None
    try:
        bundle, nodes, objects = staged(file, base, paths, inputs, descriptions, zones)
        scenario = Scenario(what, (), PROMISES) if file is None else file.as_scenario(objects, nodes)
    except (NoCluster, ScenarioError) as error:
        fail(str(error))
    sweep = SWEEPS[what](node_names(nodes), most, seed)
    workers = jobs if on == LOCAL else _MANY
    batches = batches_of(sweep, scenario, objects, nodes, release=bundle.release, seed=seed, runs=runs, workers=workers)
    outcomes: list[Outcome] = []
    failures: list[Unplayed] = []
    try:
        for one in played(batches, on=on, jobs=jobs):
            if isinstance(one, Outcome):
                outcomes.append(one)
            else:
                failures.append(one)
    except NoWorkers as error:
        fail(str(error))
    if form == "json":
        say_json(sweep_data(what, outcomes, failures, sweep.total, runs))
    else:
        say_answer(*sweep_lines(what, outcomes, failures, sweep.total, runs))
    raise SystemExit(1 if failures or any(one.broken for one in outcomes) else 0)
