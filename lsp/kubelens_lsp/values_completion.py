"""Completion in a values file: what the chart's own values and other files have there, and what templates read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lsprotocol import types

from kubelens.render.chart.tables import is_table
from kubelens.syntax.text import Source
from kubelens_lsp.chart_here import ChartHere, at_path, said_of, standings, templates_of
from kubelens_lsp.cursor import Cursor, Role, cursor_at
from kubelens_lsp.template_actions import ITEM, operands
from kubelens_lsp.value_words import shape_of, short_value
from kubelens_lsp.view import View

Kind = types.CompletionItemKind
_MOST: Final = 500


def values_items(
    view: View, heres: Sequence[ChartHere], source: Source, offset: int
) -> tuple[Cursor, list[types.CompletionItem]] | None:
    """The keys, or the values that other files give, at an offset of a values file."""
    cursor = cursor_at(source, offset)
    if cursor is None:
        return None
    path = tuple(ITEM if isinstance(step, int) else step for step in cursor.path)
    if cursor.role is not Role.KEY:
        found = dict.fromkeys(short_value(one.value) for one in standings(view, heres, path) if not is_table(one.value))
        return cursor, [types.CompletionItem(text, kind=Kind.Value) for text in found if not text.endswith("...")]
    items: dict[str, types.CompletionItem] = {}
    for here in heres:
        for holder in at_path(here.values, path):
            for name, value in holder.items() if is_table(holder) else ():
                if name not in cursor.beside and name not in items and len(items) < _MOST:
                    items[name] = _key(view, heres, cursor, (*path, name), value)
    wanted = ("Values", *path)
    for here in heres[:1]:
        for _, text in templates_of(here.chart):
            for one in operands(text) if "Values" in text else ():
                if one.path[: len(wanted)] == wanted and len(one.path) > len(wanted):
                    name = one.path[len(wanted)]
                    if name != ITEM and name not in cursor.beside and name not in items and len(items) < _MOST:
                        more = len(one.path) > len(wanted) + 1
                        item = types.CompletionItem(name, kind=Kind.Field, detail="read by a template")
                        item.insert_text = name if cursor.ends else f"{name}:{'' if more else ' '}"
                        items[name] = item
    return cursor, list(items.values())


def _key(
    view: View, heres: Sequence[ChartHere], cursor: Cursor, path: tuple[str, ...], value: object
) -> types.CompletionItem:
    item = types.CompletionItem(path[-1], kind=Kind.Field)
    holds = is_table(value) or isinstance(value, list)
    item.detail = shape_of(value) if holds else short_value(value)
    item.insert_text = path[-1] if cursor.ends else f"{path[-1]}:{'' if holds else ' '}"
    item.documentation = said_of(standings(view, heres, path)) or None
    return item
