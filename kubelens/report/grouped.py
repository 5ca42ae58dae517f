"""``grouped``: findings by file."""

from __future__ import annotations

from kubelens.report.api import SEVERITY_COLOURS, Reporter, Results
from kubelens.report.printable import printable, printable_line
from kubelens.report.summary import summary_line
from kubelens.rules.api import Severity


def render(results: Results) -> str:
    """A heading for each file, its findings below."""
    out: list[str] = []
    for uri, findings in results.by_file():
        rendered = " (lines as rendered)" if findings[0].region.rendered else ""
        heading = f"{printable_line(uri)}{rendered}:"
        out.append(f"\x1b[1m{heading}\x1b[0m" if results.style.colour else heading)
        places = [f"{one.region.start.line + 1}:{one.region.start.column + 1}" for one in findings]
        width = max(map(len, places))
        out.extend(
            f"  {place:>{width}}  {_said(one.finding.severity, results.style.colour)}  {printable(one.message)}  [{one.finding.rule}]"
            for place, one in zip(places, findings, strict=True)
        )
        out.append("")
    return "\n".join([*out, summary_line(results), ""])


def _said(severity: Severity, colour: bool) -> str:
    word = f"{severity!s:<7}"
    return f"\x1b[{SEVERITY_COLOURS[severity]}m{word}\x1b[0m" if colour else word


REPORTER = Reporter("grouped", "findings by file", render)
