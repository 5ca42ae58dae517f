"""Completion in a chart's templates: values with their types, what Helm tells, named templates, functions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from lsprotocol import types

from kubelens.render.chart.objects import Release, chart_object
from kubelens.render.chart.tables import is_table
from kubelens.render.functions.library import library
from kubelens.render.template.engine import Engine
from kubelens.syntax.text import Source
from kubelens_lsp.chart_here import ChartHere, at_path, said_of, standings
from kubelens_lsp.template_actions import ITEM, Action, Path, action_at, named_templates
from kubelens_lsp.value_words import shape_of, short_value
from kubelens_lsp.view import View

Kind = types.CompletionItemKind
_WORD: Final = re.compile(r"[$\w.]*\Z")
_NAMED: Final = re.compile(r"\b(?:include|template)\s+\"([^\"]*)\Z")
_TOP: Final = {
    "Values": "the chart's values",
    "Release": "what is installed: name, namespace",
    "Chart": "what Chart.yaml says",
    "Capabilities": "what the cluster serves",
    "Files": "the files of the chart that are no templates",
    "Template": "the template that is printed",
    "Subcharts": "what the charts below this one see",
}
_TOLD: Final[dict[Path, tuple[str, ...]]] = {
    ("Capabilities",): ("KubeVersion", "APIVersions", "HelmVersion"),
    ("Capabilities", "KubeVersion"): ("Version", "Major", "Minor"),
    ("Capabilities", "APIVersions"): ("Has",),
    ("Capabilities", "HelmVersion"): ("Version", "GitCommit", "GitTreeState", "GoVersion"),
    ("Template",): ("Name", "BasePath"),
    ("Files",): ("Get", "GetBytes", "Glob", "Lines", "AsConfig", "AsSecrets"),
}
_KEYWORDS: Final = ("if", "else", "end", "range", "with", "define", "template", "block", "include", "break", "continue")


def template_items(
    view: View, heres: Sequence[ChartHere], source: Source, offset: int
) -> tuple[int, list[types.CompletionItem]] | None:
    """(where the word begins that is replaced, what can stand there) at an offset of a template; None outside actions."""
    action = action_at(source.text, offset)
    if action is None:
        return None
    before = source.text[action.start : offset]
    named = _NAMED.search(before)
    if named is not None:
        return offset - len(named[1]), list(_templates(heres))
    word = _WORD.search(before)
    written = word[0] if word is not None else ""
    start = offset - len(written)
    if before.count('"') % 2 or written[:1].isdigit():
        return offset, []
    if "." not in written and not written.startswith("$"):
        return start, [*_variables(action), *(_functions() if written else _tops(action))]
    if "." not in written:
        return start, list(_variables(action))
    head, _, typed = written.rpartition(".")
    chained = before[: len(before) - len(written)].endswith(")")
    base = action.path(head or ".") if not chained else None
    return offset - len(typed), list(_below(view, heres, base)) if base is not None else []


def _below(view: View, heres: Sequence[ChartHere], base: Path) -> Iterator[types.CompletionItem]:
    if not base:
        for number, (name, said) in enumerate(_TOP.items()):
            yield types.CompletionItem(name, kind=Kind.Module, detail=said, sort_text=f"{number}")
    elif base[0] == "Values":
        yield from _values(view, heres, base[1:])
    elif base == ("Release",):
        for name, value in Release().as_go().items():
            yield types.CompletionItem(name, kind=Kind.Field, detail=f"{shape_of(value)} {short_value(value)}")
    elif base[0] == "Chart" and heres:
        told = chart_object(heres[0].chart.metadata, is_root=not heres[0].above, helm=4)
        for holder in at_path(told, base[1:]):
            for name, value in holder.items() if isinstance(holder, dict) else ():
                yield types.CompletionItem(str(name), kind=Kind.Field, detail=short_value(value))
    else:
        for name in _TOLD.get(base, ()):
            yield types.CompletionItem(name, kind=Kind.Field)


def _values(view: View, heres: Sequence[ChartHere], path: Path) -> Iterator[types.CompletionItem]:
    """The values at a path in any set, each with its type, what it is by default, and the comment above it."""
    seen: dict[str, object] = {}
    for here in heres:
        for holder in at_path(here.values, path):
            for name, value in holder.items() if is_table(holder) else ():
                if name not in seen or seen[name] is None:
                    seen[name] = value
    for name, value in seen.items():
        if not re.fullmatch(r"[A-Za-z_]\w*", name):
            continue  # only `index` reaches it
        item = types.CompletionItem(name, kind=Kind.Struct if is_table(value) else Kind.Value)
        item.detail = shape_of(value) if is_table(value) or isinstance(value, list) else short_value(value)
        item.documentation = types.MarkupContent(types.MarkupKind.Markdown, _said(view, heres, (*path, name)))
        yield item


def _said(view: View, heres: Sequence[ChartHere], path: Path) -> str:
    told = list(standings(view, heres, path))
    lines = [said] if (said := said_of(told)) else []
    if ITEM not in path:
        lines += [f"{one.called}: `{short_value(one.value)}`" for one in told[:6]]
    return "\n\n".join(lines)


def _templates(heres: Sequence[ChartHere]) -> Iterator[types.CompletionItem]:
    seen: set[str] = set()
    for here in heres:
        for path, text in here.all_templates():
            for one in named_templates(text) if "define" in text else ():
                if one.defines and one.name not in seen:
                    seen.add(one.name)
                    yield types.CompletionItem(
                        one.name, kind=Kind.Function, detail=path, documentation=one.said or None
                    )


def _variables(action: Action) -> Iterator[types.CompletionItem]:
    for name, path in action.names.items():
        told = "the root" if path == () else f".{'.'.join(path)}" if path else None
        yield types.CompletionItem(name, kind=Kind.Variable, detail=told)


def _tops(action: Action) -> Iterator[types.CompletionItem]:
    """What is written most often where nothing is yet."""
    head = "." if action.dot == () else "$."
    for name, said in list(_TOP.items())[:4]:
        yield types.CompletionItem(f"{head}{name}", kind=Kind.Module, detail=said)
    yield types.CompletionItem("include", kind=Kind.Function, detail="what a named template prints")


@cache
def _function_names() -> tuple[str, ...]:
    return tuple(sorted(Engine(library).functions))


def _functions() -> Iterator[types.CompletionItem]:
    for name in _KEYWORDS:
        yield types.CompletionItem(name, kind=Kind.Keyword, sort_text=f"1{name}")
    for name in _function_names():
        if name not in _KEYWORDS:
            yield types.CompletionItem(name, kind=Kind.Function, sort_text=f"2{name}")
