"""``kubelens sets``."""

from __future__ import annotations

from typing import Any

import click

from kubelens.cli.input_options import InputOptions, configured, input_options
from kubelens.cli.printing import fail, say, say_json
from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.charts.sets import apart, render_charts
from kubelens.engine.config import Config, ConfigError
from kubelens.engine.inputs import Wanted, read_inputs
from kubelens.engine.plugins import Plugins
from kubelens.engine.workspace import Workspace
from kubelens.kube.bundle import NEWEST


@click.command(name="sets")
@click.argument("paths", nargs=-1)
@input_options()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def command(paths: tuple[str, ...], inputs: InputOptions, form: str) -> None:
    """List what is applied together at PATHS (default: here): kustomizations, charts, and what is left.

    Each is judged by itself, as the objects of one cluster; 'kubelens check --in NAME' judges one alone.
    """
    try:
        paths = paths or (".",)
        records = _records(Wanted(paths, render=inputs.render, renderer=inputs.renderer), configured(paths, inputs))
    except ConfigError as error:
        fail(str(error))
    if form == "json":
        say_json(records)
        return
    width = max((len(record["name"]) for record in records), default=0)
    for record in records:
        count = record["objects"]
        noun = "object" if count == 1 else "objects"
        say(f"{record['name']:<{width}}  {record['origin']:<13}  {count:>4} {noun}")
        for line in record["missing"]:
            say(f"{'':<{width}}    not whole: {line}")
    if not records:
        say("nothing is applied from here")


def _records(wanted: Wanted, config: Config) -> list[dict[str, Any]]:
    inputs = read_inputs(wanted, config, Plugins())
    release = (config.kubernetes_version or (NEWEST,))[0]
    helm = int(config.helm_version)
    charts = render_charts(inputs.charts, inputs.crds, release=release, namespace=config.namespace, helm=helm)
    sets = [*inputs.sets, *charts]
    records = [_record(one, config) for one in sets]
    left = ApplySet(".", apart(inputs.loaded, sets), origin="folder")
    rest = _record(left, config)
    return [*records, rest] if rest["objects"] else records


def _record(one: ApplySet, config: Config) -> dict[str, Any]:
    workspace = Workspace(namespace=config.namespace)
    workspace.fill(text for text in one.texts if text.made is not None or one.origin == "folder")
    missing = [problem.message for text in one.texts for problem in text.problems]
    if one.chart is not None and one.chart.fault is not None:
        missing.append(str(one.chart.fault).splitlines()[0])
    return {
        "name": one.name,
        "origin": one.origin,
        "objects": len(list(workspace.snapshot().bundle)),
        "whole": one.whole,
        "missing": missing,
        "files": sorted(text.uri for text in one.texts if text.made is None) if one.origin != "folder" else [],
    }
