"""A template that prints a value which values.yaml spells another way.

``.Values.replcas`` where values.yaml has ``replicas``: Helm prints nothing in its place, without a word. Told only where
the path is read without a thought of its absence (no ``if``, ``with``, ``default`` or the like about it), no values file
and no schema of the chart has it, and a name beside it is nearly the same.

Bad:

```chart
# file: Chart.yaml
apiVersion: v2
name: shop
version: 1.0.0
# file: values.yaml
replicas: 2
# file: templates/config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: shop
data:
  count: "{{ .Values.replcas }}"  # expect: 'replicas'
```

Good:

```chart
# file: Chart.yaml
apiVersion: v2
name: shop
version: 1.0.0
# file: values.yaml
replicas: 2
# file: templates/config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: shop
data:
  count: "{{ .Values.replicas }}"
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final

from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.subjects import ChartRun
from kubelens.syntax.pattern import pattern
from kubelens.syntax.text import Span

_PATH: Final = pattern(r"\.Values\.([\w.]{0,300}\w)(?![\w.])")
_WITH_CARE: Final = r"\{\{-?[ \t]*(?:else[ ]+)?(?:if|with|range)[ ][^{}]*?"


@rule(on=ChartRun, severity=Severity.WARNING)
def check(run: ChartRun, ctx: Context) -> Iterator[Finding]:
    """One finding for each place that reads such a path."""
    from kubelens.render.chart.read_values import values_read  # noqa: PLC0415 - only where a chart is there

    chart = run.chart
    if chart is None:
        return
    if not _is_doubtful([file.text for file in chart.templates], chart.values):
        return
    texts = [source.text for uri, source in run.texts.items() if not uri.endswith(".tpl")]
    reads = values_read(chart.templates)
    careful = {read.path for read in reads if read.careful}
    for read in reads:
        if read.careful or any(read.path[: len(path)] == path for path in careful if len(path) == len(read.path)):
            continue
        near = _nearly(chart.values, read.path)
        if near is None or any(f"{read.path[-1]}:" in text or f'"{read.path[-1]}"' in text for text in texts):
            continue
        written = ".".join((*read.path[:-1], near))
        yield ctx.finding(
            f".Values.{'.'.join(read.path)} is in no values file; values.yaml has {near!r} in that place",
            at=run.place(read.file),
            span=Span(read.start, read.end),
            label="printed as nothing",
            notes=[
                "Helm prints nothing for a value that is not there; "
                f"write .Values.{written}, or call it {read.path[-1]!r} in values.yaml"
            ],
        )


def _is_doubtful(texts: Sequence[str], values: Mapping[str, Any]) -> bool:
    """Whether templates may hold such a path: a quick look, without reading them as templates."""
    written = {path for text in texts for path in set(_PATH.findall(text))}
    doubtful = [path for path in written if _nearly(values, tuple(path.split("."))) is not None]
    return any(not any(_is_read_with_care(path, text) for text in texts) for path in doubtful)


def _is_read_with_care(path: str, text: str) -> bool:
    """Whether an action that holds a path begins as those do that think of its absence."""
    return (
        f".Values.{path}" in text and re.search(rf"{_WITH_CARE}\.Values\.{re.escape(path)}(?![\w.])", text) is not None
    )


def _nearly(values: Mapping[str, Any], path: tuple[str, ...]) -> str | None:
    """The name that stands where the last step of a path leads to nothing, if one is nearly the same."""
    table: Any = values
    for step in path[:-1]:
        table = table.get(step) if isinstance(table, Mapping) else None
    if not path or not isinstance(table, Mapping) or path[-1] in table:
        return None
    found = get_close_matches(path[-1], [str(key) for key in table], 1, 0.8)
    return found[0] if found else None
