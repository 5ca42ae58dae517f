"""``grouped``: findings by file."""

from __future__ import annotations

from typing import Final

from kubelens.report.api import SEVERITY_COLOURS, Reporter, Results
from kubelens.report.columns import hanging
from kubelens.report.printable import printable, printable_line
from kubelens.report.summary import told_at_end
from kubelens.rules.api import Severity

_BETWEEN: Final = 2 + 2 + len("warning") + 2


def render(results: Results) -> str:
    """A heading for each file, its findings below."""
    out: list[str] = []
    for uri, findings in results.by_file():
        rendered = " (lines as rendered)" if findings[0].region.rendered else ""
        heading = f"{printable_line(uri)}{rendered}:"
        out.append(f"\x1b[1m{heading}\x1b[0m" if results.style.colour else heading)
        places = [f"{one.region.start.line + 1}:{one.region.start.column + 1}" for one in findings]
        width = max(map(len, places))
        margin = width + _BETWEEN
        for place, one in zip(places, findings, strict=True):
            told = [f"{printable(one.message)}  [{one.finding.rule}]"]
            if results.style.folded and margin + len(told[0]) > results.style.width:
                told = hanging(told[0], results.style.width - margin, 0)
            out.append(f"  {place:>{width}}  {_said(one.finding.severity, results.style.colour)}  {told[0]}")
            out += [f"{'':{margin}}{part}" for part in told[1:]]
        out.append("")
    return "\n".join([*out, told_at_end(results), ""])


def _said(severity: Severity, colour: bool) -> str:
    word = f"{severity!s:<7}"
    return f"\x1b[{SEVERITY_COLOURS[severity]}m{word}\x1b[0m" if colour else word


REPORTER = Reporter("grouped", "findings by file", render)
