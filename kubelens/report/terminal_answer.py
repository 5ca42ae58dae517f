"""An answer of several lines as a terminal shows it best: headings stand out, what is taken for granted stands back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from kubelens.report.columns import hanging
from kubelens.syntax.pattern import pattern

_BOLD: Final = "\x1b[1m"
_DIM: Final = "\x1b[2m"
_END: Final = "\x1b[0m"
_WORDS: Final = {
    "refused:": "\x1b[31m",
    "never": "\x1b[31m",
    "STAYS": "\x1b[31m",
    "no:": "\x1b[31m",
    "not": "\x1b[31m",
    "warning:": "\x1b[33m",
    "yes:": "\x1b[32m",
    "allowed": "\x1b[32m",
    "error:": "\x1b[31m",
    "contradiction:": "\x1b[31m",
    "may": "\x1b[33m",
    "BROKEN": "\x1b[31m",
    "FAILED": "\x1b[31m",
    "holds": "\x1b[32m",
    "ok": "\x1b[32m",
    "!": "\x1b[31m",
    "+": "\x1b[32m",
    "~": "\x1b[33m",
    "?": "\x1b[33m",
}
"""What a line begins with where it holds the verdict, and its colour."""
_FOR_GRANTED: Final = pattern(r"\s*(?:- )?[Aa]ssum(?:e[ds]:|ing\b)")
_LABEL: Final = pattern(r"(?=.{,24}  ) *(?:\S+ ){1,3} +(?=\S)")
"""A word or three and the blanks behind it: what comes then is a column."""
_WORD: Final = pattern(r"(\s*)(\S+)")


def shown(lines: Iterable[str], width: int | None, *, colour: bool) -> Iterator[str]:
    """Lines folded at words to ``width`` characters (None: as they are), the later parts of each set in.

    A line that is coloured already, such as one of a chart, stays as it is.
    """
    told = list(lines)
    for line, after in zip(told, [*told[1:], "-"], strict=True):
        parts = _folded(line, width)
        head = bool(line) and not line.startswith((" ", "-")) and (not after or after.startswith("  "))
        yield from (_painted(line, part, head=head) for part in parts) if colour else parts


def _folded(line: str, width: int | None) -> list[str]:
    if width is None or len(line) <= width or "\x1b" in line:
        return [line]
    indent = len(line) - len(line.lstrip()) + 2
    label = _LABEL.match(line)
    if label is not None and max(map(len, line[label.end() :].split()), default=0) <= width - label.end():
        indent = label.end()
    return hanging(line, width, indent)


def _painted(line: str, part: str, *, head: bool) -> str:
    """A part of a line, in the line's colour."""
    if not part or "\x1b" in part:
        return part
    if _FOR_GRANTED.match(line):
        return f"{_DIM}{part}{_END}"
    first = _WORD.match(part) if line.startswith(part) else None
    if first is not None and first[2] in _WORDS:
        part = f"{first[1]}{_WORDS[first[2]]}{first[2]}{_END}{_BOLD if head else ''}{part[first.end() :]}"
    return f"{_BOLD}{part}{_END}" if head else part
