"""``kubelens predict lifecycle``: a Pod's life on a time line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import click
from msgspec import to_builtins

from kubelens.cli.ending import end
from kubelens.cli.format_option import format_option
from kubelens.cli.input_choices import InputChoices
from kubelens.cli.input_options import input_options
from kubelens.cli.loading import load_objects
from kubelens.cli.named_workload import find_workload
from kubelens.cli.printing import say_answer, say_json
from kubelens.cli.refusals import refused_among, tell
from kubelens.kube.go_int import parse_int
from kubelens.predict.api import Oracle
from kubelens.predict.kubelet.interval import Interval
from kubelens.predict.kubelet.lifecycle import LifecycleOf, Times
from kubelens.predict.kubelet.start_order import EVERY
from kubelens.report.lifecycle import as_data, lines
from kubelens.report.places import Places
from kubelens.syntax.pattern import pattern

_TIME: Final = pattern(r"(?:(?P<name>[a-z0-9-]+)=)?(?P<low>[0-9]+)s?(?:(?P<open>\.\.)(?P<high>[0-9]*)s?)?\Z")


@click.command()
@click.argument("workload")
@click.argument("paths", nargs=-1)
@click.option("--pull", "pulls", multiple=True, metavar="[CONTAINER=]SECONDS", help="Until an image is there.")
@click.option(
    "--starts-in",
    "answers",
    multiple=True,
    metavar="[CONTAINER=]SECONDS",
    help="From a container's start until it answers its probes.",
)
@click.option("--runs", multiple=True, metavar="[CONTAINER=]SECONDS", help="How long an init container runs.")
@format_option("text", "json")
@input_options()
def command(
    workload: str,
    paths: Sequence[str],
    pulls: Sequence[str],
    answers: Sequence[str],
    runs: Sequence[str],
    form: str,
    inputs: InputChoices,
) -> None:
    """Show how a Pod of WORKLOAD comes up, fails and stops, as intervals of seconds.

    Init and sidecar containers in order, hooks, probes, restarts with their waits, what a container that never answers goes
    through, and termination. SECONDS is a number or a range: 20, 5..60, 10.. (no bound). Ends with 1 where its settings
    contradict each other, or no Pod is let in.
    """
    snapshot = load_objects(paths, inputs)
    found = find_workload(snapshot.bundle, workload)
    oracle, places = Oracle(snapshot.bundle), Places(snapshot)
    refused = refused_among(oracle, [found.resource])
    query = LifecycleOf(found.resource, _times(pulls, "--pull"), _times(answers, "--starts-in"), _times(runs, "--runs"))
    known = {EVERY, *(one.name for one in found.pod.containers)}
    for name in [each for times in (query.pulls, query.answers, query.runs) for each, _ in times]:
        if name not in known:
            raise click.UsageError(f"no container {name!r} in {found.resource.key}")
    prediction = oracle(query)
    if form == "json":
        data = {"version": 1, "workload": str(found.resource.key), "refused": to_builtins(refused)}
        say_json({**data, **(as_data(found, prediction, places) if not prediction.answer.refusal else {})})
    else:
        tell(refused)
        if not prediction.answer.refusal:
            say_answer(*lines(found, prediction, places))
    end(no=bool(refused) or any(one.sure for one in prediction.answer.contradictions))


def _times(texts: Sequence[str], option: str) -> Times:
    """``web=5..60`` as a container and an interval.

    Raises:
        click.UsageError: it cannot be read.
    """
    found: dict[str, Interval] = {}
    for text in texts:
        read = _TIME.match(text)
        low = parse_int(read["low"]) if read is not None else None
        if read is None or low is None:
            raise click.UsageError(f"{option} {text!r}: write SECONDS, 5..60, 10.. or CONTAINER=SECONDS")
        high = low if read["open"] is None else parse_int(read["high"]) if read["high"] else None
        if high is not None and high < low:
            raise click.UsageError(f"{option} {text!r}: {high} is less than {low}")
        found[read["name"] or EVERY] = Interval(low, high)
    return tuple(found.items())
