"""``concise``: one line a finding, for people and for editors' quickfix lists."""

from __future__ import annotations

from kubelens.report.api import Reporter, Results


def render(results: Results) -> str:
    """``file:line:column: severity[rule] message``."""
    lines = [
        f"{one.region.head}: {one.finding.severity}[{one.finding.rule}] {one.finding.message}"
        for one in results.findings
    ]
    return "\n".join([*lines, results.summary(), ""])


REPORTER = Reporter("concise", "one line a finding", render)
