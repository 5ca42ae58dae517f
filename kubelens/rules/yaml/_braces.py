"""Braces of a template that stand where YAML is broken: what they are, and that nothing filled them in."""

from __future__ import annotations

from typing import Final

from kubelens.syntax.pattern import pattern
from kubelens.syntax.text import Source, Span

_EXPRESSION: Final = pattern(r"\{\{.*?\}\}")
_QUOTED: Final = pattern(r"\"(?:\\.|[^\"\\])*\"|'[^']*'|(?:^|\s)#.*")


def braces_left(source: Source | None, span: Span) -> list[str]:
    """A note where the line at fault, or the one before it, holds an expression outside quotes and comments."""
    if source is None or "{{" not in source.text:
        return []
    line = source.position(span.start).line
    if source.line_text(line).startswith("\t"):
        return []
    for near in (line, line - 1):
        found = _EXPRESSION.search(_QUOTED.sub("", source.line_text(near))) if near >= 0 else None
        if found is not None:
            return [f"{found[0]} is a template's: nothing filled it in, and kubectl refuses the document as it stands"]
    return []
