"""``grouped``: findings by file."""

from __future__ import annotations

from kubelens.report.api import Reporter, Results
from kubelens.report.printable import printable, printable_line
from kubelens.report.summary import summary_line


def render(results: Results) -> str:
    """A heading for each file, its findings below."""
    out: list[str] = []
    for uri, findings in results.by_file():
        rendered = " (lines as rendered)" if findings[0].region.rendered else ""
        out.append(f"{printable_line(uri)}{rendered}:")
        places = [f"{one.region.start.line + 1}:{one.region.start.column + 1}" for one in findings]
        width = max(map(len, places))
        out.extend(
            f"  {place:>{width}}  {one.finding.severity!s:<7}  {printable(one.message)}  [{one.finding.rule}]"
            for place, one in zip(places, findings, strict=True)
        )
        out.append("")
    return "\n".join([*out, summary_line(results), ""])


REPORTER = Reporter("grouped", "findings by file", render)
