"""A simulation as a timeline for people and as data for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from msgspec import to_builtins

from kubelens.predict.cluster.events import Event
from kubelens.predict.cluster.seen import Seen
from kubelens.predict.cluster.simulation import Run, Simulation
from kubelens.report.printable import printable_line

_WORDS: Final = ("ready", "running", "bound", "pending", "succeeded", "failed")
_NAMES: Final = {"running": "not ready", "bound": "starting"}
_MOST_EVENTS: Final = 8
_MOST_LINES: Final = 400


def clock(second: int) -> str:
    """``1:05`` for 65 seconds."""
    return f"{second // 60}:{second % 60:02}"


def timeline(simulation: Simulation) -> Iterator[str]:
    """Line by line: what happened when, and how it stood then."""
    run = simulation.shown
    lines = list(_lines(run))
    yield from map(printable_line, lines[:_MOST_LINES])
    if len(lines) > _MOST_LINES:
        yield f"... {len(lines) - _MOST_LINES} more lines (--format json shows every state)"
    yield ""
    yield from map(printable_line, _ending(simulation))
    for text in simulation.assumptions:
        yield f"assuming: {text}"


def _lines(run: Run) -> Iterator[str]:
    steps: dict[int, list[str]] = {}
    for second, title in run.taken:
        steps.setdefault(second, []).append(title)
    before: Seen | None = None
    for seen in run.states:
        counted = standing(seen)
        told = [*(f"-> {title}" for title in steps.get(seen.second, ())), *_told(seen.events)]
        moved = list(_moved(before, seen)) if before is not None else []
        if before is None or told or moved or counted != standing(before):
            yield f"{clock(seen.second):>7}  {counted}{'   ' if moved else ''}{', '.join(moved)}"
            yield from (f"         {line}" for line in told)
        before = seen


def standing(seen: Seen) -> str:
    """How many Pods are in which state: ``3 ready, 1 pending``."""
    counts = Counter(p["state"] for p in seen.data["pods"] if not p["terminating"])
    going = sum(p["terminating"] for p in seen.data["pods"])
    parts = [f"{counts[word]} {_NAMES.get(word, word)}" for word in _WORDS if counts[word]]
    if going:
        parts.append(f"{going} terminating")
    return ", ".join(parts) or "no Pod"


def _moved(before: Seen, seen: Seen) -> Iterator[str]:
    """Services whose number of ready endpoints has changed."""
    for name, found in seen.data["services"].items():
        was = before.data["services"].get(name, {"ready": 0})["ready"]
        if was != found["ready"]:
            yield f"{name} {was} -> {found['ready']} endpoints"


def _told(events: tuple[Event, ...]) -> Iterator[str]:
    """As ``kubectl get events`` shows them, equal ones once with how often."""
    counts = Counter((e.warning, e.reason, str(e.about), e.message) for e in events)
    shown = list(counts.items())
    for (warning, reason, about, message), times in shown[:_MOST_EVENTS]:
        often = f" (x{times})" if times > 1 else ""
        yield f"{'Warning' if warning else 'Normal':7}  {reason:18} {about:32} {message}{often}"
    if len(shown) > _MOST_EVENTS:
        yield f"... {len(shown) - _MOST_EVENTS} more events"


def _ending(simulation: Simulation) -> Iterator[str]:
    run = simulation.shown
    for key, why in run.refused:
        yield f"refused: {key}: {why}"
    if run.finished:
        yield f"at rest after {clock(run.states[-1].second)}"
    elif run.left:
        yield f"stands still before: {'; '.join(run.left)}"
    else:
        yield f"still moving after {clock(run.states[-1].second)}"
    for pod, why in run.held[:_MOST_EVENTS]:
        yield f"not evicted: Pod {pod}: {why}"
    total = len(simulation.runs)
    for number, verdict in enumerate(run.verdicts):
        how = often(simulation, number)
        if verdict.broken is None:
            yield f"holds   {verdict.promise}{how}"
        else:
            seed = f", seed {run.seed}" if total > 1 else ""
            yield f"BROKEN  {verdict.promise}{how}: at {clock(verdict.broken.second)}{seed}: {verdict.broken.why}"
            if verdict.promise == run.first_broken and (told := already_by(simulation)):
                yield f"        {told}"


def already_by(simulation: Simulation) -> str:
    """Which events are enough for the break that comes soonest, ``""`` where all are needed or nothing breaks."""
    if simulation.shortest is None:
        return ""
    return f"already by: {'; '.join(simulation.shortest)}" if simulation.shortest else "already before anything happens"


def often(simulation: Simulation, number: int) -> str:
    """How often the ``number``-th promise holds, in brackets; ``""`` where there is one run."""
    total = len(simulation.runs)
    holding = sum(one.verdicts[number].broken is None for one in simulation.runs)
    if total == 1:
        return ""
    return f" ({ {total: 'always', 0: 'never holds'}.get(holding, f'holds in {holding} of {total} runs') })"


def as_data(simulation: Simulation, *, states: bool = True) -> dict[str, Any]:
    """Every run with its verdicts; ``states``: and every state of the run to look at."""
    shown = simulation.shown
    data: dict[str, Any] = {
        "version": 1,
        "scenario": simulation.scenario.name,
        "holds": simulation.holds,
        "runs": [
            {
                "seed": run.seed,
                "finished": run.finished,
                "seconds": run.states[-1].second,
                "steps": [{"second": second, "title": title} for second, title in run.taken],
                "left": list(run.left),
                "refused": [{"object": key, "why": why} for key, why in run.refused],
                "held": [{"pod": pod, "why": why} for pod, why in run.held],
                "promises": [
                    {"name": v.promise, "holds": v.broken is None, "broken": to_builtins(v.broken)}
                    for v in run.verdicts
                ],
            }
            for run in simulation.runs
        ],
        "shortest": None if simulation.shortest is None else list(simulation.shortest),
        "assumptions": list(simulation.assumptions),
    }
    if states:
        data["seed"] = shown.seed
        data["states"] = [{**seen.data, "events": [_event(e) for e in seen.events]} for seen in shown.states]
    return data


def _event(event: Event) -> dict[str, Any]:
    return {
        "type": "Warning" if event.warning else "Normal",
        "reason": event.reason,
        "about": str(event.about),
        "message": event.message,
    }
