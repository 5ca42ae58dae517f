"""``markdown``: findings as a comment or a page, by set and object, never longer than a host takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kubelens.report.api import Located, Reporter, Results
from kubelens.report.by_object import by_object
from kubelens.report.markdown_text import COMMENT, plain
from kubelens.report.summary import summary_line


def render(results: Results) -> str:
    """The summary, then each set and in it a table for each object; rows that do not fit are counted."""
    text = f"### kubelens\n\n{plain(summary_line(results))}\n"
    room = COMMENT - 200
    left_out = 0
    groups = by_object(results)
    for group in groups:
        above = f"\n#### {plain(group.title or 'in no set')}\n" if group.title or len(groups) > 1 else ""
        for one in group.objects:
            named = f"**{plain(one.title)}** ({plain(one.place)})" if one.title else f"**{plain(one.place)}**"
            head = f"{above}\n{named}\n\n| severity | finding | where | rule |\n|---|---|---|---|\n"
            rows = list(_rows(one.findings))
            kept = []
            size = len(text) + len(head)
            for row in rows:
                size += len(row) + 1
                if size <= room:
                    kept.append(row)
            left_out += len(rows) - len(kept)
            if kept:
                text += head + "\n".join(kept) + "\n"
                above = ""
    if left_out:
        text += f"\n{left_out} more findings do not fit here; `--output concise` lists all.\n"
    return text


def _rows(findings: Sequence[Located]) -> Iterator[str]:
    for one in findings:
        line = f"{one.region.uri}:{one.region.start.line + 1}{' as rendered' if one.region.rendered else ''}"
        yield f"| {one.finding.severity} | {plain(one.message)} | {plain(line)} | `{one.finding.rule}` |"


REPORTER = Reporter("markdown", "a comment or a page, by set and object", render)
