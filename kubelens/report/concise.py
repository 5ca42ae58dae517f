"""``concise``: one line a finding, for people and for editors' quickfix lists."""

from __future__ import annotations

from kubelens.engine.named_objects import named_message
from kubelens.report.api import SEVERITY_COLOURS, Reporter, Results
from kubelens.report.printable import printable_line, printable_lines
from kubelens.report.summary import told_at_end
from kubelens.rules.api import Severity


def render(results: Results) -> str:
    """``file:line:column: severity[rule] message``."""
    said = ["", *map(str, sorted(Severity))]
    object_of = results.outcome.snapshot.object_of
    rows = [
        (f"{head}: ", said[one.severity], f"[{one.rule}] {named_message(one.told, object_of(one))}")
        for head, one in zip(results.heads(), results.outcome.findings, strict=True)
    ]
    if not rows:
        text = []
    elif results.style.colour:
        colours = dict(zip(said, SEVERITY_COLOURS, strict=True))
        text = [
            f"{printable_line(head)}\x1b[{colours[word]}m{word}\x1b[0m{printable_line(rest)}"
            for head, word, rest in rows
        ]
    else:
        text = [printable_lines(["".join(row) for row in rows])]
    return "\n".join([*text, told_at_end(results), ""])


REPORTER = Reporter("concise", "one line a finding", render)
