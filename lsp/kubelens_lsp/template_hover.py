"""Hover in a chart: what a value is in every set, what a named template prints, who reads a value."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from kubelens.render.chart.objects import Release, chart_object
from kubelens.syntax.text import Source, Span
from kubelens_lsp.chart_here import ChartHere, at_path, is_values, standings
from kubelens_lsp.convert import to_range
from kubelens_lsp.template_actions import ITEM, Path, action_at, named_template_at, named_templates, operand_at
from kubelens_lsp.value_words import short_value, value_page
from kubelens_lsp.values_read import path_of_value, readers
from kubelens_lsp.view import View

_MOST_LINES = 20


def chart_hover(
    view: View, heres: Sequence[ChartHere], key: str, source: Source, offset: int, encoding: str
) -> types.Hover | None:
    """What is known of a place in a template or values file."""
    if is_values(heres, key):
        return _in_values(view, heres, key, source, offset, encoding)
    return _in_template(view, heres, source, offset, encoding)


def _in_template(
    view: View, heres: Sequence[ChartHere], source: Source, offset: int, encoding: str
) -> types.Hover | None:
    """What is known of the word under the cursor; None outside actions and for words that lead nowhere known."""
    if action_at(source.text, offset) is None:
        return None
    named = named_template_at(source.text, offset)
    if named is not None:
        return _hover(source, named.start, named.end, encoding, _of_template(heres, named.name))
    found = operand_at(source.text, offset)
    if found is None:
        return None
    path, start, end = found.upto(offset)
    return _hover(source, start, end, encoding, _of_path(view, heres, path))


def _in_values(
    view: View, heres: Sequence[ChartHere], key: str, source: Source, offset: int, encoding: str
) -> types.Hover | None:
    """What is known of the value under the cursor of a values file: what it is in every set, who reads it."""
    found = path_of_value(view, heres, key, offset)
    if found is None:
        return None
    path, span = found
    whole = [here for here in heres if here.above == heres[0].above]
    text = value_page(f".Values.{'.'.join(path)}", list(standings(view, whole, path)), whole)
    read = list(readers(heres[0], path))
    files = list(dict.fromkeys(place.rpartition("/")[2] for place, _, _ in read))
    if read:
        more = f" and {len(files) - 5} more" if len(files) > 5 else ""
        text += f"\n\nread {len(read)} {'time' if len(read) == 1 else 'times'}: {', '.join(files[:5])}{more}"
    else:
        text += "\n\nno template reads it by its name"
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), to_range(source, span, encoding))


def _hover(source: Source, start: int, end: int, encoding: str, text: str) -> types.Hover | None:
    if not text:
        return None
    span = to_range(source, Span(start, end), encoding)
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), span)


def _of_path(view: View, heres: Sequence[ChartHere], path: Path) -> str:
    if path[:1] == ("Values",) and len(path) > 1:
        if path[-1] == ITEM:
            return ""
        return value_page(f".{'.'.join(path)}", list(standings(view, heres, path[1:])), heres)
    if path[:1] == ("Release",) and len(path) == 2:
        value = Release().as_go().get(path[1])
        return f"**.Release.{path[1]}**: `{short_value(value)}` where nothing else is said" if value is not None else ""
    if path[:1] == ("Chart",) and len(path) > 1 and heres:
        told = chart_object(heres[0].chart.metadata, is_root=not heres[0].above, helm=4)
        found = at_path(told, path[1:])
        return f"**.{'.'.join(path)}**: `{short_value(found[0])}`" if found else ""
    return ""


def _of_template(heres: Sequence[ChartHere], name: str) -> str:
    """Where a template is defined, what is said above it, and its first lines."""
    for here in heres[:1]:
        for path, text in here.all_templates():
            for one in named_templates(text):
                if one.defines and one.name == name:
                    action = action_at(text, one.start)
                    body = text[action.end if action is not None else one.end :]
                    lines = body[: body.find("{{- end") if "{{- end" in body else None].strip("\n").splitlines()
                    shown = "\n".join(lines[:_MOST_LINES])
                    said = f"{one.said}\n\n" if one.said else ""
                    return f"**{name}**, defined in {path}\n\n{said}```helm\n{shown}\n```"
    return f"no template of the chart defines {name!r}"
