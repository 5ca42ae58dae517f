"""A template that calls another one which the chart and its dependencies do not define.

Helm ends with an error as soon as the line is reached, which may be with the values of somebody else only.

Bad:

```chart
# file: Chart.yaml
apiVersion: v2
name: shop
version: 1.0.0
# file: values.yaml
labels: false
# file: templates/config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: shop
  {{- if .Values.labels }}
  labels: {{- include "shop.lables" . | nindent 4 }}  # expect: 'shop.lables'
  {{- end }}
# file: templates/_helpers.tpl
{{- define "shop.labels" }}
app: shop
{{- end }}
```

Good:

```chart
# file: Chart.yaml
apiVersion: v2
name: shop
version: 1.0.0
# file: values.yaml
labels: false
# file: templates/config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: shop
  {{- if .Values.labels }}
  labels: {{- include "shop.labels" . | nindent 4 }}
  {{- end }}
# file: templates/_helpers.tpl
{{- define "shop.labels" }}
app: shop
{{- end }}
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.subjects import ChartRun
from kubelens.syntax.pattern import pattern
from kubelens.syntax.text import Span

if TYPE_CHECKING:
    from kubelens.render.chart.model import Chart, File

_ACTION: Final = pattern(r"\{\{(?!-?[ \t\r\n]*/\*)(?:[^{}\"`]|\"(?:[^\"\\\n]|\\.)*\"|`[^`]*`|\{(?!\{)|\}(?!\}))*\}\}")
_CALLED: Final = pattern(r"(?:(?<![\w.$\"`])include|\{\{-?[ \t]*template)[ \t]+\"([^\"\\\n]+)\"")
_DEFINED: Final = pattern(r"\{\{-?[ \t]*(?:define|block)[ \t]+[\"`]([^\"`\\\n]+)[\"`]")
_OPENS: Final = pattern(r"\{\{-?[ \t\r\n]*(?:(?:if|range|with)\b|(?:define|block)[ \t]+[\"`]([^\"`\n]+)[\"`])")
_ENDS: Final = pattern(r"\{\{-?[ \t\r\n]*end\b")
_BY_ANOTHER_NAME: Final = pattern(
    r"(?<![\w.$\"`])include[ \t]+(?!\([ \t]*printf?[ \t]+(?:\"%s[^\"]*\"[ \t]+)?\$?\.Template\.BasePath\b)[^ \t\"]"
)
"""A template whose name is put together where it is called; below ``BasePath`` are files, which no ``define`` is called by."""
_COMMENT: Final = pattern(r"\{\{-?[ \t\r\n]*/\*.*?\*/[ \t\r\n]*-?\}\}", re.DOTALL)


@rule(on=ChartRun, severity=Severity.WARNING)
def check(run: ChartRun, ctx: Context) -> Iterator[Finding]:
    """One finding for each call that a render may reach; of what ends it with the chart's own values another rule tells."""
    chart = run.chart
    if chart is None or chart.metadata.is_library or _ends_at_a_call(run, chart):
        return
    texts = list(_texts(chart))
    defined = {name for text in texts for name in _DEFINED.findall(text)}
    everywhere = {name for text in texts for name in _CALLED.findall(text)}
    reached = defined if any(map(_BY_ANOTHER_NAME.search, texts)) else everywhere
    for file in chart.templates:
        called = set(_CALLED.findall(file.text)) - defined
        if called and run.source(file.path) is not None:
            text = _COMMENT.sub(lambda found: " " * len(found[0]), file.text)
            inside: list[str] = []
            partial = file.name.rpartition("/")[2].startswith("_")  # Helm renders none by itself (engine.render)
            for action in _ACTION.finditer(text):
                _step(action[0], inside)
                name = next(filter(None, inside), "")
                if name not in reached and (name or partial):
                    continue
                for call in _CALLED.finditer(text, action.start(), action.end()):
                    if call[1] in called and "/" not in call[1]:
                        yield ctx.finding(
                            f"nothing defines the template {call[1]!r}",
                            at=run.place(file.path),
                            span=Span(call.start(1), call.end(1)),
                            notes=["Helm ends with an error where this line is reached"],
                        )


def _step(action: str, inside: list[str]) -> None:
    """Go into what an action opens, or out of what it ends. ``inside``: the names of templates, ``""`` of all else."""
    opened = _OPENS.match(action)
    if opened is not None:
        inside.append(opened[1] or "")
    elif inside and _ENDS.match(action):
        inside.pop()


def _ends_at_a_call(run: ChartRun, chart: Chart) -> bool:
    """Whether there is no render, and it may be for such a call, or for charts that may define what is called."""
    from kubelens.render.chart.dependencies import missing_dependencies  # noqa: PLC0415 - only where a chart is there
    from kubelens.render.chart.read_values import no_templates  # noqa: PLC0415

    return run.rendered is None and (bool(missing_dependencies(chart)) or not no_templates(chart.templates))


def _texts(chart: Chart) -> Iterator[str]:
    """Where templates may be defined: by a chart and all below it, and by files that ``tpl`` is given."""
    files: list[File] = [*chart.templates, *(f for f in chart.files if b"{{" in f.data and b"define" in f.data)]
    for file in files:
        yield file.text
    for below in chart.dependencies:
        yield from _texts(below)
