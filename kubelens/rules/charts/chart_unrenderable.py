"""A chart that Helm refuses to render with its own values.

``helm template``, ``helm install`` and every tool that calls them end with the same error, so nothing of the chart
reaches a cluster, and kubelens judges none of its objects. A chart that asks for values it has no default for
(``required``, ``fail``) is told as a note.

Bad:

```chart
# file: Chart.yaml
apiVersion: v2
name: shop
version: 1.0.0
# file: templates/config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: shop
data:
  host: {{ .Values.server.host }}  # expect: nil pointer
```

Good:

```chart
# file: Chart.yaml
apiVersion: v2
name: shop
version: 1.0.0
# file: values.yaml
server:
  host: shop.example
# file: templates/config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: shop
data:
  host: {{ .Values.server.host }}
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.subjects import ChartRun
from kubelens.syntax.text import Span

_ASKS: Final = "execution error at "
_ELSEWHERE: Final = ("values don't meet the specifications", "library charts are not", "validation: ", "cannot load ")
"""Errors that other rules tell, or that are none."""


@rule(on=ChartRun, severity=Severity.ERROR)
def check(run: ChartRun, ctx: Context) -> Iterator[Finding]:
    """One finding for the chart, at the line where rendering ends; one for each file that is no template."""
    from kubelens.render.chart.model import File  # noqa: PLC0415 - only where a chart is there
    from kubelens.render.chart.read_values import no_templates  # noqa: PLC0415

    told = False
    if run.rendered is None:
        templates = [File(name, data, name) for name, data in run.files.items() if name.startswith("templates/")]
        for trouble in no_templates(templates):
            told = True
            yield ctx.finding(
                f"{trouble.file} is no template: {trouble.message}",
                at=run.place(trouble.file),
                span=run.line(trouble.file, trouble.line),
                notes=["Helm renders nothing of the chart"],
            )
    fault = run.fault
    if fault is None or told or fault.message.startswith(_ELSEWHERE) or "missing in charts/ directory" in fault.message:
        return
    file = fault.file if f"{run.folder}{fault.file}" in run.texts else "Chart.yaml"
    span = run.line(file, fault.line or 1)
    written = [one for one in fault.origins if f"{run.folder}{one.file}" in run.texts]
    if written:
        file, span = written[0].file, Span(written[0].start, written[0].end)
    if fault.message.startswith(_ASKS):
        said = fault.message.partition("): ")[2]
        yield ctx.finding(
            f"the chart asks for values that it has no default for: {said}",
            at=run.place(file),
            span=span,
            severity=Severity.INFO,
            notes=["nothing of the chart is judged without them"],
        )
        return
    said = " ".join(line.strip() for line in fault.message.splitlines())
    yield ctx.finding(
        f"the chart cannot be rendered with its own values: {said}",
        at=run.place(file),
        span=span,
        notes=["Helm refuses it, and none of its objects are judged"],
    )
