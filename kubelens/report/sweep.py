"""A sweep for people and for programs: how many cases hold, which do not, and the worst."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from msgspec import to_builtins

from kubelens.engine.sweeps import Outcome, Unplayed
from kubelens.report.printable import printable_line
from kubelens.report.simulation import clock

_MOST: Final = 20


def worst(outcomes: Sequence[Outcome]) -> Outcome | None:
    """The worst case, None where there is none."""
    return max(outcomes, key=lambda one: one.badness, default=None)


def sweep_lines(
    what: str, outcomes: Sequence[Outcome], failures: Sequence[Unplayed], total: int, runs: int
) -> Iterator[str]:
    """Broken cases worst first, then the worst of all."""
    broken = sorted((one for one in outcomes if one.broken), key=lambda one: one.badness, reverse=True)
    for one in broken[:_MOST]:
        yield printable_line(f"BROKEN  {what} {one.title}")
        for promise in one.broken:
            often = "" if runs == 1 else f" (holds in {promise.holding} of {runs} runs)"
            yield printable_line(
                f"        {promise.promise}{often}: at {clock(promise.second)}, seed {promise.seed}: {promise.why}"
            )
    if len(broken) > _MOST:
        yield f"... {len(broken) - _MOST} more broken cases (--format json lists all)"
    for case in failures:
        yield printable_line(f"FAILED  {what} {case.title}: {case.why}")
    found = worst(outcomes)
    if found is not None:
        yield printable_line(f"worst   {what} {found.title}: {_how(found)}")
    all_ = f"all {total} cases" if total == len(outcomes) + len(failures) else f"{len(outcomes)} of {total} cases"
    yield f"{all_} played, {len(broken)} broken"


def _how(outcome: Outcome) -> str:
    parts = [
        f"at rest after {clock(outcome.seconds)}" if outcome.finished else f"not at rest after {clock(outcome.seconds)}"
    ]
    if outcome.lowest is not None:
        service, left, had = outcome.lowest
        parts.append(f"Service {service} down to {left} of {had} ready endpoints")
    if outcome.waiting:
        parts.append(f"{outcome.waiting} Pods without a node at one time")
    return ", ".join(parts)


def sweep_data(
    what: str, outcomes: Sequence[Outcome], failures: Sequence[Unplayed], total: int, runs: int
) -> dict[str, Any]:
    """Every case."""
    found = worst(outcomes)
    return {
        "version": 1,
        "sweep": what,
        "runs": runs,
        "total": total,
        "holds": not any(one.broken for one in outcomes) and not failures,
        "worst": found.title if found is not None else None,
        "cases": [to_builtins(one) for one in outcomes],
        "failures": [to_builtins(case) for case in failures],
    }
