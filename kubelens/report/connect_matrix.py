"""Who reaches whom as a matrix: as it is while it can be read, else with workloads alike as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from kubelens.predict.api import Prediction
from kubelens.predict.network.ends import PodEnd
from kubelens.report.connect import Pair
from kubelens.report.places import Places

_MOST: Final = 15
"""Columns that somebody reads."""
_CELL: Final = 4
_BLOCKED: Final = "."
_EVERY: Final = "*"
_ITSELF: Final = "-"
_LEGEND: Final = (f"{_EVERY} every port", f"{_BLOCKED} blocked", f"{_ITSELF} itself")
Cells = Sequence[Sequence[str]]


def matrix_lines(
    ends: Sequence[PodEnd],
    pairs: Prediction[tuple[Pair, ...]],
    columns: int | None = None,
    places: Places | None = None,
) -> list[str]:
    """Sources down, destinations across: ``*`` every port, a letter for the ports in the legend, ``.`` none.

    Of more than 15 workloads, or more than fit into ``columns``, those that reach and are reached alike are one row and
    one column; where that is too wide still, each row lists what it reaches.
    """
    cells, legend = _cells(ends, pairs)
    names = list(map(str, ends))
    kinds = [[number] for number in range(len(ends))]
    if not _is_read(names, columns):
        kinds = _alike(cells)
        names = [f"{names[some[0]]}{f' and {len(some) - 1} more' if len(some) > 1 else ''}" for some in kinds]
    drawn = [[_between(cells, a, b) for b in kinds] for a in kinds]
    lines = list(_table(names, drawn) if _is_read(names, columns) else _list(names, drawn))
    if places is not None:
        written = [places.line(ends[some[0]].workload.resource.place) for some in kinds]
        lines[-len(kinds) :] = _with_places(lines[-len(kinds) :], written, columns) if kinds else []
    several = [(number, some) for number, some in enumerate(kinds, 1) if len(some) > 1]
    return [
        _verdict(cells),
        *lines,
        "",
        "   ".join(_LEGEND),
        *(f"{letter} {ports}" for ports, letter in legend.items()),
        *(f"{number} is {', '.join(str(ends[one]) for one in some)}" for number, some in several),
        *(["reaching and reached alike, they are one row (--format json lists each)"] if several else []),
        *(f"assumes: {assumption.text}" for assumption in pairs.assumptions),
    ]


def _verdict(cells: Cells) -> str:
    """``3 workloads, 6 ways between them: 4 open, 2 blocked``."""
    ways = [cell for row in cells for cell in row if cell != _ITSELF]
    blocked = ways.count(_BLOCKED)
    told = "all open" if not blocked else "all blocked" if blocked == len(ways) else ""
    told = told or f"{len(ways) - blocked} open, {blocked} blocked"
    named = f"{len(cells)} workload{'' if len(cells) == 1 else 's'}"
    return f"{named}, {len(ways)} ways between them: {told}" if ways else named


def _with_places(lines: Sequence[str], written: Sequence[str], columns: int | None) -> list[str]:
    """Rows with ``file:line`` behind them, all or, where one would be too wide for that, none."""
    width = max(map(len, lines))
    told = [f"{line:<{width}}  {place}".rstrip() for line, place in zip(lines, written, strict=True)]
    return told if columns is None or max(map(len, told)) <= columns else list(lines)


def _cells(ends: Sequence[PodEnd], pairs: Prediction[tuple[Pair, ...]]) -> tuple[Cells, dict[str, str]]:
    """A sign for each two workloads, and the letters by the ports that they stand for."""
    position = {id(end): number for number, end in enumerate(ends)}
    open_ = {source: list(some) for source, some in groupby(pairs.answer, key=lambda pair: id(pair[0]))}
    known: dict[int, str] = {}
    legend: dict[str, str] = {}
    rows: list[list[str]] = []
    for number, source in enumerate(ends):
        row = [_BLOCKED] * len(ends)
        row[number] = _ITSELF
        for _, destination, ports in open_.get(id(source), ()):
            if (cell := known.get(id(ports))) is None:
                cell = _EVERY if ports.is_all else legend.setdefault(str(ports), _letter(len(legend)))
                known[id(ports)] = cell
            row[position[id(destination)]] = cell
        rows.append(row)
    return rows, legend


def _is_read(names: Sequence[str], columns: int | None) -> bool:
    margin = max(map(len, names), default=0) + _CELL
    return len(names) <= _MOST and (columns is None or margin + _CELL * len(names) <= columns)


def _alike(cells: Cells) -> list[list[int]]:
    """Workloads by what they reach and what reaches them: any two of a group may change places, and nothing is seen of it."""
    found: dict[tuple[object, ...], list[list[int]]] = {}
    across = list(zip(*cells, strict=True))
    for number, row in enumerate(cells):
        counted = tuple(sorted(Counter(row).items())), tuple(sorted(Counter(across[number]).items()))
        close = found.setdefault(counted, [])
        same = next((some for some in close if _may_change_places(cells, across, some[0], number)), None)
        if same is None:
            close.append([number])
        else:
            same.append(number)
    return sorted(some for close in found.values() for some in close)


def _may_change_places(cells: Cells, across: Cells, one: int, other: int) -> bool:
    if cells[one][other] != cells[other][one]:
        return False
    return all(
        cells[one][n] == cells[other][n] and across[one][n] == across[other][n]
        for n in range(len(cells))
        if n not in (one, other)
    )


def _between(cells: Cells, some: Sequence[int], others: Sequence[int]) -> str:
    """The sign between two groups; within one, that of any two of it."""
    return cells[some[0]][others[-1]]


def _table(names: Sequence[str], cells: Cells) -> Iterator[str]:
    width = max(map(len, names), default=0)
    yield " " * (width + _CELL) + " ".join(f"{n:>3}" for n in range(1, len(names) + 1))
    for number, (name, row) in enumerate(zip(names, cells, strict=True), 1):
        yield f"{number:>3} {name:<{width}}" + " ".join(f"{cell:>3}" for cell in row)


def _list(names: Sequence[str], cells: Cells) -> Iterator[str]:
    width = max(map(len, names), default=0)
    for number, (name, row) in enumerate(zip(names, cells, strict=True), 1):
        reached: dict[str, list[str]] = {}
        for other, cell in enumerate(row, 1):
            if cell not in (_BLOCKED, _ITSELF):
                reached.setdefault(cell, []).append(str(other))
        told = "; ".join(f"{cell} {_ranges(some)}" for cell, some in reached.items())
        yield f"{number:>3} {name:<{width}}  reaches {told or 'none'}"


def _ranges(numbers: Sequence[str]) -> str:
    """``1-3 7`` of 1, 2, 3, 7."""
    parts = []
    for _, some in groupby(enumerate(map(int, numbers)), key=lambda pair: pair[1] - pair[0]):
        run = [number for _, number in some]
        parts.append(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}")
    return " ".join(parts)


def _letter(number: int) -> str:
    """a ... z, then aa, ab ..."""
    high, low = divmod(number, 26)
    return (chr(96 + high) if high else "") + chr(97 + low)
