"""Sets that are not made whole, on standard error: those that share a reason are named together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kubelens.cli.printing import complain
from kubelens.engine.apply_sets import ApplySet
from kubelens.report.printable import shortened

_MOST_NAMED: Final = 3
MOST_OF_A_REASON: Final = 300
"""Characters of what somebody else's engine says, which may hold a whole template."""
_DIFFERENT_ONES: Final = (
    "charts/ does not hold what Chart.yaml asks for; helm dependency build fetches it (kubelens sets names it)"
)


def complain_of_charts(sets: Iterable[ApplySet]) -> None:
    """One line for each reason for which charts of some sets are not rendered; one for all that lack dependencies."""
    lacking: dict[str, list[str]] = {}
    faulty: dict[str, list[str]] = {}
    for one in sets:
        if one.chart is None or one.chart.fault is None:
            continue
        from kubelens.engine.charts.unrendered import dependencies_lacked, why_not_rendered  # noqa: PLC0415 - rare

        reasons = lacking if dependencies_lacked(one.chart) else faulty
        reasons.setdefault(why_not_rendered(one.chart), []).append(one.name)
    if len(lacking) > 1:
        lacking = {_DIFFERENT_ONES: [name for names in lacking.values() for name in names]}
    for reason, names in (*lacking.items(), *faulty.items()):
        noun, verb = ("charts", "are") if len(names) > 1 else ("chart", "is")
        complain(f"{noun} {listed(names)} {verb} not rendered: {shortened(reason, MOST_OF_A_REASON)}")


def why_empty(sets: Iterable[ApplySet]) -> list[str]:
    """A sentence for each of the first sets that hold nothing, as they do without something."""
    empty = [one for one in sets if one.came_to_nothing and one.missing]
    said = [
        f"set {one.name!r} holds no object: {shortened(one.missing[0], MOST_OF_A_REASON)}"
        for one in empty[:_MOST_NAMED]
    ]
    return said + [f"and {len(empty) - _MOST_NAMED} more sets hold none, see kubelens sets"] * (
        len(empty) > _MOST_NAMED
    )


def told_above(sets: Iterable[ApplySet]) -> list[str]:
    """A sentence for each folder that should have been named, as some sets take in what lies above what is looked at."""
    lacking: dict[str, list[str]] = {}
    for one in sets:
        for folder in one.above:
            lacking.setdefault(folder, []).append(one.name)
    return [
        f"{listed(names)} {'takes' if len(names) == 1 else 'take'} in what lies above what is looked at: "
        f"name {folder!r} instead, which holds both"
        for folder, names in lacking.items()
    ]


def listed(names: list[str]) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(repr(name) for name in names[:_MOST_NAMED]) + more
