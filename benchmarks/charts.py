"""Charts rendered by kubelens and by helm, in turn: processor time as a ratio, and whether both print the same.

    python benchmarks/charts.py --helm PATH FOLDER... [--compare] [--check]

Every chart below the folders is rendered with its own values and with each ``ci/*values.yaml``, once by ``helm template``
and once in this process, where nothing of that chart is remembered; the ratio of each pair of user and system times
counts, not seconds. ``--compare`` tells each chart of which the two print different text. Random text and what is made
of it differs from run to run: lines that hold such text are compared in number only. ``--check`` holds
``kubelens check FOLDER``, which judges each chart with all these values, against ``helm template`` over them, over the
charts' own values, and with these alone.
"""

from __future__ import annotations

import argparse
import compileall
import gc
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from kubelens.engine.charts.reading import read_chart
from kubelens.render.chart.dependencies import missing_dependencies
from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.given import Given
from kubelens.render.chart.load import load
from kubelens.render.chart.manifests import printed
from kubelens.render.chart.render import render
from kubelens.render.chart.settings import Settings
from kubelens.render.origin import Text

PACKAGE = Path(__file__).parents[1] / "kubelens"
RELEASE = "release-name"
_GIVEN = ("with all their values", "helm with their own values alone", "both with their own values alone")
_HINT = "\n\nUse --debug flag"


class Answer(NamedTuple):
    """What was printed, the error that was told instead, and the processor time that it took."""

    text: str
    fault: str
    seconds: float


def charts_below(folder: Path) -> Iterator[Path]:
    """The charts below a folder that are no part of another one."""
    for file in sorted(folder.rglob("Chart.yaml")):
        chart = file.parent
        if not any(above.name == "charts" and (above.parent / "Chart.yaml").is_file() for above in chart.parents):
            yield chart


def values_of(chart: Path) -> list[Path | None]:
    """The files of values to render a chart with, None for its own alone."""
    return [None, *sorted((chart / "ci").glob("*values.yaml"))]


def by_process(*command: str) -> Answer:
    """What a process prints."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        out, err = process.communicate()
    said = err.decode("utf-8", "replace")
    fault = (
        said[said.index("Error: ") :].partition(_HINT)[0].strip() if process.returncode and "Error: " in said else ""
    )
    return Answer(out.decode("utf-8", "surrogateescape"), fault, 0.0)


def timed(*command: str) -> Answer:
    """What a process prints, with its processor time and that of its own children."""
    before = os.times()
    answer = by_process(*command)
    after = os.times()
    spent = after.children_user - before.children_user + after.children_system - before.children_system
    return answer._replace(seconds=spent)


def by_helm(helm: str, chart: Path, values: Path | None) -> Answer:
    """What ``helm template`` prints."""
    more = () if values is None else ("-f", str(values))
    return timed(helm, "template", RELEASE, str(chart), *more)


def by_kubelens(chart: Path, values: Path | None) -> Answer:
    """What the chart is rendered to here, garbage left lying meanwhile as the command does."""
    gc.collect()
    gc.disable()
    begin = time.process_time()
    text, fault = "", ""
    try:
        given = Given([] if values is None else [(str(values), values.read_text())]).values()
        text = printed(render(load(read_chart(str(chart)).files), given, Settings()).manifests)
    except ChartFault as error:
        fault = f"Error: {error}"
    return Answer(text, fault, time.process_time() - begin)


def difference(ours: Answer, helms: Answer) -> str:
    """The first line in which two answers differ, empty where none does."""
    if ours.fault or helms.fault:
        return "" if ours.fault == helms.fault else f"{ours.fault[:300]!r} against {helms.fault[:300]!r}"
    mine, other = ours.text.split("\n"), helms.text.split("\n")
    at = 0
    for number, line in enumerate(mine):
        unknown = isinstance(ours.text, Text) and any(p.unknown for p in ours.text.pieces_of(at, at + len(line)))
        at += len(line) + 1
        if number >= len(other):
            break
        if line != other[number] and not unknown:
            return f"line {number + 1}: {line[:150]!r} against {other[number][:150]!r}"
    return "" if len(mine) == len(other) else f"{len(mine)} lines against {len(other)}"


def shown(name: str, found: list[float]) -> str:
    """Median and spread."""
    tenth = sorted(found)[len(found) * 9 // 10]
    return f"{name}: median {statistics.median(found):.2f}, nine tenths below {tenth:.2f}, worst {max(found):.2f}"


def main() -> None:
    """Print the ratios and, if asked to, the differences."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--helm", default="helm", help="the program to hold against")
    parser.add_argument("--compare", action="store_true", help="tell the charts whose output differs")
    parser.add_argument("--check", action="store_true", help="hold 'kubelens check' against helm over all charts")
    parser.add_argument("--worst", type=int, default=0, help="how many of the worst ratios to tell")
    parser.add_argument("--pairs", type=int, default=5, help="how often the two are run for --check")
    options = parser.parse_args()
    compileall.compile_dir(PACKAGE, quiet=1)
    charts = [chart for folder in options.folders for chart in charts_below(folder)]
    if not charts:
        sys.exit("no chart lies below these folders")
    for warming in charts[:3]:
        by_kubelens(warming, None)
    if options.check:
        for folder in options.folders:
            write_bytecode(folder)
            pairs = [check_ratios(options.helm, folder) for _ in range(options.pairs)]
            said = f"check {folder.name} against helm template over its charts, {options.pairs} pairs"
            for given, found in zip(_GIVEN, zip(*pairs, strict=True), strict=True):
                print(shown(f"{said}, {given}", list(found)))
        return
    cases = [(chart, values) for chart in charts for values in values_of(chart)]
    ratios: dict[str, float] = {}
    equal = 0
    spent = [0.0, 0.0]
    for chart, values in cases:
        helms, ours = by_helm(options.helm, chart, values), by_kubelens(chart, values)
        spent = [spent[0] + ours.seconds, spent[1] + helms.seconds]
        name = f"{chart.name} {values.name}" if values is not None else chart.name
        if not helms.fault:
            ratios[name] = ours.seconds / helms.seconds
        told = difference(ours, helms) if options.compare else ""
        equal += not told
        if told:
            print(f"{name}: {told}")
    if options.compare:
        print(f"the same text or refusal: {equal} of {len(cases)} ({equal / len(cases):.1%}), {len(charts)} charts")
    print(shown(f"render against helm template, {len(ratios)} renders", list(ratios.values())))
    worst = sorted(ratios.items(), key=lambda one: -one[1])[: options.worst]
    print("".join(f"  {ratio:.2f} {name}\n" for name, ratio in worst), end="")
    print(f"all of them together: {spent[0] / spent[1]:.2f}")


