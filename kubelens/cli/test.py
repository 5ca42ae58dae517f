"""``kubelens test``: scenario files, run as tests."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from time import perf_counter

import click
from msgspec.structs import replace

from kubelens.cli.format_option import format_option
from kubelens.cli.input_choices import InputChoices
from kubelens.cli.input_options import input_options
from kubelens.cli.printing import fail, say_answer, say_json, write_report
from kubelens.cli.simulate import staged
from kubelens.cli.watching import changes
from kubelens.engine.loader import is_taken
from kubelens.engine.regular_files import read_regular
from kubelens.engine.scenario_documents import holds_scenario
from kubelens.engine.scenario_files import ScenarioError, read_scenario_file
from kubelens.predict.cluster.simulation import simulate
from kubelens.predict.cluster.world import TooMuch
from kubelens.predict.scheduler.made_up import NoCluster
from kubelens.report.scenarios import Tested, as_json, junit, lines
from kubelens.syntax.parse import parse_source
from kubelens.syntax.text import Source


@click.command()
@click.argument("paths", nargs=-1)
@click.option("--runs", type=click.IntRange(1, 1000), default=2, show_default=True, help="How often to play each.")
@click.option("--seed", type=int, default=0, show_default=True, help="What lots are drawn from; run N adds N.")
@format_option("text", "json", "junit")
@click.option("--watch", is_flag=True, help="Play again whenever a file below PATHS changes.")
@input_options()
def command(paths: Sequence[str], runs: int, seed: int, form: str, watch: bool, inputs: InputChoices) -> None:
    """Play the scenario files at PATHS and hold their promises against what happens (see docs/scenarios.md).

    Ends with 1 where a promise is broken in some run, with 2 where there is no scenario.
    """
    if not watch:
        raise SystemExit(_run(paths, runs, seed, form, inputs))
    for _ in changes(paths or (".",)):
        with suppress(SystemExit):  # a folder in which no scenario is left may get one again
            _run(paths, runs, seed, form, inputs)


def _run(paths: Sequence[str], runs: int, seed: int, form: str, inputs: InputChoices) -> int:
    files = list(dict.fromkeys(file for path in paths or (".",) for file in _scenarios(Path(path))))
    if not files:
        fail(f"no scenario file in {', '.join(paths) or '.'}: one begins with 'scenario: NAME'")
    tested = [_played(file, inputs, runs, seed) for file in files]
    if form == "json":
        say_json(as_json(tested))
    elif form == "junit":
        write_report(junit(tested))
    else:
        say_answer(*lines(tested))
    return 1 if any(one.failures for one in tested) else 0


def _scenarios(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    if not path.is_dir():
        fail(f"{path} is not there")
    folder = path.absolute()
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            file = Path(place) / name
            if is_taken(file, folder, root=folder) and _is_scenario(file):
                yield path / file.relative_to(folder)


def _is_scenario(file: Path) -> bool:
    try:
        text = read_regular(file).decode(errors="replace")
    except OSError:
        return False
    return "scenario:" in text and holds_scenario(parse_source(Source(str(file), text))[0])


def _played(path: Path, inputs: InputChoices, runs: int, seed: int) -> Tested:
    began = perf_counter()
    tested = _test(path, inputs, runs, seed)
    return replace(tested, took=perf_counter() - began)


def _test(path: Path, inputs: InputChoices, runs: int, seed: int) -> Tested:
    try:
        file = read_scenario_file(path)
        bundle, nodes, objects = staged(file, str(path), (), inputs)
        scenario = file.as_scenario(objects, nodes)
    except (ScenarioError, NoCluster) as error:
        return Tested(str(path), path.stem, fault=str(error))
    try:
        played = simulate(scenario, objects, nodes, release=bundle.release, seed=seed, runs=runs, shorten=True)
    except TooMuch as error:
        return Tested(str(path), scenario.name, fault=f"not played to the end: {error}")
    return Tested(str(path), scenario.name, played)
