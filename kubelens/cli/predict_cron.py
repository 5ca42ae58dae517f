"""``kubelens predict cron``: when CronJobs run next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import click

from kubelens.cli.format_option import format_option
from kubelens.cli.input_choices import InputChoices
from kubelens.cli.input_options import input_options
from kubelens.cli.loading import load_objects
from kubelens.cli.printing import fail, say_answer, say_json
from kubelens.kube.resource import Resource
from kubelens.predict.api import Oracle
from kubelens.predict.controllers.cronjob import MAX_RUNS, NextRuns
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
        say_json({"version": 1, "cronjobs": data})
    for cronjob, prediction in found if form == "text" else ():
        head = f"{cronjob.namespace}/{cronjob.name}  {cronjob.spec.get('schedule', '')}"
        say_answer(places.after(head, _schedule(cronjob)))
        by = prediction.reasons[0].place if prediction.reasons else None
        by = None if by == _schedule(cronjob) else by
        if prediction.answer.problem:
            say_answer(places.after(f"  never runs: {prediction.answer.problem}", by))
        if prediction.answer.without_pods:
            word = "refused" if prediction.answer.refused else "runs nothing"
            say_answer(places.after(f"  {word}: {prediction.answer.without_pods}", by))
        for time, job in zip(prediction.answer.times, prediction.answer.jobs, strict=True):
            say_answer(f"  {time:%a %Y-%m-%d %H:%M %Z}  {time.astimezone(UTC):%Y-%m-%dT%H:%MZ}  Job {job}")
        for reason in prediction.reasons if not prediction.answer.problem else ():
            if reason.text != prediction.answer.without_pods:
                say_answer(f"  {places.reason(reason)}")
        for assumption in prediction.assumptions:
            say_answer(f"  assumed: {assumption.text}")
    if not found:
        fail("no CronJob found")
    if any(p.answer.problem or p.answer.without_pods for _, p in found):
        raise SystemExit(1)


def _schedule(cronjob: Resource) -> Place:
    return cronjob.place.at("spec", "schedule")