def check_ratios(helm: str, folder: Path) -> tuple[float, float, float]:
    """The time of ``kubelens check`` in times of what helm takes for all charts of a folder.

    First both with each file of values that ``check`` finds beside the charts; then helm with the charts' own values
    alone; then both with these. Helm is given the charts of the folder that others lack, as ``check`` takes them.
    """
    own = more = 0.0
    with tempfile.TemporaryDirectory() as made:
        for chart in whole_charts(folder, Path(made) / "whole"):
            for values in values_of(chart):
                seconds = by_helm(helm, chart, values).seconds
                own, more = (own + seconds, more) if values is None else (own, more + seconds)
        bare = Path(made) / "bare" / folder.name
        shutil.copytree(folder, bare, symlinks=True)
        for chart in charts_below(bare):
            for beside in values_of(chart)[1:]:
                if beside is not None:
                    beside.unlink()
        theirs, alone = checked(folder), checked(bare)
    return theirs / (own + more), theirs / own, alone / own


def checked(folder: Path) -> float:
    """The processor time of ``kubelens check`` on a folder."""
    return timed(*_check(folder)).seconds


def _check(folder: Path) -> tuple[str, ...]:
    return (sys.executable, "-m", "kubelens", "check", str(folder), "-o", "concise", "--isolated", "--no-cache")


def write_bytecode(folder: Path) -> None:
    """Run once what is measured, so that the libraries it imports are compiled: pip does that where it installs them."""
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(_check(folder), env=surroundings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def whole_charts(folder: Path, into: Path) -> list[Path]:
    """Copies of the charts of a folder, each with those of the others that it asks for and has not."""
    known = {chart.name: chart for chart in charts_below(folder)}
    for name, chart in known.items():
        _put_together(chart, into / name, known, 3)
    return [into / name for name in known]


def _put_together(chart: Path, target: Path, known: dict[str, Path], depth: int) -> None:
    shutil.copytree(chart, target, symlinks=True)
    try:
        missing = missing_dependencies(load(read_chart(str(chart)).files))
    except ChartFault:
        return
    for name in missing:
        if name in known and depth:
            _put_together(known[name], target / "charts" / name, known, depth - 1)


if __name__ == "__main__":
    main()
