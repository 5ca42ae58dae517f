"""``kubelens simulate``: a bundle on a virtual cluster, played through what happens to it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click

from kubelens.cli.format_option import format_option
from kubelens.cli.input_choices import InputChoices
from kubelens.cli.input_options import input_options
from kubelens.cli.loading import load_configuration, load_world, release_of
from kubelens.cli.printing import complain, fail, say_answer, say_json, write_report
from kubelens.engine.scenario_files import ScenarioError, ScenarioFile, read_scenario_file
from kubelens.engine.stages import stage_of
from kubelens.kube.bundle import Bundle
from kubelens.kube.resource import Resource
from kubelens.predict.cluster.ready_made import READY_MADE, ready_made
from kubelens.predict.cluster.simulation import simulate
from kubelens.predict.cluster.world import TooMuch
from kubelens.predict.scheduler.made_up import DEFAULT_NODES, DEFAULT_ZONES, NoCluster
from kubelens.report.simulation import as_data, timeline
from kubelens.report.simulation_html import simulation_html


@click.command()
@click.argument("scenario")
@click.argument("paths", nargs=-1)
@click.option("--nodes", "descriptions", multiple=True, metavar="3x4cpu,16Gi", help="Made-up nodes (repeatable).")
@click.option("--zones", default="", metavar="a,b,c", help="Zones of made-up nodes, in turn.")
@click.option("--runs", type=click.IntRange(1, 1000), default=1, show_default=True, help="How often to play it.")
@click.option("--seed", type=int, default=0, show_default=True, help="What lots are drawn from; run N adds N.")
@format_option("text", "json", "html")
@input_options()
def command(
    scenario: str,
    paths: Sequence[str],
    descriptions: Sequence[str],
    zones: str,
    runs: int,
    seed: int,
    form: str,
    inputs: InputChoices,
) -> None:
    """Play SCENARIO with the manifests at PATHS on a virtual cluster: API server, controllers, scheduler, kubelets.

    SCENARIO is a file (see docs/scenarios.md), or one of upgrade-nodes, lose-zone, lose-node, lose-each-node, rollout,
    scale-up and drain-all. Ends with 1 where a promise is broken.
    """
    file = None if scenario in READY_MADE else scenario_file(scenario)
    try:
        bundle, nodes, objects = staged(file, scenario, paths, inputs, descriptions, zones)
        played = ready_made(scenario, objects, nodes) if file is None else file.as_scenario(objects, nodes)
    except (NoCluster, ScenarioError) as error:
        fail(str(error))
    try:
        simulation = simulate(played, objects, nodes, release=bundle.release, seed=seed, runs=runs, shorten=True)
    except TooMuch as error:
        fail(f"not played to the end: {error}")
    if form == "json":
        say_json(as_data(simulation))
    elif form == "html":
        write_report(simulation_html(simulation))
    else:
        say_answer(*timeline(simulation))
    raise SystemExit(0 if simulation.holds else 1)


def scenario_file(path: str) -> ScenarioFile:
    """The scenario file at a path; where there is none that can be read, the command ends."""
    if not Path(path).is_file():
        fail(f"{path!r} is neither a scenario file nor one of {', '.join(READY_MADE)}")
    try:
        return read_scenario_file(Path(path))
    except ScenarioError as error:
        fail(str(error))


class Staged(NamedTuple):
    """What is played: the manifests, the nodes of the cluster, and the objects that are applied to it."""

    bundle: Bundle
    nodes: Sequence[Mapping[str, Any]]
    objects: Sequence[Resource]


def staged(
    file: ScenarioFile | None,
    at: str,
    paths: Sequence[str],
    inputs: InputChoices,
    descriptions: Sequence[str] = (),
    zones: str = "",
) -> Staged:
    """Set the stage for a scenario file that stands ``at`` a path, or for a ready-made one (None).

    ``paths``, ``descriptions`` (of nodes) and ``zones`` are those of the command line, and go before the file's. What is
    left out is said on standard error.

    Raises:
        NoCluster, ScenarioError: the nodes or the file cannot be read.
    """
    if file is not None:
        paths = paths or file.paths(Path(at))
    bundle, cluster = _world_of(file, paths, inputs)
    stage = stage_of(bundle, file, cluster, descriptions, zones)
    for sentence in stage.left:
        complain(sentence)
    if not stage.nodes_given and sys.stderr.isatty():
        complain(f"no nodes given: {DEFAULT_NODES} in zones {DEFAULT_ZONES} is taken (--nodes, --cluster)")
    return Staged(bundle, stage.nodes, stage.objects)


def _world_of(
    file: ScenarioFile | None, paths: Sequence[str], inputs: InputChoices
) -> tuple[Bundle, Mapping[str, Any]]:
    """The manifests at some paths, without paths those that a scenario file holds; and the cluster of their settings."""
    if file is None or paths or not file.manifests:
        world = load_world(paths, inputs)
        if not world.snapshot.manifests:
            fail(f"no Kubernetes object found in {', '.join(paths) or '.'}")
        return world.snapshot.bundle, world.cluster
    config = load_configuration((), inputs)
    return Bundle(file.manifests, release_of(config), pod_security=config.pod_security), config.cluster
