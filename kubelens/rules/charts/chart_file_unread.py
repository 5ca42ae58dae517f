"""A file of a chart that is not read: a link that leads out of the chart, something that is no file, or far too much.

Helm follows links wherever they lead; kubelens does not read what lies outside of a chart, so templates see nothing in
its place.

Bad: ``templates/config.yaml`` is a link to a file of another folder.

Good: the file itself lies in the chart.
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.subjects import ChartRun


@rule(on=ChartRun, severity=Severity.WARNING)
def check(run: ChartRun, ctx: Context) -> Iterator[Finding]:
    """One finding for each file, at Chart.yaml."""
    for name, reason in run.unread:
        yield ctx.finding(f"{name} {reason}", at=run.place(), span=run.line("Chart.yaml", 1))
