"""``kubelens predict cron``: when CronJobs run next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import click
from msgspec import to_builtins

from kubelens.cli.ending import end
from kubelens.cli.format_option import format_option
from kubelens.cli.input_choices import InputChoices
from kubelens.cli.input_options import input_options
from kubelens.cli.loading import load_objects
from kubelens.cli.printing import fail, say_answer, say_json
from kubelens.cli.refusals import edits_refused, refused_among, tell
from kubelens.kube.resource import Resource
from kubelens.predict.api import Oracle, Prediction
from kubelens.predict.controllers.cronjob import MAX_RUNS, NextRuns, Runs
from kubelens.report.places import Places
from kubelens.syntax.place import Place


@click.command()
@click.argument("paths", nargs=-1, required=True)
@click.option("--runs", type=click.IntRange(1, MAX_RUNS), default=5, show_default=True, help="How many runs.")
@click.option("--now", "at", metavar="TIME", help="Start from this time (RFC 3339) instead of now.")
@format_option("text", "json")
@input_options()
def command(paths: Sequence[str], runs: int, at: str | None, form: str, inputs: InputChoices) -> None:
    """Show the next runs of every CronJob, in its time zone and in UTC.

    Ends with 1 where a CronJob never runs, or no Pod of its Jobs is let in or runs.
    """
    try:
        now = datetime.fromisoformat(at.replace("Z", "+00:00")) if at else datetime.now(UTC)
    except ValueError:
        fail(f"--now {at!r} is no time such as 2026-01-31T12:00:00Z")
    if now.tzinfo is None:
        now = now.replace(tzinfo=UTC)
    snapshot = load_objects(paths, inputs)
    oracle, places = Oracle(snapshot.bundle), Places(snapshot)
    refused = refused_among(oracle, edits_refused(snapshot.bundle))
    found = [(c, oracle(NextRuns(c, runs, now))) for c in snapshot.bundle.all("CronJob")]
    if form == "json":
        data = [
            {
                "namespace": c.namespace,
                "name": c.name,
                "problem": p.answer.problem or None,
                "without_pods": p.answer.without_pods or None,
                "runs": [
                    {"time": time.isoformat(), "utc": time.astimezone(UTC).isoformat(), "job": job}
                    for time, job in zip(p.answer.times, p.answer.jobs, strict=True)
                ],
                "reasons": [{"reason": r.text, "place": places.line(r.place)} for r in p.reasons],
                "place": places.line(_schedule(c)),
                "assumptions": [a.text for a in p.assumptions],
            }
            for c, p in found
        ]
        say_json({"version": 1, "refused": to_builtins(refused), "cronjobs": data})
    if form == "text":
        tell(refused)
        say_answer(*(line for cronjob, prediction in found for line in _lines(cronjob, prediction, places)))
    if not found:
        fail("no CronJob found")
    end(no=any(p.answer.problem or p.answer.without_pods for _, p in found), refused=refused)


def _schedule(cronjob: Resource) -> Place:
    return cronjob.place.at("spec", "schedule")


def _lines(cronjob: Resource, prediction: Prediction[Runs], places: Places) -> Iterator[str]:
    runs = prediction.answer
    yield places.after(f"{cronjob.namespace}/{cronjob.name}  {cronjob.spec.get('schedule', '')}", _schedule(cronjob))
    by = prediction.reasons[0].place if prediction.reasons else None
    by = None if by == _schedule(cronjob) else by
    if runs.problem:
        yield places.after(f"  never runs: {runs.problem}", by)
    if runs.without_pods:
        yield places.after(f"  {'refused' if runs.refused else 'runs nothing'}: {runs.without_pods}", by)
    for time, job in zip(runs.times, runs.jobs, strict=True):
        yield f"  {time:%a %Y-%m-%d %H:%M %Z}  {time.astimezone(UTC):%Y-%m-%dT%H:%MZ}  Job {job}"
    for reason in prediction.reasons if not runs.problem else ():
        if reason.text != runs.without_pods:
            yield f"  {places.reason(reason)}"
    for assumption in prediction.assumptions:
        yield f"  assumed: {assumption.text}"
