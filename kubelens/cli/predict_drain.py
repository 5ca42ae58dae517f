"""``kubelens predict drain``: which Pods a drain waits for for ever."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import click
from msgspec import to_builtins

from kubelens.cli.ending import end
from kubelens.cli.format_option import format_option
from kubelens.cli.input_choices import InputChoices
from kubelens.cli.input_options import input_options
from kubelens.cli.loading import load_each_world
from kubelens.cli.printing import say_answer, say_json
from kubelens.cli.refusals import Refused, taken_in, tell
from kubelens.kube.bundle import Bundle
from kubelens.predict.controllers.drain import Drained, DrainOf, Guard
from kubelens.predict.controllers.drain_filters import EMPTY_DIR, FORCE
from kubelens.predict.first_names import first_names
from kubelens.report.places import Places

_STOPS: Final = {
    EMPTY_DIR: "kubectl drain stops at its emptyDir volumes: it deletes what they hold with --delete-emptydir-data only",
    FORCE: "no controller makes it anew: kubectl drain deletes it with --force only",
}
_MOST_NAMED: Final = 4
_Row = tuple[str, Drained, tuple[str, ...]]
"""A namespace, Pods of it that fare alike, and where that is decided."""


@click.command()
@click.argument("paths", nargs=-1)
@format_option("text", "json")
@input_options()
def command(paths: Sequence[str], form: str, inputs: InputChoices) -> None:
    """Show which workloads a drain can move, and which PodDisruptionBudgets hold it up for ever.

    Ends with 1 where a drain waits for ever, or something is refused.
    """
    rows: dict[_Row, bool] = {}
    idle: dict[tuple[str, str, str], None] = {}
    refused: dict[Refused, None] = {}
    assumed: dict[str, None] = {}
    for snapshot in load_each_world(paths, inputs):
        bundle, places = snapshot.bundle, Places(snapshot)
        oracle, told_first = taken_in(bundle, "PodDisruptionBudget")
        refused |= dict.fromkeys(told_first)
        for namespace in bundle.namespaces:
            prediction = oracle(DrainOf(namespace))
            assumed |= dict.fromkeys(one.text for one in prediction.assumptions)
            idle |= {
                (namespace, name, _selector(bundle, places, namespace, name)): None for name in prediction.answer.idle
            }
            fares = Counter(one.owner for one in prediction.answer.drained)
            for one in prediction.answer.drained:
                rows.setdefault((namespace, one, _deciding(bundle, places, namespace, one)), fares[one.owner] > 1)
    if form == "json":
        told = {"refused": to_builtins(tuple(refused)), "budgetsWithoutPods": [f"{n}/{b}" for n, b, _ in idle]}
        evictions = [_data(*row) for row in rows]
        say_json({"version": 1, "evictions": evictions, **told, "assumptions": list(assumed)})
    else:
        tell(tuple(refused))
        lines = [_verdict([row[:2] for row in rows])] if rows else ["no Pod: nothing to drain"]
        lines += [f"  {_line(*row, apart=apart)}" for row, apart in rows.items()]
        for namespace, name, selector in idle:
            line = f"PodDisruptionBudget {namespace}/{name} covers no Pod of the files: it holds nothing up"
            lines.append(f"{line}  ({selector})" if selector else line)
        say_answer(*lines, *(f"assuming: {text}" for text in assumed))
    end(no=any(one.stays for _, one, _ in rows), refused=tuple(refused))


def _selector(bundle: Bundle, places: Places, namespace: str, name: str) -> str:
    """``file:line`` of what a budget selects, ``""`` where it is not among the files."""
    budget = bundle.get("PodDisruptionBudget", namespace, name)
    return places.line(budget.place.at("spec", "selector")) if budget is not None else ""


def _verdict(rows: Sequence[tuple[str, Drained]]) -> str:
    """Whether a drain gets through, in one line."""
    owners = list(dict.fromkeys(f"{namespace}/{one.owner}" for namespace, one in rows))
    waits = list(dict.fromkeys(f"{namespace}/{one.owner}" for namespace, one in rows if one.stays))
    if waits:
        return f"a drain waits for ever for {len(waits)} of {_count(len(owners))}"
    flags = [flag for flag in _STOPS if any(flag in one.needs and not one.left for _, one in rows)]
    told = f", with {' and '.join(flags)}" if flags else ""
    left = sum(bool(one.left) for _, one in rows)
    return f"a drain goes through{told}: {_count(len(owners))}{f', of which it leaves {left} where they are' if left else ''}"


def _count(number: int) -> str:
    return f"{number} workload{'' if number == 1 else 's'}"


def _deciding(bundle: Bundle, places: Places, namespace: str, one: Drained) -> tuple[str, ...]:
    """``file:line`` of the budgets' fields that say how many may go; where there are none, of the owner."""
    if one.guards and not one.left:
        return tuple(dict.fromkeys(places.line(guard.place) for guard in one.guards))
    kind, _, name = one.owner.partition(" ")
    owner = bundle.get(kind, namespace, name)
    return (places.line(owner.place),) if owner is not None else ()


def _data(namespace: str, one: Drained, decides: Sequence[str]) -> dict[str, Any]:
    return {
        "namespace": namespace,
        "owner": one.owner,
        "pods": list(one.pods),
        "code": one.eviction.code,
        "message": one.eviction.message,
        "cause": one.eviction.cause,
        "left": bool(one.left),
        "why": one.left,
        "emptyDir": EMPTY_DIR in one.needs,
        "force": FORCE in one.needs,
        "budgets": [{"name": guard.budget, **to_builtins(guard.status)} for guard in one.guards],
        "places": list(decides),
    }


def _line(namespace: str, one: Drained, decides: Sequence[str], *, apart: bool) -> str:
    """One line with where it is decided; ``apart``: others of the owner's Pods fare otherwise, so that it says which these are."""
    word = "left" if one.left else "STAYS" if one.stays else "goes"
    which = []
    if apart:
        named = len(one.pods) == one.count
        which = [first_names(one.pods, _MOST_NAMED) if named else f"{one.count} of its Pods"]
    refused = (one.eviction.cause or one.eviction.message) if one.stays else one.left
    why = [*([refused] if refused else []), *(text for flag, text in _STOPS.items() if flag in one.needs)]
    why += [_room(guard) for guard in one.guards if word == "goes" and len(one.guards) == 1]
    at = [f"({', '.join(decides)})"] if decides else []
    return "  ".join([f"{word:6} {namespace}/{one.owner}", *which, *(["; ".join(why)] if why else []), *at])


def _room(guard: Guard) -> str:
    """What a budget that lets Pods go counts."""
    status = guard.status
    return (
        f"budget {guard.budget}: {status.healthy} healthy, {status.desired} needed, {status.allowed} may go at a time"
    )
