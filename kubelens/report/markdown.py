"""``markdown``: findings as a comment or a page, by file, never longer than a host takes."""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.report.api import Located, Reporter, Results
from kubelens.report.markdown_text import COMMENT, plain
from kubelens.report.summary import summary_line


def render(results: Results) -> str:
    """The summary, then a table for each file; rows that do not fit are counted."""
    text = f"### kubelens\n\n{plain(summary_line(results))}\n"
    room = COMMENT - 200
    left_out = 0
    for uri, findings in results.by_file():
        head = f"\n**{plain(uri)}**\n\n| line | severity | finding | rule |\n|---|---|---|---|\n"
        rows = list(_rows(findings))
        kept = []
        size = len(text) + len(head)
        for row in rows:
            size += len(row) + 1
            if size <= room:
                kept.append(row)
        left_out += len(rows) - len(kept)
        if kept:
            text += head + "\n".join(kept) + "\n"
    if left_out:
        text += f"\n{left_out} more findings do not fit here; `--output concise` lists all.\n"
    return text


def _rows(findings: list[Located]) -> Iterator[str]:
    for one in findings:
        line = f"{one.region.start.line + 1}{' as rendered' if one.region.rendered else ''}"
        yield f"| {line} | {one.finding.severity} | {plain(one.message)} | `{one.finding.rule}` |"


REPORTER = Reporter("markdown", "a comment or a page, by file", render)
