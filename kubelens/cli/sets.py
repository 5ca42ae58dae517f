"""``kubelens sets``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import click

from kubelens.cli.format_option import format_option
from kubelens.cli.input_choices import InputChoices, configured
from kubelens.cli.input_options import input_options
from kubelens.cli.printing import columns_shown, fail, say, say_answer, say_json
from kubelens.cli.unrendered import MOST_OF_A_REASON
from kubelens.engine.apply_sets import FOLDER, ApplySet
from kubelens.engine.config import Config, ConfigError
from kubelens.engine.inputs import Wanted, read_inputs
from kubelens.engine.plugins import Plugins
from kubelens.engine.renderers import is_printed
from kubelens.engine.sets.apart import texts_apart
from kubelens.engine.sets.snapshots import snapshot_of
from kubelens.kube.bundle import NEWEST
from kubelens.report.printable import shortened

_BESIDE: Final = 75
"""Columns that what is said beside a name needs."""


@click.command(name="sets")
@click.argument("paths", nargs=-1)
@input_options()
@format_option("text", "json")
def command(paths: tuple[str, ...], inputs: InputChoices, form: str) -> None:
    """List what is applied together at PATHS (default: here), and who says so.

    Kustomizations, charts with their values, Applications of Argo CD, Kustomizations and HelmReleases of Flux, releases
    of helmfile, what Skaffold deploys, what kubelens.toml names, and what is left. Each is judged by itself, as the
    objects of one cluster; 'kubelens check --in NAME' judges one alone.
    """
    try:
        paths = paths or (".",)
        records = _records(
            Wanted(paths, render=inputs.render, renderer=inputs.renderer, inside=inputs.inside),
            configured(paths, inputs),
        )
    except ConfigError as error:
        fail(str(error))
    if form == "json":
        say_json(records)
        return
    width = max((len(record["name"]) for record in records), default=0)
    shown = columns_shown()
    if shown is not None and width + _BESIDE > shown:
        width = 0
    say_answer(*(line for record in records for line in _lines(record, width)))
    if not records:
        say("nothing is applied from here")


def _lines(record: dict[str, Any], width: int) -> Iterable[str]:
    """A line for a set, names ``width`` wide (0: the name stands above the rest), and what is to be said of it."""
    count = record["objects"]
    noun = "object" if count == 1 else "objects"
    why = f"  {record['why']}" if record["why"] else ""
    if not width:
        yield record["name"]
    yield f"{record['name'] if width else '':<{width}}  {record['origin']:<13}  {count:>4} {noun:<7}{why}".rstrip()
    if record["same"]:
        yield f"{'':<{width}}    the same with {', '.join(record['same'])}"
    for line in record["missing"]:
        yield f"{'':<{width}}    not whole: {shortened(line, MOST_OF_A_REASON)}"
    for file in record["orphans"]:
        yield f"{'':<{width}}    no kustomization lists {file}"


def _records(wanted: Wanted, config: Config) -> list[dict[str, Any]]:
    inputs = read_inputs(wanted, config, Plugins())
    release = (config.kubernetes_version or (NEWEST,))[0]
    sets = inputs.sets.built(release)
    records = [_record(one, config, release) for one in sets]
    left = ApplySet(".", texts_apart(inputs.loaded, sets), origin=FOLDER, why="files that no other set is made from")
    rest = _record(left, config, release)
    rest["orphans"] = sorted(one.uri for one in inputs.sets.orphans)
    return [*records, rest] if rest["objects"] or rest["orphans"] else records


def _record(one: ApplySet, config: Config, release: str) -> dict[str, Any]:
    objects = len(list(snapshot_of(one, config, release).bundle))
    return {
        "name": one.name,
        "origin": one.origin,
        "why": one.why,
        "guessed": one.guessed,
        "namespace": one.namespace,
        "objects": objects,
        "whole": one.whole,
        "missing": list(one.missing),
        "same": list(one.also),
        "orphans": [],
        "files": sorted(_files(one)) if one.origin != FOLDER else [],
    }


def _files(one: ApplySet) -> set[str]:
    """The files that a set is made from."""
    return {text.uri for text in one.texts if text.made is None and text.source is not None and not is_printed(text)}
