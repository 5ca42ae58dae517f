"""Text in columns, for terminals: each column as wide as its widest cell, the last one folded at the width."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Final

_BETWEEN: Final = "  "
_NARROWEST: Final = 24
_BELOW: Final = 4


def columns(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Lines of at most ``width`` characters, where the last column can be folded to that; no line ends in a blank.

    Rows of fewer cells leave the last columns empty. What cannot be folded at a word stays whole. Where the last column
    has a word longer than what is left of the line, it goes below the others, set in.
    """
    count = max(map(len, rows), default=0)
    widths = [max((len(row[at]) for row in rows if at < len(row)), default=0) for at in range(count - 1)]
    margin = sum(widths) + len(_BETWEEN) * len(widths)
    room = max(width - margin, _NARROWEST)
    longest = max((len(word) for row in rows if len(row) == count for word in row[-1].split()), default=0)
    below = count > 1 and longest > width - margin
    lines = []
    for row in rows:
        cells = [*row, *[""] * (count - len(row))]
        if below:
            lines.append(_BETWEEN.join(f"{cell:<{size}}" for cell, size in zip(cells, widths, strict=False)).rstrip())
            lines += hanging(" " * _BELOW + cells[-1], width, _BELOW) if cells[-1] else []
            continue
        head = "".join(f"{cell:<{size}}{_BETWEEN}" for cell, size in zip(cells, widths, strict=False))
        folded = textwrap.wrap(cells[-1], room, break_long_words=False, break_on_hyphens=False) or [""]
        lines += [f"{head}{folded[0]}".rstrip(), *(f"{'':<{margin}}{part}" for part in folded[1:])]
    return lines


def hanging(text: str, width: int, indent: int = 2) -> list[str]:
    """A sentence folded at words, the lines after the first further in by ``indent``."""
    return textwrap.wrap(
        text, max(width, _NARROWEST), subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False
    ) or [""]
