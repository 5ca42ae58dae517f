"""Placements as tables and bars, and as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from msgspec import to_builtins

from kubelens.predict.chain.placed import Schedule
from kubelens.predict.controllers.persistentvolume.fate import Outcome
from kubelens.predict.scheduler.message import told
from kubelens.predict.scheduler.placement import Placement
from kubelens.predict.scheduler.plugins.volume_restrictions import claim_names
from kubelens.predict.scheduler.remedy import remedy, shown_amount
from kubelens.report.columns import columns, hanging
from kubelens.report.places import Places
from kubelens.report.printable import printable, printable_line
from kubelens.report.rooms import fullest, rooms, share
from kubelens.report.volumes import told_of
from kubelens.syntax.place import Place

_BOLD: Final = "\x1b[1m"
_MOST_IDLE: Final = 10
_MOST_TIED: Final = 20
"""Nodes that are named of those that tie for a Pod: on a large cluster most may."""


def render(
    schedule: Schedule, *, width: int = 100, colour: bool = False, most: int = 60, places: Places | None = None
) -> str:
    """What it comes to, every Pod and its node, what does not fit and why, and how full the nodes are."""
    lines = [_strong(_verdict(schedule), colour)] if schedule.placements else [_nothing(schedule)]
    after = places.after if places is not None else _as_it_is
    lines += [after(f"refused: {sentence}", owner.place) for owner, sentence in schedule.kept_out[:10]]
    not_made = schedule.not_made[:_MOST_IDLE]
    lines += [after(f"not created of {owner.key}: {sentence}", owner.place) for owner, sentence in not_made]
    if len(schedule.not_made) > _MOST_IDLE:
        lines.append(f"... and of {len(schedule.not_made) - _MOST_IDLE} more StatefulSets")
    lines += [after(f"no Pod of {owner.key}: {why}", owner.place) for owner, why in schedule.idle[:_MOST_IDLE]]
    if len(schedule.idle) > _MOST_IDLE:
        lines.append(f"... and of {len(schedule.idle) - _MOST_IDLE} more workloads")
    runs = list(_runs(schedule.placements))
    if runs:
        cells = [(_pods(run), _where(run[0]), _written(run[0], places)) for run in runs[:most]]
        rows = [("Pod", "goes to", "written at" if places is not None else ""), *cells]
        lines += ["", *columns([tuple(map(printable_line, row)) for row in rows], width)]
    if len(runs) > most:
        lines.append(f"... and {sum(map(len, runs[most:]))} more Pods (--format json shows all)")
    for run in [run for run in runs if not run[0].chosen][:10]:
        lines += ["", _strong(f"{printable_line(_pods(run))} {_how(run)}", colour)]
        lines += _why(run[0], schedule, width)
    if schedule.waiting:
        lines.append("")
    lines += [waiting.sentence for waiting in schedule.waiting[:10]]
    lines += ["", *rooms(list(schedule.state.nodes.values()), width)]
    for text in schedule.assumptions:
        lines += hanging(f"assuming: {text}", width)
    return "".join(f"{line if line.startswith(_BOLD) else printable(line)}\n" for line in lines)


def _as_it_is(text: str, *_: Place | None) -> str:
    return text


def _written(placement: Placement, places: Places | None) -> str:
    """``file:line`` of what brings a Pod."""
    return places.line(placement.owner.place) if places is not None and placement.owner is not None else ""


def _verdict(schedule: Schedule) -> str:
    """``30 Pods on 3 nodes: all fit; node-a is the fullest, cpu 60 %``."""
    placed, nodes = schedule.placements, schedule.state.nodes
    without = [one for one in placed if not one.chosen]
    named = sum(1 for one in without if one.rejected_on or one.pod.node_name)
    lost = len(without) - named
    told = [f"{lost} {'fits' if lost == 1 else 'fit'} nowhere"] if lost else []
    told += (
        [f"{named} {'does' if named == 1 else 'do'} not start on {'its' if named == 1 else 'their'} node"]
        if named
        else []
    )
    found = f"{_count(len(placed), 'Pod')} on {_count(len(nodes), 'node')}: {', '.join(told) or 'all fit'}"
    full = fullest(nodes.values())
    if full is not None:
        found += f"; {printable_line(full[0].node.name)} is the fullest, {full[1]} {share(*full):.0%}"
    return found


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _strong(text: str, colour: bool) -> str:
    return f"{_BOLD}{text}\x1b[0m" if colour else text


def _runs(placements: Sequence[Placement]) -> Iterator[list[Placement]]:
    """Pods of one owner, one behind the other, that fare alike."""
    for _, run in groupby(placements, key=lambda one: (one.owner and one.owner.key, _where(one), one.message)):
        yield list(run)


def _how(run: list[Placement]) -> str:
    """How Pods fare that have no node to run on."""
    if run[0].rejected_on:
        return f"{'is' if len(run) == 1 else 'are'} rejected by the kubelet"
    if run[0].pod.node_name:
        return f"{'does' if len(run) == 1 else 'do'} not start"
    return f"{'fits' if len(run) == 1 else 'fit'} nowhere"


def _pods(run: list[Placement]) -> str:
    """``shop/web-0``, or ``shop/web-0 to shop/web-5 (6)``."""
    first, last = run[0].pod.key, run[-1].pod.key
    return first if len(run) == 1 else f"{first} to {last.rpartition('/')[2]} ({len(run)})"


def _why(placement: Placement, schedule: Schedule, width: int) -> Iterator[str]:
    """Why a Pod has no node: the scheduler's sentence, then node by node what would help."""
    yield from (f"  {line}" for line in hanging(told(placement.message), width - 2))
    rows = []
    shown = placement.decision.statuses if placement.decision is not None and not placement.rejected_on else {}
    for node, status in list(shown.items())[:12]:
        why, change = remedy(placement.pod, schedule.state.nodes[node], status)
        rows.append((f"  {node}", why, f"smallest change: {change}" if change else ""))
    yield from columns([tuple(map(printable_line, row)) for row in rows], width)
    yield from (f"  {line}" for line in _claims_without_volume(placement, schedule))


