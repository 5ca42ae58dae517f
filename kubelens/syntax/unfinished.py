"""Reading a text that somebody is typing: a half-written key or value leaves the rest of its document readable.

What is not finished is taken out of a broken document, with blanks in its place, so that everything else stands where it
stood; a word with children below it is read as a key that has no colon yet. The same text is always read the same way. The
problems stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from kubelens.syntax.parse import parse_source, read_document_text
from kubelens.syntax.pattern import pattern
from kubelens.syntax.text import Problem, Source, Span
from kubelens.syntax.tree import Alias, Document, Mapping, Node, Scalar, Sequence

_ROUNDS: Final = 4
_LONGEST: Final = 400_000
"""Characters of a document that is read again; a longer one waits until it is whole."""
_WORD: Final = pattern(r"[ \t]*(?:- +)*[\"']?[\w./-]*[\"']?[ \t]*\Z")
_NEAR: Final = 3


class Unfinished(Struct, frozen=True):
    """Documents and problems as :func:`kubelens.syntax.parse.parse_source` gives them; ``gaps``: what was left out."""

    documents: list[Document]
    problems: list[Problem]
    gaps: tuple[Span, ...] = ()


class _Try(Struct, frozen=True):
    """A document's text with something taken out (``gaps``) or a colon put in (``colons``, offsets in this text)."""

    text: str
    gaps: tuple[Span, ...] = ()
    colons: tuple[int, ...] = ()


def parse_unfinished(source: Source) -> Unfinished:
    """Read all documents of a source, broken ones as far as they go."""
    documents, problems = parse_source(source)
    gaps: list[Span] = []
    for document in documents:
        broken = any(document.start <= problem.span.start <= document.end for problem in problems)
        if document.root is None and broken and document.end - document.start <= _LONGEST:
            found = _mended(source.text, document)
            if found is not None:
                document.root, left_out = found
                gaps += left_out
    return Unfinished(documents, problems, tuple(gaps))


def _mended(text: str, document: Document) -> tuple[Node, tuple[Span, ...]] | None:
    """The tree of a broken document and what was left out; None where no guess makes it readable."""
    start = document.start
    current = _Try(text[start : document.end])
    root, problems = read_document_text(current.text)
    for _ in range(_ROUNDS):
        if not problems:
            return None
        at = problems[0].span.start
        best: tuple[int, _Try, list[Problem]] | None = None
        for guess in _guesses(current, at, problems[0].began):
            root, more = read_document_text(guess.text)
            if root is not None:
                moved = _moved(root, guess.colons, start)
                return moved, tuple(Span(gap.start + start, gap.end + start) for gap in guess.gaps)
            further = more[0].span.start if more else 0
            if further > at and (best is None or further > best[0]):
                best = (further, guess, more)
        if best is None:
            return None
        _, current, problems = best
    return None


def _guesses(current: _Try, at: int, began: int | None) -> Iterator[_Try]:
    """The text without what may be unfinished near an offset, or where it began, the likeliest first."""
    lines = _lines(current.text)
    if began is not None and current.text[began : began + 1] in tuple("\"'[{"):
        yield _without(current, began, lines[_line_of(lines, began)][1])
    here = _line_of(lines, at)
    near = list(range(here, max(-1, here - _NEAR), -1)) + [here + 1] * (here + 1 < len(lines))
    for number in near:
        start, end = lines[number]
        line = current.text[start:end]
        if line.strip() and _WORD.match(line):
            if _has_children(current.text, lines, number) and "-" not in line:
                yield _with_colon(current, start + len(line.rstrip()))
            yield _without(current, start, end)
    for number in near:
        start, end = lines[number]
        line = current.text[start:end]
        key = line.find(": ") + 2
        if key > 1 and line[key:].strip():
            yield _without(current, start + key, end)
    for number in near:
        start, end = lines[number]
        if current.text[start:end].strip():
            yield _without(current, start, end)


def _line_of(lines: list[tuple[int, int]], at: int) -> int:
    return next((n for n, (start, end) in enumerate(lines) if start <= at <= end), len(lines) - 1)


def _without(current: _Try, start: int, end: int) -> _Try:
    text = current.text[:start] + " " * (end - start) + current.text[end:]
    before = sum(1 for colon in current.colons if colon < start)
    return _Try(text, (*current.gaps, Span(start - before, end - before)), current.colons)


def _with_colon(current: _Try, at: int) -> _Try:
    text = f"{current.text[:at]}:{current.text[at:]}"
    moved = tuple(colon + (colon >= at) for colon in current.colons)
    return _Try(text, current.gaps, tuple(sorted((*moved, at))))


def _has_children(text: str, lines: list[tuple[int, int]], number: int) -> bool:
    """Whether the next line that holds something is indented further."""
    own = _indent(text, lines[number])
    for start, end in lines[number + 1 :]:
        if text[start:end].strip():
            return _indent(text, (start, end)) > own
    return False


def _indent(text: str, line: tuple[int, int]) -> int:
    start, end = line
    return len(text[start:end]) - len(text[start:end].lstrip(" "))


def _lines(text: str) -> list[tuple[int, int]]:
    """(start, end) of every line, its end left out."""
    found = []
    start = 0
    for match in re.finditer(r"\r\n|\n|\r", text):
        found.append((start, match.start()))
        start = match.end()
    return [*found, (start, len(text))]


def _moved(node: Node, colons: tuple[int, ...], base: int) -> Node:
    """A tree of a text with colons put in, at the offsets of the text without them."""

    def offset(at: int) -> int:
        return base + at - sum(1 for colon in colons if colon < at)

    known: dict[int, Node] = {}

    def moved(one: Node) -> Node:
        if id(one) in known:
            return known[id(one)]
        start, end = offset(one.start), offset(one.end)
        found: Node
        if isinstance(one, Mapping):
            found = replace(one, entries=[(moved(k), moved(v)) for k, v in one.entries], start=start, end=end)
        elif isinstance(one, Sequence):
            found = replace(one, items=[moved(item) for item in one.items], start=start, end=end)
        elif isinstance(one, Alias):
            found = replace(one, target=moved(one.target) if one.target is not None else None, start=start, end=end)
        else:
            assert isinstance(one, Scalar)
            found = replace(one, start=start, end=end)
        known[id(one)] = found
        return found

    return moved(node)
