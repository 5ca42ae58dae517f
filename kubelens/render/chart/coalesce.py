"""Values given over values of charts, and a parent's over its subcharts' (Helm, ``pkg/chart/common/util/coalesce.go``).

Coalescing takes entries out that are null; merging keeps them for a later coalescing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kubelens.render.chart.fault import ChartFault
from kubelens.render.chart.model import Chart
from kubelens.render.chart.tables import Table, copied_table, is_table, put, remove, shallow
from kubelens.render.go.printf import sprintf
from kubelens.render.origin import Sourced

GLOBAL: Final = "global"
Warn = Callable[[str], None]


def _silent(_: str) -> None:
    """Nobody listens."""


class Coalescing:
    """One way of putting values over a chart's: ``merge`` keeps nulls; ``helm`` is the major version."""

    def __init__(self, helm: int = 4, *, merge: bool = False, warn: Warn = _silent) -> None:
        self.helm = helm
        self.merge = merge
        self.warn = warn

    def values_of(self, chart: Chart, given: Table) -> Table:
        """All values of a chart and the charts below it, those given before its own.

        Raises:
            ChartFault: what should hold a subchart's values is no map.
        """
        return self._chart(chart, copied_table(given), "")

    def tables(self, target: Table, source: Table, prefix: str = "", merge: bool | None = None) -> Table:
        """Put into ``target`` what only ``source`` has; ``source`` is changed too."""
        merge = self.merge if merge is None else merge
        set_before = {key for key, value in source.items() if value is not None} if self.helm > 3 else set(source)
        for key, value in target.items():
            if value is None:
                put(source, key, None, target)
        for key, value in list(source.items()):
            full = f"{prefix}.{key}" if prefix else key
            known = target.get(key)
            if key not in target:
                put(target, key, value, source)
            elif known is None and not merge and (self.helm == 3 or key in set_before):
                remove(target, key)
            elif is_table(value):
                if is_table(known):
                    self.tables(known, value, full, merge)
                else:
                    self.warn(f"cannot overwrite table with non table for {full}")
            elif is_table(known) and value is not None:
                self.warn(f"destination for {full} is a table. Ignoring non-table value")
        return target

    def _chart(self, chart: Chart, target: Table, prefix: str) -> Table:
        self._own(chart, target, prefix)
        for below in chart.dependencies:
            name = below.name
            if name not in target:
                target[name] = Sourced()
            inner = target[name]
            if not is_table(inner):
                raise ChartFault(f"type mismatch on {name}: {sprintf('%t', (inner,))}")
            sub_prefix = f"{prefix}.{chart.name}" if prefix else chart.name
            self._globals(inner, target)
            target[name] = self._chart(below, inner, sub_prefix)
        return target

    def _own(self, chart: Chart, target: Table, prefix: str) -> None:
        """A chart's own values under those given for it (``coalesceValues``)."""
        sub_prefix = f"{prefix}.{chart.name}" if prefix else chart.name
        subcharts = {below.name for below in chart.dependencies}
        own = copied_table(chart.values)
        for key, value in own.items():
            if key not in target:
                if not self.merge and self.helm > 3:
                    if value is None:
                        continue
                    if is_table(value):
                        _clean(value)
                put(target, key, value, own)
                continue
            given = target[key]
            if given is None and not self.merge:
                remove(target, key)
            elif is_table(given):
                if is_table(value):
                    merge = self.merge or key in subcharts
                    if not merge and self.helm > 3:
                        _clean(value)
                    self.tables(given, value, f"{sub_prefix}.{key}", merge)
                elif value is not None:
                    self.warn(f"skipped value for {sub_prefix}.{key}: Not a table.")

    def _globals(self, target: Table, source: Table) -> None:
        """A parent's globals over a subchart's (``coalesceGlobals``)."""
        mine = target.get(GLOBAL) if GLOBAL in target else Sourced()
        theirs = source.get(GLOBAL) if GLOBAL in source else Sourced()
        if not is_table(mine) or not is_table(theirs):
            self.warn("skipping globals because one of them is not a table.")
            return
        for key, value in theirs.items():
            if is_table(value):
                copy = shallow(value)
                known = mine.get(key)
                if key not in mine:
                    put(mine, key, copy, theirs)
                elif not is_table(known):
                    self.warn(f'cannot merge map onto non-map for "{key}". Skipping.')
                else:
                    self.tables(copy, known, key, True)
                    put(mine, key, copy, theirs)
            elif is_table(mine.get(key)):
                self.warn(f"key {key} is table. Skipping")
            else:
                put(mine, key, value, theirs)
        target[GLOBAL] = mine


def _clean(table: Table) -> None:
    """Take nulls out, at every level (``cleanNilValues``)."""
    for key, value in list(table.items()):
        if value is None:
            remove(table, key)
        elif is_table(value):
            _clean(value)


def table_at(values: Table, path: str) -> Table | None:
    """The map at a dotted path (``Values.Table``), None where there is none."""
    found: object = values
    for step in path.split("."):
        if not is_table(found):
            return None
        found = found.get(step)
    return found if is_table(found) else None


def value_at(values: Table, path: str) -> tuple[bool, object]:
    """(whether it is there and no map, the value) at a dotted path (``Values.PathValue``)."""
    head, _, last = path.rpartition(".")
    table = table_at(values, head) if head else values
    if table is None or last not in table or is_table(table[last]):
        return False, None
    return True, table[last]
