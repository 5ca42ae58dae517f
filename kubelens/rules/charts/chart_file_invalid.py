"""A Chart.yaml that Helm cannot read, or whose name, version or other fields it refuses.

``helm lint`` says the same; ``helm install`` and ``helm template`` end with an error where the name or the version is
missing or wrong. What ``helm lint`` alone refuses, such as a number as ``appVersion``, is a warning.

Bad:

```chart
# file: Chart.yaml
apiVersion: v2
name: shop
version: one  # expect: not a valid SemVer
```

Good:

```chart
# file: Chart.yaml
apiVersion: v2
name: shop
version: 1.0.0
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kubelens.kube.placeholder import has_variable
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.subjects import ChartRun
from kubelens.syntax.pattern import pattern
from kubelens.syntax.text import Span

_REFUSED: Final = ("validation: ", "cannot load Chart.yaml")
_FIELDS: Final = ("apiVersion", "appVersion", "version", "maintainer", "source", "icon", "dependencies", "type", "name")
_KEYS: Final = {"maintainer": "maintainers", "source": "sources"}
_OF_HELM: Final = pattern(r"\.(Values|Release|Chart|Capabilities)\b|\binclude\b")
_LINE: Final = pattern(r"\bline (\d+)")


@rule(on=ChartRun, severity=Severity.ERROR)
def check(run: ChartRun, ctx: Context) -> Iterator[Finding]:
    """One finding for each error that ``helm lint`` has about the file, and for what keeps Helm from loading it."""
    from kubelens.render.chart.lint.chart_file import lint_chart_file  # noqa: PLC0415 - only where a chart is there
    from kubelens.render.chart.lint.message import Severity as Level  # noqa: PLC0415

    source = run.source("Chart.yaml")
    if source is None:
        return
    told = False
    fault = run.fault
    loads = fault is None or not fault.message.startswith(_REFUSED)
    severity = Severity.WARNING if loads else Severity.ERROR
    note = "helm lint refuses the chart; helm install and helm template take it" if loads else "Helm refuses the chart"
    for message in lint_chart_file(source.text):
        if message.severity is not Level.ERROR:
            continue
        told = True
        text = " ".join(message.text.split())
        if _is_filled_in(run, text):
            continue
        yield ctx.finding(f"Chart.yaml: {text}", at=run.place(), span=_span(run, text), notes=[note], severity=severity)
    if not told and fault is not None and not loads:
        file = fault.file if f"{run.folder}{fault.file}" in run.texts else "Chart.yaml"
        yield ctx.finding(fault.message, at=run.place(file), span=run.line(file, fault.line or 1))


def _span(run: ChartRun, text: str) -> Span:
    """The line of the field that a message is about."""
    source = run.source("Chart.yaml")
    assert source is not None
    if (told := _LINE.search(text)) is not None:
        return run.line("Chart.yaml", int(told[1]))
    for field in _FIELDS:
        if field in text:
            found = re.search(rf"^{_KEYS.get(field, field)}:", source.text, re.MULTILINE)
            if found is not None:
                return run.line("Chart.yaml", source.position(found.start()).line + 1)
    return run.line("Chart.yaml", 1)


def _is_filled_in(run: ChartRun, text: str) -> bool:
    """Whether the line at fault waits for another template language: releases write ``{{ version }}`` before they package."""
    source = run.source("Chart.yaml")
    assert source is not None
    span = _span(run, text)
    line = source.text[span.start : span.end]
    return has_variable(line) and not _OF_HELM.search(line)
