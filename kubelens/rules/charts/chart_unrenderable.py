"""A chart that Helm refuses to render: with its own values, or with a file of values that lies beside it.

``helm template``, ``helm install`` and every tool that calls them end with the same error, so nothing of the chart
reaches a cluster, and kubelens judges none of its objects. A chart that asks for values (``required``, ``fail``) which
somebody's own values do not give is told as a note; where nobody gives any, the last line of a run counts it.

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

import re
from collections.abc import Iterator
from typing import Final

from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.subjects import ChartRun
from kubelens.syntax.pattern import pattern
from kubelens.syntax.text import Span

_AT: Final = pattern(r":(\d+):(\d+)\s+executing \"[^\"]*\" at <([^<>]+)>:(?!.*\bexecuting\b)", re.DOTALL)
_LAYER: Final = "a file that is given together with others is named with them in [[apply-sets]], and judged so"
_LONGEST: Final = 800
_ABSENT: Final = pattern(r"open (.+): no such file or directory")
_ELSEWHERE: Final = ("library charts are not", "validation: ", "cannot load ")
"""Errors that other rules tell, or that are none."""


@rule(on=ChartRun, severity=Severity.ERROR)
def check(run: ChartRun, ctx: Context) -> Iterator[Finding]:
    """One finding for the chart, at the line where rendering ends; one for each file that is no template."""
    from kubelens.render.chart.model import File  # noqa: PLC0415 - only where a chart is there
    from kubelens.render.chart.read_values import no_templates  # noqa: PLC0415

    told = False
    if run.rendered is None:
        library = run.chart is not None and run.chart.metadata.is_library  # of whose files Helm reads these alone
        start = "templates/"
        templates = [
            File(name, data, name)
            for name, data in run.files.items()
            if name.startswith(start) and (not library or name.rpartition("/")[2].startswith("_"))
        ]
        for trouble in no_templates(templates):
            told = True
            yield ctx.finding(
                f"{trouble.file} is no template: {trouble.message}",
                at=run.place(trouble.file),
                span=run.line(trouble.file, trouble.line),
                notes=["Helm renders nothing of the chart"],
            )
    fault = run.fault
    if (
        fault is None
        or told
        or fault.by_schema
        or fault.message.startswith(_ELSEWHERE)
        or "missing in charts/ directory" in fault.message
    ):
        return
    file = fault.file if f"{run.folder}{fault.file}" in run.texts else "Chart.yaml"
    if f"{run.folder}{file}" not in run.texts:  # told where the folder is named
        return
    span = run.line(file, fault.line or 1)
    written = [one for one in fault.origins if f"{run.folder}{one.file}" in run.texts]
    if written:
        file, span = written[0].file, Span(written[0].start, written[0].end)
    if (ctx.bundle.open_values and fault.of_values) or run.fails_by_undecided:  # known to who installs what says so
        return
    given = _files_of(run)
    if fault.asks and (not given or run.tried):  # known to who installs it: the last line counts the chart
        return
    if fault.asks:
        said = fault.message.partition("): ")[2]
        yield ctx.finding(
            f"the chart asks for values that {given} does not give: {said}",
            at=run.place(file),
            span=span,
            severity=Severity.INFO,
            notes=["nothing of the chart is judged without them"],
        )
        return
    absent = _ABSENT.fullmatch(fault.message)
    if absent is not None and fault.origins:  # told at the entry that names the file
        return
    if absent is not None:
        yield ctx.finding(
            f"the chart cannot be rendered: '{absent[1]}', which it is to be rendered with, is not there",
            at=run.place(file),
            span=span,
            notes=[
                "who names that file of values (kubelens sets): Helm refuses it, and none of its objects are judged"
            ],
        )
        return
    said = _without_middle(" ".join(line.strip() for line in fault.message.splitlines()))
    yield ctx.finding(
        f"the chart cannot be rendered with {given or 'its own values'}: {said}",
        at=run.place(file),
        span=_narrowed(run, file, span, fault.message),
        severity=Severity.INFO if run.tried else None,
        notes=[_LAYER if run.tried else "Helm refuses it, and none of its objects are judged"],
    )


def _without_middle(said: str) -> str:
    """What Helm says, without the middle of what a template that includes itself makes of it: one part for each turn."""
    if len(said) <= _LONGEST:
        return said
    half = _LONGEST // 2
    return f"{said[:half]} [{len(said) - 2 * half} characters left out] {said[-half:]}"


def _files_of(run: ChartRun) -> str:
    """The files that values are given in beside the chart's own, by their names."""
    from kubelens.render.origin import origins_in  # noqa: PLC0415 - only where a chart is there

    names = dict.fromkeys(run.named(origin.file) for origin in origins_in(run.given))
    return ", ".join(name.removeprefix(run.folder) for name in names)


def _narrowed(run: ChartRun, file: str, span: Span, message: str) -> Span:
    """The expression at which a template failed, where the error tells its column; else the line."""
    told, source = _AT.search(message), run.source(file)
    if told is None or source is None or int(told[1]) != source.position(span.start).line + 1:
        return span
    text, name = source.text, told[3]
    at = source.line_starts[int(told[1]) - 1] + int(told[2])
    begin = text.rfind(name, span.start, at + len(name))
    return Span(begin, begin + len(name)) if span.start <= begin <= at else span
