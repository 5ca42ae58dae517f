"""``concise``: one line a finding, for people and for editors' quickfix lists."""

from __future__ import annotations

from kubelens.engine.named_objects import named_message
from kubelens.report.api import Reporter, Results
from kubelens.report.printable import printable_lines
from kubelens.report.summary import summary_line
from kubelens.rules.api import Severity


def render(results: Results) -> str:
    """``file:line:column: severity[rule] message``."""
    said = ["", *map(str, sorted(Severity))]
    object_of = results.outcome.snapshot.object_of
    lines = [
        f"{head}: {said[one.severity]}[{one.rule}] {named_message(one.told, object_of(one))}"
        for head, one in zip(results.heads(), results.outcome.findings, strict=True)
    ]
    return "\n".join([*([printable_lines(lines)] if lines else ()), summary_line(results), ""])


REPORTER = Reporter("concise", "one line a finding", render)
