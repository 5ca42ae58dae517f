"""Dependencies (Helm, ``lint/rules/dependencies.go``)."""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.render.chart.lint.message import Message, Severity
from kubelens.render.chart.model import Chart


def lint_dependencies(chart: Chart, folder: str) -> Iterator[Message]:
    """What is said about the charts that a chart asks for and those it holds; ``folder``: what it is called."""
    asked = [one.name for one in chart.metadata.required()]
    there = [below.name for below in chart.dependencies]
    if unasked := [name for name in there if name not in asked]:
        yield Message(Severity.ERROR, folder, f"chart metadata is missing these dependencies: {','.join(unasked)}")
    if missing := [name for name in asked if name not in there]:
        yield Message(Severity.WARNING, folder, f"chart directory is missing these dependencies: {','.join(missing)}")
