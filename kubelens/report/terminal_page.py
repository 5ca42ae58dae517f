"""A page of Markdown as a terminal shows it best: headings bold, examples set in, prose folded at the width."""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.report.columns import hanging
from kubelens.syntax.pattern import pattern

_MARKS = pattern(r"``?([^`]+)``?")


def for_terminal(page: str, width: int, *, colour: bool) -> Iterator[str]:
    """Lines without Markdown's marks; ``colour``: with the terminal's own for bold and dim."""
    bold, dim, end = ("\x1b[1m", "\x1b[2m", "\x1b[0m") if colour else ("", "", "")
    inside = False
    prose: list[str] = []
    for line in [*page.splitlines(), ""]:
        if prose and (inside or not line.strip() or line.startswith(("#", "```", "- "))):
            yield from hanging(_MARKS.sub(r"\1", " ".join(prose)), width, indent=2 if prose[0].startswith("- ") else 0)
            prose.clear()
        if line.startswith("```"):
            inside = not inside
        elif inside:
            yield f"    {dim}{line}{end}".rstrip()
        elif line.startswith("#"):
            yield f"{bold}{line.lstrip('# ')}{end}"
        elif line.strip():
            prose.append(line.strip())
        else:
            yield ""
