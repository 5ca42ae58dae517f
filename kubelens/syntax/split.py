"""Cut a text into YAML documents by line, as kubectl does, so that one broken document stays alone.

Follows apimachinery ``pkg/util/yaml`` (``YAMLReader.Read``): a line that begins with ``---`` separates; only
a comment may follow on it. A byte order mark before a document, or before its separator, is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kubelens.syntax.pattern import pattern
from kubelens.syntax.text import Problem, Span

_BOM: Final = "\ufeff"
_DASHED: Final = "\n---"
_SEPARATOR: Final = pattern(rf"^{_BOM}?---[^\r\n]*", re.MULTILINE)
_AND_A_BOM: Final = pattern(rf"(?:\r\n|\r|\n){_BOM}")
"""What begins a document of a file that was put together from others: a byte order mark is no part of its first key."""


def split_documents(text: str) -> tuple[list[Span], list[Problem]]:
    """The stretches of text between separator lines, and what is wrong with separators.

    Stretches hold no separator line; the one before the first separator is left out where it is blank.
    """
    if "---" not in text:
        return [Span(0, len(text))], []
    spans: list[Span] = []
    problems: list[Problem] = []
    start = 0
    first = True
    for match in _separators(text):
        rest = match[0].lstrip(_BOM)[3:].strip()
        if rest and not rest.startswith("#"):
            span = Span(match.start(), match.end())
            problems.append(
                Problem(
                    span, f"content {rest[:40]!r} after the document separator: kubectl refuses the file", "separator"
                )
            )
        if not (first and not text[: match.start()].strip()):
            spans.append(Span(start, match.start()))
        first = False
        marked = _AND_A_BOM.match(text, match.end())
        start = marked.end() if marked is not None else match.end()
    spans.append(Span(start, len(text)))
    return spans, problems


def _separators(text: str) -> Iterator[re.Match[str]]:
    """The separator lines; without a byte order mark in the text they are found by their dashes, which few lines have."""
    if _BOM in text:
        yield from _SEPARATOR.finditer(text)
        return
    begin = 0
    while True:
        if (found := _SEPARATOR.match(text, begin)) is not None:
            yield found
        begin = text.find(_DASHED, begin) + 1
        if not begin:
            return
