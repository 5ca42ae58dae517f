"""``kubelens predict hpa``: whether an autoscaler works, and how many replicas it asks for, now and over time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import click
from msgspec import to_builtins
from msgspec.structs import replace

from kubelens.cli.ending import end
from kubelens.cli.format_option import format_option
from kubelens.cli.input_choices import InputChoices
from kubelens.cli.input_options import input_options
from kubelens.cli.loading import load_objects
from kubelens.cli.printing import fail, say_answer, say_json
from kubelens.cli.reading_units import need_units
from kubelens.cli.refusals import Refused, edits_refused, refused_among, tell
from kubelens.kube.quantity import read_quantity
from kubelens.kube.resource import Resource
from kubelens.predict.api import Assumption, Oracle, Prediction
from kubelens.predict.controllers.podautoscaler.over_time import (
    AutoscalingOf,
    Conditions,
    Moment,
    Series,
    Step,
    series_of,
)
from kubelens.predict.controllers.podautoscaler.spec import TargetType, read_autoscaler
from kubelens.predict.controllers.podautoscaler.target import TargetOf
from kubelens.predict.controllers.podautoscaler.works import Outlook, OutlookOf
from kubelens.report.hpa import changes, moment_lines, outlook_lines, outlooks_line
from kubelens.report.places import Places
from kubelens.syntax.pattern import pattern

_TIME: Final = pattern(r"(?:([0-9]{1,4})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,8})s?)?")
_AFTER_LAST_STEP: Final = 900
_LONGEST: Final = 86_400


@click.command()
@click.argument("paths", nargs=-1)
@click.option(
    "--current", type=click.IntRange(0, 100_000), help="Replicas there are.  [default: the target's, else the least]"
)
@click.option(
    "--usage",
    "usages",
    multiple=True,
    metavar="METRIC=VALUE[,VALUE@TIME...]",
    help="A metric of each Pod, as its target is written, and how it changes: cpu=85 (percent), queue=30,60@5m; "
    "'none' where it cannot be read. Metrics of objects and external ones: the whole.",
)
@click.option(
    "--load",
    "loads",
    multiple=True,
    metavar="METRIC=VALUE[,VALUE@TIME...]",
    help="The same for all Pods together, shared out over those that are ready: cpu=4,12@5m (cores), memory=8Gi.",
)
@click.option(
    "--request",
    "requests",
    multiple=True,
    metavar="RESOURCE=AMOUNT",
    help="What a Pod requests, where the target is not among the files: cpu=500m.",
)
@click.option("--for", "duration", metavar="TIME", help="Show that long, sync by sync: 30m, 1h30m.")
@click.option("--ready-after", default="30s", show_default=True, metavar="TIME", help="How long a new Pod takes.")
@click.option("--unready", type=click.IntRange(0), default=0, help="Pods that never become ready.")
@click.option("--missing", type=click.IntRange(0), default=0, help="Pods of which there are no metrics.")
@click.option("--name", "only", help="One autoscaler alone.")
@format_option("text", "json")
@input_options()
def command(
    paths: Sequence[str],
    current: int | None,
    usages: Sequence[str],
    loads: Sequence[str],
    requests: Sequence[str],
    duration: str | None,
    ready_after: str,
    unready: int,
    missing: int,
    only: str | None,
    form: str,
    inputs: InputChoices,
) -> None:
    """Say whether every HorizontalPodAutoscaler works at all, and show the replicas it asks for.

    Without --usage and --load: what it would need, and from which readings on it scales. With them: one sync, or with
    --for, a --load or readings with times the replicas over time. Ends with 1 where one cannot work.
    """
    series = (*(read_series(u, total=False) for u in usages), *(read_series(u, total=True) for u in loads))
    snapshot = load_objects(paths, inputs)
    bundle, places = snapshot.bundle, Places(snapshot)
    oracle = Oracle(bundle)
    found = [h for h in bundle.all("HorizontalPodAutoscaler") if only in (None, h.name) and not h.partial]
    if not found:
        fail("no HorizontalPodAutoscaler found" + (f" named {only!r}" if only else ""))
    refused = refused_among(oracle, edits_refused(bundle))
    if form == "text":
        tell(refused)
    given = tuple(read_request(text) for text in requests)
    if not series:
        beside = {"--current": current is not None, "--for": duration, "--request": given}
        for option, said in {**beside, "--unready": unready, "--missing": missing}.items():
            if said:
                fail(f"{option} needs --usage or --load: without readings there is no sync")
        end(no=not _outlooks(oracle, places, found, refused, form), refused=refused)
    _need_readers(oracle, found, series, given)
    need_units(usages, series, found)
    length = _length(series, duration)
    data: list[dict[str, Any]] = []
    stopped = False
    for number, hpa in enumerate(found):
        if number and form == "text":
            say_answer("")
        outlook = oracle(OutlookOf(hpa))
        stopped = stopped or not outlook.answer.works
        if outlook.answer.stops:
            if form == "json":
                data.append(_outlook_data(hpa, outlook))
            else:
                say_answer(*outlook_lines(hpa, outlook, places))
            continue
        replicas, why = _replicas(oracle, hpa, current)
        conditions = Conditions(replicas, length, read_time(ready_after), unready, missing)
        _need_requests(oracle, hpa, series, {name for name, _ in given})
        prediction = oracle(AutoscalingOf(hpa, series, conditions, given))
        if why:
            prediction = replace(prediction, assumptions=(Assumption(why), *prediction.assumptions))
        if form == "json":
            data.append(_data(hpa, prediction))
        else:
            say_answer(*moment_lines(hpa, prediction, series, places))
    if form == "json":
        say_json({"version": 1, "refused": to_builtins(refused), "autoscalers": data})
    end(no=stopped, refused=refused)


def _outlooks(oracle: Oracle, places: Places, found: Sequence[Resource], refused: Sequence[Refused], form: str) -> bool:
    """Tell how each fares; whether all work."""
    outlooks = [(hpa, oracle(OutlookOf(hpa, in_room=True))) for hpa in found]
    if form == "json":
        say_json(
            {
                "version": 1,
                "refused": to_builtins(refused),
                "autoscalers": [_outlook_data(hpa, o) for hpa, o in outlooks],
            }
        )
    else:
        say_answer(
            outlooks_line([o.answer for _, o in outlooks]),
            *(line for hpa, o in outlooks for line in outlook_lines(hpa, o, places)),
        )
    return all(o.answer.works for _, o in outlooks)


def _outlook_data(hpa: Resource, outlook: Prediction[Outlook]) -> dict[str, Any]:
    return {
        "namespace": hpa.namespace,
        "name": hpa.name,
        **to_builtins(outlook.answer),
        "assumptions": [a.text for a in outlook.assumptions],
    }


def _data(hpa: Resource, prediction: Prediction[tuple[Moment, ...]]) -> dict[str, Any]:
    first, last = prediction.answer[0], prediction.answer[-1]
    return {
        "namespace": hpa.namespace,
        "name": hpa.name,
        "current": first.before,
        "replicas": first.sync.replicas,
        "asked": first.sync.asked,
        "bound": first.sync.why or None,
        "running": first.running,
        "short": first.short or None,
        "metrics": [
            {"metric": p.metric.title, "asked": None if p.error else p.replicas, "error": p.error or None}
            for p in first.sync.proposals
        ],
        "moments": [
            {
                "at": m.at,
                "replicas_before": m.before,
                "ready": m.ready,
                "replicas": m.sync.replicas,
                "asked": m.sync.asked,
                "bound": m.sync.why or None,
                "running": m.running,
                "short": m.short or None,
            }
            for m in changes(prediction.answer, ())
        ],
        "end": {"at": last.at, "replicas": last.sync.replicas, "running": last.running},
        "assumptions": [a.text for a in prediction.assumptions],
    }


def _need_requests(oracle: Oracle, hpa: Resource, series: Sequence[Series], given: set[str]) -> None:
    """A load in cores says nothing of percent where nobody knows the request."""
    target = oracle(TargetOf(hpa)).answer
    if target.workload is not None:
        return
    for metric in read_autoscaler(hpa).metrics:
        found = series_of(series, metric)
        if found is None or not found.total or metric.target_type is not TargetType.UTILIZATION:
            continue
        if metric.name not in given:
            fail(
                f"--load {metric.name} needs what a Pod requests, and {target.kind} {target.name} is not among the "
                f"files: add it, or --request {metric.name}=AMOUNT"
            )


def _need_readers(
    oracle: Oracle, found: Sequence[Resource], series: Sequence[Series], given: Sequence[tuple[str, int]]
) -> None:
    """A reading that no autoscaler looks at, and a request that none needs, are slips."""
    metrics = [m for hpa in found for m in read_autoscaler(hpa).metrics]
    read = {id(series_of(series, metric)) for metric in metrics}
    names = sorted({f"{m.name}/{m.container}" if m.container else m.name for m in metrics})
    given_names = [one.metric for one in series]
    for one in series:
        if given_names.count(one.metric) > 1:
            fail(f"{one.metric!r} is given twice")
        if id(one) not in read:
            fail(f"no autoscaler reads {one.metric!r}: {', '.join(names) or 'none of them has a metric'}")
    unknown = [hpa for hpa in found if oracle(TargetOf(hpa)).answer.workload is None]
    needed = {m.name for hpa in unknown for m in read_autoscaler(hpa).metrics}
    for name, _ in given:
        if name not in needed:
            why = f"these are read: {', '.join(names)}" if unknown else "the target is among the files and says its own"
            fail(f"--request {name}: no autoscaler needs it; {why}")


def _replicas(oracle: Oracle, hpa: Resource, current: int | None) -> tuple[int, str]:
    """How many it begins with, and what was taken for granted in that."""
    if current is not None:
        return current, ""
    target = oracle(TargetOf(hpa)).answer
    if target.workload is not None and target.workload.replicas is not None:
        return target.workload.replicas, ""
    least = read_autoscaler(hpa).least
    unsaid = "is not among the files" if target.workload is None else "names no replicas"
    return least, f"{target.kind} {target.name}, which {unsaid}, has {least} replicas, the least (--current)"


def _length(series: Sequence[Series], duration: str | None) -> int:
    if duration is not None:
        return min(read_time(duration), _LONGEST)
    last = max((s.steps[-1].at for s in series if s.steps), default=0)
    changing = last > 0 or any(s.total for s in series)
    return min(last + _AFTER_LAST_STEP, _LONGEST) if changing else 0


def read_series(text: str, *, total: bool) -> Series:
    """``METRIC=VALUE[@TIME],...``; ends the command with code 2 where it is none."""
    name, equals, values = text.partition("=")
    if not equals or not name:
        fail(f"{text!r} is not METRIC=VALUE, such as cpu=85 or cpu=85,120@5m")
    return Series(name, tuple(sorted(_steps(text, values), key=lambda s: s.at)), total)


def _steps(text: str, values: str) -> Iterator[Step]:
    for part in values.split(","):
        value, then, time = part.partition("@")
        at = read_time(time) if then else 0
        if value == "none":
            yield Step(at, None)
            continue
        quantity = read_quantity(value.removesuffix("%"))
        if quantity is None or quantity.nanos < 0:
            fail(f"{text!r}: {value!r} is no amount of at least 0, such as 85, 250m or 2Gi, and not 'none'")
        yield Step(at, quantity.nanos / 10**9)


def read_request(text: str) -> tuple[str, int]:
    """``RESOURCE=AMOUNT`` as (resource, milli); ends the command with code 2 where it is none."""
    name, _, amount = text.partition("=")
    quantity = read_quantity(amount)
    if not name or quantity is None or quantity.nanos <= 0:
        fail(f"--request {text!r} is not RESOURCE=AMOUNT, such as cpu=500m")
    return name, -(-quantity.nanos // 10**6)


def read_time(text: str) -> int:
    """Seconds of ``90``, ``90s``, ``5m``, ``1h30m``; ends the command with code 2 where it is none."""
    match = _TIME.fullmatch(text)
    if match is None or not text:
        fail(f"{text!r} is no time such as 90s, 5m or 1h30m")
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds
