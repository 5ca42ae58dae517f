"""Values files that lie beside a chart: what it is released with elsewhere, or tested with."""

from __future__ import annotations

from typing import Final

from kubelens.engine.sets.planned import ChartPart, PlannedSet
from kubelens.engine.sets.tree import Tree
from kubelens.syntax.pattern import pattern

_BESIDE: Final = pattern(r"values-[^/]+\.ya?ml|values/[^/]+\.ya?ml|ci/[^/]*-?values\.ya?ml")
MOST: Final = 100
"""Values files of one chart that are tried."""


def sets_of_chart(folder: str, tree: Tree) -> list[PlannedSet]:
    """A chart with its own values, and with each values file beside it."""
    name = tree.shown(folder) or "."
    before = f"{folder}/" if folder else ""
    sets = [
        PlannedSet(
            name, "chart", (ChartPart(folder),), "a chart that nobody names", f"{before}Chart.yaml", guessed=True
        )
    ]
    files = [path for path in sorted(tree.below(folder)) if _BESIDE.fullmatch(path.removeprefix(before))]
    for path in files[:MOST]:
        given = path.removeprefix(before)
        part = ChartPart(folder, (path,))
        called = f"{name}+{given}"
        sets.append(PlannedSet(called, "chart", (part,), f"{given} beside the chart", path, guessed=True, beside=name))
    return sets
