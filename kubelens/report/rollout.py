"""A rollout in the terminal and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from msgspec import Struct, to_builtins

from kubelens.predict.api import Prediction
from kubelens.predict.controllers.rollout.rollout import NEW, OLD, Rollout
from kubelens.predict.controllers.ticks.timeline import Counts, End, State
from kubelens.report.json_text import json_text
from kubelens.report.printable import printable, printable_line

BAR: Final = 50
MOST_ROWS: Final = 40
JOB_COUNTERS: Final = ("active", "succeeded", "failed")
PARTS: Final = (
    ("old ready", "#", "blue"),
    ("old starting", ":", "cyan"),
    ("old terminating", "x", "red"),
    ("new ready", "=", "green"),
    ("new starting", ".", "yellow"),
    ("new terminating", "-", "magenta"),
)


class Row(Struct, frozen=True):
    """One step: its tick and Pods by part, in the order of PARTS."""

    tick: int
    pods: tuple[int, ...]
    ready: int
    note: str

    @property
    def total(self) -> int:
        """All Pods, those going away included."""
        return sum(self.pods)


def rows_of(rollout: Rollout) -> list[Row]:
    """The steps of a rollout; ``note`` is the time a step takes."""
    if rollout.timeline is None:
        return []
    rows = []
    for state, time in zip(rollout.timeline.states, rollout.times, strict=False):
        rows.append(Row(state.tick, _parts(state), state.ready, str(time) if state.tick else ""))
    return rows


def _parts(state: State) -> tuple[int, ...]:
    old, new = state.revisions.get(OLD, Counts()), state.revisions.get(NEW, Counts())
    return (
        old.ready,
        old.pods - old.ready,
        old.terminating,
        new.ready,
        new.pods - new.ready,
        new.terminating,
    )


def shortened(rows: Sequence[Row], most: int = MOST_ROWS) -> list[Row | None]:
    """The rows, with None for a gap where there are more than ``most``."""
    if len(rows) <= most:
        return list(rows)
    return [*rows[: most - 6], None, *rows[-5:]]


class Written(Struct, frozen=True):
    """Where a rollout is decided, as ``file:line``: what paces it, and what each reason rests on (``""``: nowhere)."""

    place: str = ""
    reasons: tuple[str, ...] = ()

    def behind(self, prediction: Prediction[Rollout], text: str) -> str:
        """A text with the places of the reasons that it holds."""
        told = zip(prediction.reasons, self.reasons, strict=False)
        found = dict.fromkeys(place for reason, place in told if place and reason.text in text)
        return f"{text}  ({', '.join(found)})" if found else text


NOWHERE: Final = Written()


def as_text(prediction: Prediction[Rollout], written: Written = NOWHERE, *, colour: bool = False) -> str:
    """The chart: a bar for each step, the desired line, and what it comes to."""
    rollout = prediction.answer
    at = f"  ({written.place})" if written.place else ""
    lines = [printable_line(f"{rollout.kind} {rollout.name}: {headline(rollout)}{at}")]
    if rollout.timeline is None:
        return lines[0] + "\n"
    reasons = [printable(f"- {one}") for one in unsaid(prediction, written)]
    if rollout.kind == "Job":
        lines += job_lines(rollout)
        lines += reasons
        lines += [printable(f"- assumed: {assumption.text}") for assumption in prediction.assumptions]
        return "\n".join(lines) + "\n"
    rows = rows_of(rollout)
    if len(rows) == 1 and rollout.change is not None and not rollout.change.rolls_out:
        lines += reasons
        return "\n".join(lines) + "\n"
    scale = max([r.total for r in rows] + [rollout.replicas, 1])
    width = min(BAR, scale)
    lines.append("")
    mark = round(rollout.replicas * width / scale)
    if rollout.kind in ("Deployment", "StatefulSet"):
        lines.append(" " * 6 + " " * max(0, mark - 1) + f"v desired {rollout.replicas}")
    for row in shortened(rows):
        if row is None:
            lines.append(f"{'...':>5}")
            continue
        lines.append(_line(row, scale, width, colour))
    seen = [any(row.pods[number] for row in rows) for number in range(len(PARTS))]
    legend = "  ".join(f"{sign} {name}" for (name, sign, _), there in zip(PARTS, seen, strict=True) if there)
    lines += ["", *([f"      {legend}", ""] if legend else [])]
    lines += map(printable, summary(prediction, written))
    lines += reasons
    lines += [printable(f"- assumed: {assumption.text}") for assumption in prediction.assumptions]
    return "\n".join(lines) + "\n"


def job_lines(rollout: Rollout) -> list[str]:
    """The steps of a Job: its Pods by how far they are, from its own counters."""
    states = rollout.timeline.states if rollout.timeline is not None else ()
    head = "".join(f"{name:>11}" for name in JOB_COUNTERS)
    lines = ["", f"{'':>5} {head}"]
    shown = states if len(states) <= MOST_ROWS else states[-MOST_ROWS:]
    for state in shown:
        counts = "".join(f"{state.status.get(name, 0):>11}" for name in JOB_COUNTERS)
        lines.append(f"{state.tick:>5} {counts}")
    lines.append("")
    if states and states[-1].conditions:
        lines.append(f"ends with        {printable(', '.join(states[-1].conditions))}")
    return lines


def _line(row: Row, scale: int, width: int, colour: bool) -> str:
    bar = "".join(sign * size for (_, sign, _), size in zip(PARTS, spread(row.pods, scale, width), strict=True))
    if colour:
        import click

        bar = "".join(
            click.style(sign * size, fg=name)
            for (_, sign, name), size in zip(PARTS, spread(row.pods, scale, width), strict=True)
        )
    pad = " " * (width - sum(spread(row.pods, scale, width)))
    time = printable(f"  {row.note}") if row.note else ""
    return f"{row.tick:>5} {bar}{pad}  {row.ready} ready of {row.total}{time}"


def spread(pods: Sequence[int], scale: int, width: int) -> list[int]:
    """Whole cells for each part; what is there at all has at least one where there is room."""
    cells: list[int] = []
    done, total = 0, 0
    for count in pods:
        total += count
        end = round(total * width / scale)
        size = max(0, end - done)
        if count and not size:
            size = 1
        cells.append(size)
        done += size
    while sum(cells) > width:
        cells[cells.index(max(cells))] -= 1
    return cells


def headline(rollout: Rollout) -> str:
    """One line: where it ends."""
    if rollout.timeline is None:
        return rollout.refusal
    steps = rollout.timeline.last.tick
    if rollout.change is not None and not rollout.change.rolls_out and steps == 0:
        return "no rollout: the Pods stay as they are"
    last = rollout.timeline.last.revisions
    if rollout.change is not None and rollout.change.rolls_out and NEW not in last and OLD in last:
        if rollout.timeline.end is End.DONE:
            return "no Pod is replaced until somebody deletes it (OnDelete)"
    words = {
        "done": f"done after {steps} step{'s' if steps != 1 else ''}",
        "stuck": f"gets stuck after {steps} step{'s' if steps != 1 else ''}",
        "paused": "is paused: no Pod is replaced",
        "going": f"is still going after {steps} steps, where the chart ends",
    }
    said = words[str(rollout.timeline.end)]
    if rollout.nodes_needed is not None:
        said += f" on {rollout.nodes_needed} or more free nodes, stuck on fewer"
    if rollout.same_node:
        said += " where new Pods land on the node that has their volume, stuck elsewhere"
    return f"{said}, and reported to have failed before" if rollout.too_late else said


def unsaid(prediction: Prediction[Rollout], written: Written) -> list[str]:
    """The reasons that what it gets stuck by does not hold already, with their places."""
    stuck = prediction.answer.stuck
    return [written.behind(prediction, reason.text) for reason in prediction.reasons if reason.text not in stuck]


def summary(prediction: Prediction[Rollout], written: Written = NOWHERE) -> list[str]:
    """What the steps come to."""
    rollout = prediction.answer
    timeline = rollout.timeline
    if timeline is None:
        return []
    found = [
        f"highest total    {timeline.max_pods} ({timeline.max_with_terminating} with those going away)",
        f"lowest ready     {timeline.min_ready}",
    ]
    if timeline.last.tick:
        found.append(f"time             {rollout.total} after scheduling and image pull")
    if rollout.stuck:
        found.append(f"stuck            {written.behind(prediction, rollout.stuck)}")
    if rollout.too_late:
        found.append(f"reported         {rollout.too_late}")
    return found


def as_data(prediction: Prediction[Rollout], written: Written = NOWHERE) -> dict[str, Any]:
    """The rollout as JSON values."""
    rollout = prediction.answer
    data: dict[str, Any] = {"kind": rollout.kind, "name": rollout.name, "replicas": rollout.replicas}
    data["place"] = written.place or None
    if rollout.refusal:
        return {**data, "refusal": rollout.refusal}
    timeline = rollout.timeline
    assert timeline is not None
    data |= {
        "outcome": str(timeline.end),
        "stuck": rollout.stuck or None,
        "reported": rollout.too_late or None,
        "nodesNeeded": rollout.nodes_needed,
        "sameNodeNeeded": rollout.same_node,
        "startsRollout": rollout.change.rolls_out if rollout.change else None,
        "changedFields": list(rollout.change.fields) if rollout.change else [],
        "highestTotal": timeline.max_pods,
        "highestTotalWithTerminating": timeline.max_with_terminating,
        "lowestReady": timeline.min_ready,
        "sendsAway": [{"pod": pod, "victims": list(victims)} for pod, victims in rollout.sent_away],
        "seconds": {"lower": rollout.total.lowest, "upper": rollout.total.highest},
        "steps": [
            {
                "tick": state.tick,
                "revisions": {
                    name: {"pods": c.pods, "ready": c.ready, "terminating": c.terminating}
                    for name, c in state.revisions.items()
                },
                "seconds": {"lower": time.lowest, "upper": time.highest},
            }
            for state, time in zip(timeline.states, rollout.times, strict=False)
        ],
        "reasons": [reason.text for reason in prediction.reasons],
        "places": [place or None for place in written.reasons],
        "assumptions": [assumption.text for assumption in prediction.assumptions],
    }
    return data


def as_json(rollouts: Iterable[tuple[Prediction[Rollout], Written]], refused: Iterable[object] = ()) -> str:
    """All rollouts as one JSON document; ``refused``: what the API server refuses of the other objects."""
    told = {"refused": to_builtins(list(refused)), "rollouts": [as_data(*one) for one in rollouts]}
    return json_text({"version": 1, **told}) + "\n"
