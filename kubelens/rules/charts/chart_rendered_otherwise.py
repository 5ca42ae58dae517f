"""A chart of which ``helm`` on PATH prints something else than kubelens renders, under ``--renderer helm``.

kubelens renders charts as the newest Helm 4 does, or as Helm 3.19 where that is on PATH. What it says of a chart without
``--renderer helm`` is about its own text, so a difference is a fault of kubelens, or of a Helm that is older or patched.

Bad: ``helm template`` prints ``replicas: 3`` where kubelens renders ``replicas: 2``.

Good: both print the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.subjects import Text


@rule(on=Text, on_trouble=True, severity=Severity.WARNING)
def check(text: Text, ctx: Context) -> Iterator[Finding]:
    """One finding for each template, at the first line that differs."""
    for problem in text.problems:
        if problem.kind == "rendered-otherwise":
            yield ctx.finding(problem.message, at=text.place, span=problem.span)
