"""``concise``: one line a finding, for people and for editors' quickfix lists."""

from __future__ import annotations

from kubelens.report.api import Reporter, Results
from kubelens.rules.api import Severity


def render(results: Results) -> str:
    """``file:line:column: severity[rule] message``."""
    said = {severity: str(severity) for severity in Severity}
    head = results.head
    lines = [f"{head(one)}: {said[one.severity]}[{one.rule}] {one.message}" for one in results.outcome.findings]
    return "\n".join([*lines, results.summary(), ""])


REPORTER = Reporter("concise", "one line a finding", render)
