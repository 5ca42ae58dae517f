"""What an autoscaler does, as text: its outlook, and its replicas over time as a chart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kubelens.kube.resource import Resource
from kubelens.predict.api import Prediction
from kubelens.predict.controllers.podautoscaler.over_time import Moment, Series
from kubelens.predict.controllers.podautoscaler.works import Outlook
from kubelens.predict.scheduler.remedy import shown_amount
from kubelens.report.places import Places

_WIDTH: Final = 40
_ROWS: Final = 200
_BOUNDS: Final = ("minReplicas", "maxReplicas")
_BYTES: Final = 10_000
"""A reading of memory from which on it is no percentage."""


def outlooks_line(outlooks: Sequence[Outlook]) -> str:
    """``3 autoscalers: 1 does not scale``."""
    count = len(outlooks)
    idle = sum(not one.works for one in outlooks)
    every = "it scales" if count == 1 else "each scales"
    told = f"{idle} {'does' if idle == 1 else 'do'} not scale" if idle else every
    return f"{count} autoscaler{'' if count == 1 else 's'}: {told}"


def outlook_lines(hpa: Resource, prediction: Prediction[Outlook], places: Places) -> Iterator[str]:
    """Whether it works, by what, and why not."""
    outlook = prediction.answer
    verdict = "" if outlook.works else "  DOES NOT SCALE"
    head = f"{hpa.namespace}/{hpa.name}  {outlook.target}  {outlook.least} to {outlook.most} replicas{verdict}"
    yield places.after(head, hpa.place)
    for fault in outlook.faults:
        yield f"  {fault}"
    for metric in outlook.metrics:
        if not metric.unreadable:
            above, below = (
                shown_amount("memory", round(one)) if metric.in_bytes else f"{one:g}"
                for one in (metric.up_from, metric.down_from)
            )
            yield f"  {metric.title}: {metric.target}; more replicas above {above}, fewer below {below}"
    for limit in outlook.limits:
        yield f"  {limit}"
    for assumption in prediction.assumptions:
        yield f"  assuming: {assumption.text}"


def moment_lines(
    hpa: Resource, prediction: Prediction[tuple[Moment, ...]], series: Sequence[Series], places: Places
) -> Iterator[str]:
    """One sync in words, or a row for each sync that changes something."""
    moments = prediction.answer
    first = moments[0]
    if len(moments) == 1:
        asked = f"asked for {first.sync.asked}, " if first.sync.asked not in (None, first.sync.replicas) else ""
        bounded = "bounded by " if asked or first.sync.why in _BOUNDS else ""
        bound = f" ({asked}{bounded}{first.sync.why})" if first.sync.why else ""
        head = f"{hpa.namespace}/{hpa.name}: {first.before} -> {first.sync.replicas} replicas{bound}{_short(first)}"
        yield places.after(head, hpa.place)
        yield from _proposals(first)
    else:
        last = moments[-1]
        ends = f"{first.before} -> {last.sync.replicas} replicas in {_time(last.at)}, in syncs of 15 s"
        yield places.after(f"{hpa.namespace}/{hpa.name}: {ends}", hpa.place)
        rows = changes(moments, series)
        most = max(m.sync.replicas for m in moments)
        for moment in rows[:_ROWS]:
            yield _row(moment, most, series)
        if len(rows) > _ROWS:
            yield f"  ... and {len(rows) - _ROWS} more changes"
        yield f"ends with {moments[-1].sync.replicas} replicas{_short(moments[-1])}"
    for assumption in prediction.assumptions:
        yield f"  assuming: {assumption.text}"


def _short(moment: Moment) -> str:
    """How many of the replicas run, where that is not all, and why."""
    return f", of which {moment.running} run: {moment.short}" if moment.running < moment.sync.replicas else ""


def _proposals(moment: Moment) -> Iterator[str]:
    for proposal in moment.sync.proposals:
        told = proposal.error or f"asks for {proposal.replicas}"
        yield f"  {proposal.metric.title}: {told}"


def changes(moments: Sequence[Moment], series: Sequence[Series]) -> list[Moment]:
    """The first and the last sync, those that scale, and those at which a reading or what holds it back changes."""
    found: list[Moment] = []
    for moment in moments:
        before = found[-1] if found else None
        if (
            before is None
            or moment is moments[-1]
            or moment.sync.replicas != moment.before
            or moment.sync.why != before.sync.why
            or any(s.at(moment.at) != s.at(before.at) for s in series)
        ):
            found.append(moment)
    return found


def _row(moment: Moment, most: int, series: Sequence[Series]) -> str:
    replicas = moment.sync.replicas
    bar = "█" * max(round(replicas / most * _WIDTH) if most else 0, 1 if replicas else 0)
    width = min(_WIDTH, max(most, 1) if most < _WIDTH else _WIDTH)
    if most < _WIDTH:
        bar = "█" * replicas
    arrow = f"{moment.before} -> {replicas}" if replicas != moment.before else str(replicas)
    arrow += f" ({moment.running} run)" if moment.running < replicas else ""
    readings = ", ".join(f"{s.metric} {_amount(s.metric, s.at(moment.at))}" for s in series)
    asked = f"asked for {moment.sync.asked}" if moment.sync.asked not in (None, replicas) else ""
    why = ": ".join(part for part in (asked, moment.sync.why) if part)
    return f"  {_time(moment.at):>8}  {bar:<{width}}  {arrow:<10} {readings}{'; ' + why if why else ''}".rstrip()


def _amount(metric: str, value: float | None) -> str:
    if value is None:
        return "unreadable"
    return shown_amount("memory", round(value)) if metric == "memory" and value >= _BYTES else f"{value:g}"


def _time(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
