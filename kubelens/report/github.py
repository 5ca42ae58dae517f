"""``github``: workflow commands that annotate a pull request, and the rest in the job's step summary.

GitHub shows at most 10 annotations of a level for each step: the most severe go first.
"""

from __future__ import annotations

import os
from typing import Final

from kubelens.report.api import Located, Reporter, Results
from kubelens.report.markdown_text import plain
from kubelens.report.printable import printable
from kubelens.report.summary import summary_line
from kubelens.report.workflow_command import data_text, property_text
from kubelens.rules.api import Severity

_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_SHOWN_PER_LEVEL: Final = 10
_SUMMARY_BYTES: Final = 900_000


def render(results: Results) -> str:
    """Commands for the first findings of each level; all of them in ``$GITHUB_STEP_SUMMARY`` where it is set."""
    out: list[str] = []
    for severity, level in _LEVELS.items():
        chosen = [one for one in results.findings if one.finding.severity is severity]
        out.extend(_command(level, one) for one in chosen[:_SHOWN_PER_LEVEL])
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        _write_summary(summary, results)
    return "\n".join([*out, summary_line(results), ""])


def _command(level: str, located: Located) -> str:
    region = located.region
    where = [f"file={property_text(region.uri)}"]
    if not region.rendered:
        where.append(f"line={region.start.line + 1}")
        if region.end.line == region.start.line:
            where += [f"col={region.start.column + 1}", f"endColumn={region.end.column + 1}"]
        else:
            where.append(f"endLine={region.end.line + 1}")
    where.append(f"title={property_text(located.finding.rule)}")
    return f"::{level} {','.join(where)}::{data_text(printable(region.told(located.message)))}"


def _write_summary(path: str, results: Results) -> None:
    rows = ["| place | rule | finding |", "|---|---|---|"]
    size = 0
    for one in results.findings:
        row = f"| {plain(one.region.head)} | {one.finding.rule} | {plain(one.message)} |"
        size += len(row.encode("utf-8", "replace")) + 1
        if size > _SUMMARY_BYTES:
            rows.append("| ... | | more findings than a step summary holds |")
            break
        rows.append(row)
    text = f"### kubelens\n\n{summary_line(results)}\n\n" + ("\n".join(rows) if results.findings else "") + "\n"
    try:
        with open(path, "a", encoding="utf-8", errors="replace") as handle:
            handle.write(text)
    except OSError:
        return


REPORTER = Reporter("github", "annotations of a GitHub workflow", render)
