"""The sets before a change, found again by what they are called now."""

from __future__ import annotations

import os
from collections.abc import Sequence

from kubelens.engine.apply_sets import ApplySet
from kubelens.engine.config import Config
from kubelens.engine.sets.found import Sets
from kubelens.engine.sets.snapshots import snapshot_of
from kubelens.kube.bundle import Bundle


class Before:
    """Old sets. ``old_at``: the folder they were read from; ``now_at``: those that are looked at now.

    A set is the same where its name is, seen from these folders; a chart also where the chart's own name is.
    """

    def __init__(self, sets: Sets, old_at: str = "", now_at: Sequence[str] = ()) -> None:
        self._sets = sets
        self._old_at = old_at
        self._now_at = tuple(now_at)
        self._built: dict[str, dict[str, ApplySet]] = {}

    def bundle_of(self, one: ApplySet, config: Config, kubernetes: str) -> Bundle | None:
        """The objects of a set before the change; None where it was not there, or not whole."""
        old = self.find(one, kubernetes)
        if old is None or not old.whole:
            return None
        return snapshot_of(old, config, kubernetes).bundle

    def find(self, one: ApplySet, kubernetes: str) -> ApplySet | None:
        """What a set was before the change."""
        built = self._built.get(kubernetes)
        if built is None:
            built = self._built[kubernetes] = self._by_name(kubernetes)
        names = [seen_from(at, one.name) for at in self._now_at] or [_whole(one.name)]
        for name in (*names, *_chart_names(one)):
            if name in built:
                return built[name]
        return None

    def _by_name(self, kubernetes: str) -> dict[str, ApplySet]:
        found: dict[str, ApplySet] = {}
        charts: dict[str, ApplySet] = {}
        for one in self._sets.built(kubernetes):
            for name in (one.name, *one.also):
                found[seen_from(self._old_at, name) if self._now_at else _whole(name)] = one
            for name in _chart_names(one):
                charts.setdefault(name, one)
        return {**charts, **found}


def seen_from(folder: str, name: str) -> str:
    """A name without the folder that it begins with, however either is spelled; names are seen from the working directory."""
    whole, base = _whole(name), _whole(folder)
    if whole == base:
        return "."
    if whole.startswith((f"{base.rstrip('/')}/", f"{base}+")):
        return whole[len(base.rstrip("/")) + 1 :]
    return name


def _whole(name: str) -> str:
    """A name, with all folders that lead to it."""
    return os.path.abspath(name).replace(os.sep, "/")


def _chart_names(one: ApplySet) -> list[str]:
    """What a chart is called by itself, with its own values."""
    if one.chart is None or one.chart.chart is None or one.beside or not one.guessed:
        return []
    return [f"chart {one.chart.chart.name}"]
