"""Placements as tables and bars, and as data."""

from __future__ import annotations

from typing import Any, Final

from msgspec import to_builtins

from kubelens.predict.chain.placed import Schedule
from kubelens.predict.controllers.persistentvolume.fate import Outcome
from kubelens.predict.scheduler.placement import Placement
from kubelens.predict.scheduler.plugins.volume_restrictions import claim_names
from kubelens.predict.scheduler.remedy import remedy, shown_amount
from kubelens.report.printable import printable, printable_line
from kubelens.report.volumes import told_of

_MOST_IDLE: Final = 10
_MOST_TIED: Final = 20
"""Nodes that are named of those that tie for a Pod: on a large cluster most may."""


def render(schedule: Schedule, *, width: int = 120, colour: bool = False, most: int = 60) -> str:
    """Every Pod and its node, what does not fit and why, and how full the nodes are."""
    from io import StringIO  # noqa: PLC0415

    from rich.console import Console  # noqa: PLC0415 - only for people
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    out = StringIO()
    console = Console(file=out, width=width, force_terminal=colour, no_color=not colour, highlight=False, markup=False)
    for _, sentence in schedule.kept_out[:10]:
        console.print(printable(f"refused: {sentence}"), soft_wrap=True)
    for owner, why in schedule.idle[:_MOST_IDLE]:
        console.print(printable(f"no Pod of {owner.key}: {why}"), soft_wrap=True)
    if len(schedule.idle) > _MOST_IDLE:
        console.print(f"... and of {len(schedule.idle) - _MOST_IDLE} more workloads")
    if not schedule.placements:
        console.print(printable(_nothing(schedule)), soft_wrap=True)
    table = Table(box=None, pad_edge=False, show_header=True, header_style="bold")
    for name in ("Pod", "goes to", "score"):
        table.add_column(name)
    for placement in schedule.placements[:most]:
        table.add_row(*map(printable_line, (placement.pod.key, _where(placement), _score(placement))))
    if schedule.placements:
        console.print(table)
    if len(schedule.placements) > most:
        console.print(f"... {len(schedule.placements) - most} more (--format json shows all)")
    for placement in [p for p in schedule.placements if not p.chosen][:10]:
        console.print()
        console.print(Text.assemble((printable_line(placement.pod.key), "bold"), " fits nowhere"))
        console.print(f"  {printable(placement.message)}")
        if placement.decision is not None:
            for node, status in list(placement.decision.statuses.items())[:12]:
                why, change = remedy(placement.pod, schedule.state.nodes[node], status)
                changed = f"     smallest change: {change}" if change else ""
                console.print(printable(f"  {node:<16} {why}{changed}"))
        for line in _claims_without_volume(placement, schedule):
            console.print(printable(f"  {line}"))
    if schedule.waiting:
        console.print()
    for waiting in schedule.waiting[:10]:
        console.print(printable(waiting.sentence), soft_wrap=True)
    console.print()
    for info in list(schedule.state.nodes.values())[:most]:
        cells = [f"{info.node.name:<16}"]
        for name in ("cpu", "memory"):
            room, used = info.node.allocatable.get(name, 0), info.requested.get(name, 0)
            share = used / room if room else 0.0
            full = min(10, round(share * 10))
            cells.append(f"{name} {'█' * full}{'░' * (10 - full)} {share:>4.0%}")
        cells.append(f"pods {len(info.pods)}/{info.node.allocatable.get('pods', 0)}")
        if info.node.zone:
            cells.append(f"zone {info.node.zone}")
        console.print(printable_line("  ".join(cells)))
    for text in schedule.assumptions:
        console.print(printable(f"assuming: {text}"))
    return out.getvalue()


def _nothing(schedule: Schedule) -> str:
    """Why there is no Pod to place."""
    standing = sum(len(info.pods) for info in schedule.state.nodes.values())
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
        return "none"
    text = placement.chosen if len(placement.nodes) == 1 else f"one of {', '.join(placement.nodes[:4])}"
    if len(placement.nodes) > 4:
        text += f" and {len(placement.nodes) - 4} more"
    if placement.victims:
        text += f" (sends away {', '.join(placement.victims)})"
    return text


def _score(placement: Placement) -> str:
    scores = placement.decision.scores if placement.decision is not None else None
    return str(max(scores.values())) if scores else ""


def explain(placement: Placement) -> list[str]:
    """Node by plugin: scores where the node fits, the reason where it does not."""
    decision = placement.decision
    if decision is None:
        return [f"{placement.pod.key}: {placement.message or 'named its node itself'}"]
    lines = [f"{placement.pod.key} -> {_where(placement)}"]
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
        "placements": [
            {
                "pod": p.pod.key,
                "owner": str(p.owner.key) if p.owner else None,
                "node": p.chosen or None,
                "tied": list(p.nodes[:_MOST_TIED]),
                "tied_more": max(0, len(p.nodes) - _MOST_TIED),
                "message": p.message or None,
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
