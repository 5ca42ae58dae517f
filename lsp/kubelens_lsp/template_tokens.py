"""What the words of a template's actions are, for editors that colour a text by its meaning."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from lsprotocol import types

from kubelens.render.template.lexer import KEYWORDS, Token
from kubelens.syntax.text import Source
from kubelens_lsp.convert import units
from kubelens_lsp.template_actions import actions

LEGEND: Final = types.SemanticTokensLegend(
    ["keyword", "function", "property", "variable", "string", "number", "operator", "comment", "namespace"], []
)
_KINDS: Final = {
    **dict.fromkeys(KEYWORDS, "keyword"),
    "bool": "keyword",
    "identifier": "function",
    "field": "property",
    "dot": "property",
    "variable": "variable",
    "string": "string",
    "character": "string",
    "number": "number",
    "complex": "number",
    "declare": "operator",
    "assign": "operator",
    "pipe": "operator",
}
_OWN: Final = frozenset({".Values", ".Release", ".Chart", ".Capabilities", ".Files", ".Template", ".Subcharts"})
"""What Helm gives every template."""
_COMMENT: Final = re.compile(r"\{\{-?\s*/\*.*?(?:\*/\s*-?\}\}|\Z)", re.DOTALL)
_Stretch = tuple[int, int, str]


def template_tokens(source: Source, encoding: str) -> types.SemanticTokens:
    """Every word of every action, and comments, as the protocol counts them: each relative to the one before."""
    data: list[int] = []
    line = column = 0
    for start, end, kind in _by_line(source, sorted(_stretches(source.text))):
        at = source.position(start)
        text = source.line_text(at.line)
        begin = units(text[: at.column], encoding)
        data += (at.line - line, begin - (column if at.line == line else 0), units(source.text[start:end], encoding))
        data += (LEGEND.token_types.index(kind), 0)
        line, column = at.line, begin
    return types.SemanticTokens(data)


def _stretches(text: str) -> Iterator[_Stretch]:
    for action in actions(text):
        yield action.start, action.start + 2, "operator"
        for word in action.words:
            yield from _word(word)
        if text.endswith("}}", 0, action.end) and action.end - 2 > action.start:
            yield action.end - 2, action.end, "operator"
    for comment in _COMMENT.finditer(text):
        yield comment.start(), comment.end(), "comment"


def _word(word: Token) -> Iterator[_Stretch]:
    kind = _KINDS.get(word.kind)
    if kind is None or not word.text:
        return
    head = word.text[: word.text.find(".", 1)] if "." in word.text[1:] else word.text
    if kind == "property" and head in _OWN:
        yield word.start, word.start + len(head), "namespace"
    elif kind == "variable" or head != word.text:
        yield word.start, word.start + len(head), kind
    else:
        yield word.start, word.end, kind
        return
    if len(head) < len(word.text):
        yield word.start + len(head), word.end, "property"


def _by_line(source: Source, stretches: Iterable[_Stretch]) -> Iterator[_Stretch]:
    """Stretches that end where their line does: what goes over several lines is one for each."""
    last = 0
    for start, end, kind in stretches:
        at = max(start, last)
        while at < end:
            until = min(end, source.line_end(source.position(at).line))
            if until > at:
                yield at, until, kind
            at = until
            while at < end and source.text[at] in "\r\n":
                at += 1
        last = max(last, end)
