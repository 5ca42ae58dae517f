"""A chart's value in a few words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from kubelens.render.chart.tables import is_table
from kubelens_lsp.chart_here import ChartHere, Standing, said_of
from kubelens_lsp.convert import uri_of

_LONGEST: Final = 60
_MOST: Final = 12
_WHOLE: Final = 1e15


def shape_of(value: object) -> str:
    """What kind of value it is, as YAML calls it."""
    if is_table(value):
        return f"map of {len(value)}" if value else "empty map"
    if isinstance(value, list):
        return f"list of {len(value)}" if value else "empty list"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return "integer"
    if isinstance(value, float):
        return "number"
    return "text" if isinstance(value, str) else "null"


def short_value(value: object) -> str:
    """A value on one line, cut where it is long."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE:
        return str(int(value))
    try:
        text = json.dumps(_plain(value), ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError):
        text = shape_of(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _plain(value: object) -> object:
    """A value whose numbers are whole where they can be: Helm reads all as floating ones."""
    if is_table(value):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE else value


def value_page(name: str, told: Sequence[Standing], heres: Sequence[ChartHere]) -> str:
    """What a value is in every set, equal ones together, with where that is written, and what is said of it."""
    if not told:
        return f"**{name}** is in no values file: Helm prints nothing in its place"
    lines = [f"**{name}**: {shape_of(told[0].value)}"]
    if said := said_of(told):
        lines.append(said)
    rows: dict[tuple[str, str], list[str]] = {}
    for one in told:
        rows.setdefault((short_value(one.value), _place(one)), []).append(one.called)
    listed = [
        f"- `{value}` in {', '.join(dict.fromkeys(sets))}{f', from {place}' if place else ''}"
        for (value, place), sets in list(rows.items())[:_MOST]
    ]
    without = [here.called for here in heres if here.called not in {one.called for one in told}]
    if without:
        listed.append(f"- nothing in {', '.join(dict.fromkeys(without))}")
    lines.append("\n".join(listed))
    return "\n\n".join(lines)


def _place(one: Standing) -> str:
    if one.source is None:
        return ""
    line = one.source.position(one.start).line + 1
    return f"[{one.source.uri.rpartition('/')[2]}:{line}]({uri_of(one.source.uri)}#L{line})"
