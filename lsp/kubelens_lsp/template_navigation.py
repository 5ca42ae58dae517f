"""From a chart's templates to its values and named templates, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lsprotocol import types

from kubelens.syntax.text import Source, Span
from kubelens_lsp.chart_here import ChartHere, is_values, standings
from kubelens_lsp.convert import to_range, uri_of
from kubelens_lsp.template_actions import ITEM, Path, named_template_at, named_templates, operand_at
from kubelens_lsp.values_read import path_of_value, readers, source_name
from kubelens_lsp.view import View

_Spot = tuple[Source, int, int]


def chart_definition(
    view: View, heres: Sequence[ChartHere], key: str, source: Source, offset: int, encoding: str
) -> list[types.Location]:
    """Where the value or named template under the cursor is written, in every file that gives it."""
    if is_values(heres, key):
        return []
    named = named_template_at(source.text, offset)
    if named is not None:
        return _locations(_templates(heres, named.name, defines=True), encoding)
    path = _path_at(source, offset)
    return _locations(_values(view, heres, path[1:]), encoding) if path else []


def chart_references(
    view: View, heres: Sequence[ChartHere], key: str, source: Source, offset: int, encoding: str, *, definitions: bool
) -> list[types.Location]:
    """The templates that read the value, or call the template, under the cursor."""
    found: list[_Spot] = []
    in_values = is_values(heres, key)
    named = None if in_values else named_template_at(source.text, offset)
    if named is not None:
        found += _templates(heres, named.name, defines=False)
        found += _templates(heres, named.name, defines=True) if definitions else ()
        return _locations(found, encoding)
    path: Path | None
    if in_values:
        told = path_of_value(view, heres, key, offset)
        path = told[0] if told is not None else None
    else:
        whole = _path_at(source, offset)
        path = whole[1:] if whole else None
    if not path:
        return []
    for here in heres[:1]:
        for file, start, end in readers(here, path):
            text = here.run.texts.get(source_name(here, file)) or _text(heres, file)
            if text is not None:
                found.append((text, start, end))
    found += _values(view, heres, path) if definitions else ()
    return _locations(found, encoding)


def _path_at(source: Source, offset: int) -> Path | None:
    """The path below ``.Values`` of the word under the cursor, ``Values`` first; None for others."""
    found = operand_at(source.text, offset)
    path = found.upto(offset)[0] if found is not None else ()
    return path if path[:1] == ("Values",) and len(path) > 1 and path[-1] != ITEM else None


def _values(view: View, heres: Sequence[ChartHere], path: Path) -> Iterator[_Spot]:
    for one in standings(view, heres, path):
        if one.source is not None:
            yield one.source, one.start, one.end


def _templates(heres: Sequence[ChartHere], name: str, *, defines: bool) -> Iterator[_Spot]:
    for here in heres[:1]:
        for path, text in here.all_templates():
            for one in named_templates(text) if name in text else ():
                source = here.run.texts.get(source_name(here, path))
                if one.name == name and one.defines is defines and source is not None:
                    yield source, one.start, one.end


def _text(heres: Sequence[ChartHere], file: str) -> Source | None:
    return next((text for here in heres for uri, text in here.run.texts.items() if uri.endswith(f"/{file}")), None)


def _locations(spots: Iterable[_Spot], encoding: str) -> list[types.Location]:
    found: dict[tuple[str, int], types.Location] = {}
    for source, start, end in spots:
        span = to_range(source, Span(start, end), encoding)
        found.setdefault((source.uri, start), types.Location(uri_of(source.uri), span))
    return list(found.values())