def _nothing(schedule: Schedule) -> str:
    """Why there is no Pod to place."""
    standing = sum(len(info.pods) for info in schedule.state.nodes.values())
    if schedule.held_back:
        return f"no Pod to place: {_count(standing, 'Pod')} on their nodes already, {len(schedule.held_back)} not created yet"
    if standing:
        return f"no Pod to place: {standing} stand on their nodes already, and nothing among the files brings another"
    if schedule.idle or schedule.kept_out:
        return "no Pod to place: no other workload is among the files"
    return "no Pod to place: no workload is among the files"


def _claims_without_volume(placement: Placement, schedule: Schedule) -> list[str]:
    """The claims of a Pod that get no volume, and what the volume controller says."""
    names = dict.fromkeys(claim_names(placement.pod))
    fates = (schedule.bindings.by_claim.get(f"{placement.pod.namespace}/{name}") for name in names)
    without = [one for one in fates if one is not None and one.outcome in (Outcome.PENDING, Outcome.LOST)]
    return [line for fate in without for line in told_of(fate)]


def _where(placement: Placement) -> str:
    if not placement.chosen:
        return f"none ({placement.rejected_on} rejects it)" if placement.rejected_on else "none"
    text = placement.chosen if len(placement.nodes) == 1 else f"one of {', '.join(placement.nodes[:4])}"
    if len(placement.nodes) > 4:
        text += f" and {len(placement.nodes) - 4} more"
    if placement.victims:
        text += f" (sends away {', '.join(placement.victims)})"
    return text


def explain(placement: Placement, places: Places) -> list[str]:
    """Node by plugin: scores where the node fits, the reason where it does not."""
    decision = placement.decision
    written = placement.owner.place if placement.owner is not None else None
    if decision is None:
        return [places.after(f"{placement.pod.key}: {placement.message or 'named its node itself'}", written)]
    lines = [places.after(f"{placement.pod.key} -> {_where(placement)}", written)]
    if not placement.chosen and placement.message and not decision.statuses:
        lines.append(f"  {told(placement.message)}")
    plugins: list[str] = []
    for values in (decision.plugin_scores or {}).values():
        plugins.extend(name for name in values if name not in plugins)
    if plugins:
        lines.append("  node             total  " + "  ".join(plugins))
        for node, values in (decision.plugin_scores or {}).items():
            total = (decision.scores or {}).get(node, 0)
            lines.append(f"  {node:<16} {total:>5}  " + "  ".join(f"{values.get(p, '-')!s:>{len(p)}}" for p in plugins))
    for node, status in decision.statuses.items():
        lines.append(f"  {node:<16}    no  {status.plugin}: {', '.join(status.reasons)}")
    return lines


def as_data(schedule: Schedule) -> dict[str, Any]:
    """Placements and nodes as plain values."""
    return {
        "version": 1,
        "refused": [{"object": str(owner.key), "sentence": sentence} for owner, sentence in schedule.kept_out],
        "without_pods": [{"object": str(owner.key), "why": why} for owner, why in schedule.idle],
        "not_created": [{"object": str(owner.key), "sentence": sentence} for owner, sentence in schedule.not_made],
        "placements": [
            {
                "pod": p.pod.key,
                "owner": str(p.owner.key) if p.owner else None,
                "node": p.chosen or None,
                "tied": list(p.nodes[:_MOST_TIED]),
                "tied_more": max(0, len(p.nodes) - _MOST_TIED),
                "message": p.message or None,
                "rejected_on": p.rejected_on or None,
                "victims": list(p.victims),
                "scores": dict(p.decision.scores) if p.decision is not None and p.decision.scores else None,
            }
            for p in schedule.placements
        ],
        "waiting": to_builtins(schedule.waiting),
        "nodes": {
            name: {
                "pods": [pod.key for pod in info.pods],
                "requested": {k: shown_amount(k, v) for k, v in info.requested.items()},
                "allocatable": {k: shown_amount(k, v) for k, v in info.node.allocatable.items()},
            }
            for name, info in schedule.state.nodes.items()
        },
        "assumptions": list(schedule.assumptions),
    }
