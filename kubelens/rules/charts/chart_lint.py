"""What ``helm lint`` says of a chart beside what other rules tell: recommendations, and files out of their place.

Helm renders and installs the chart all the same. What keeps it from that is told by ``chart-file-invalid``,
``chart-unrenderable``, ``chart-values-schema`` and ``chart-dependency-missing``.

Bad:

```chart
# file: Chart.yaml
apiVersion: v2  # expect: icon is recommended
name: shop
version: 1.0.0
# file: templates/config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: shop
```

Good:

```chart
# file: Chart.yaml
apiVersion: v2
name: shop
version: 1.0.0
icon: https://shop.example/icon.svg
# file: templates/config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: shop
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.subjects import ChartRun

if TYPE_CHECKING:
    from kubelens.render.chart.lint.message import Message

_TOLD_ELSEWHERE = "chart directory is missing these dependencies"


@rule(on=ChartRun, severity=Severity.INFO, profiles=())
def check(run: ChartRun, ctx: Context) -> Iterator[Finding]:
    """One finding for each message."""
    for message in _messages(run):
        file = message.path if f"{run.folder}{message.path}" in run.texts else "Chart.yaml"
        text = " ".join(message.text.split())
        yield ctx.finding(f"helm lint: {text}", at=run.place(file), span=run.line(file, 1))


def _messages(run: ChartRun) -> Iterator[Message]:
    from kubelens.render.chart.lint.chart_file import lint_chart_file  # noqa: PLC0415 - only where a chart is there
    from kubelens.render.chart.lint.crds import lint_crds  # noqa: PLC0415
    from kubelens.render.chart.lint.dependencies import lint_dependencies  # noqa: PLC0415
    from kubelens.render.chart.lint.message import Severity as Level  # noqa: PLC0415

    source = run.source("Chart.yaml")
    if source is not None:
        yield from (one for one in lint_chart_file(source.text) if one.severity is not Level.ERROR)
    if run.chart is not None:
        about = lint_dependencies(run.chart, "Chart.yaml")
        yield from (one for one in about if not one.text.startswith(_TOLD_ELSEWHERE))
        yield from lint_crds(run.chart)
