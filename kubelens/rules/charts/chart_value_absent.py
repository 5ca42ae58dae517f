"""A template that prints a value which no values file of the chart has.

Helm prints nothing in its place unless whoever installs the chart gives one, and nothing tells them that they may: the
value stands in neither values.yaml, nor its comments, nor values.schema.json. Told where the path is read without a
thought of its absence (no ``if``, ``with``, ``default``, ``hasKey``, ``dig``, ``ternary`` or the like about it), in a
file that is printed: helpers may be called with other values.

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
  host: "{{ .Values.host }}"  # expect: .Values.host
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
  host: "{{ .Values.host | default "shop.example" }}"
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kubelens.rules.api import Context, Finding, Profile, Severity, rule
from kubelens.rules.subjects import ChartRun
from kubelens.syntax.text import Span


@rule(on=ChartRun, severity=Severity.INFO, profiles=(Profile.RECOMMENDED,))
def check(run: ChartRun, ctx: Context) -> Iterator[Finding]:
    """One finding for each path, where it is read first."""
    from kubelens.render.chart.read_values import Use, values_read  # noqa: PLC0415 - only where a chart is there

    chart = run.chart
    if chart is None or chart.metadata.is_library or run.rendered is None:
        return
    others = {"global"} | {name for below in chart.metadata.required() for name in (below.name, below.alias)}
    others |= {below.name for below in chart.dependencies}
    texts = [
        source.text for uri, source in run.texts.items() if "/templates/" not in f"/{uri.removeprefix(run.folder)}"
    ]
    reads = [read for read in values_read(chart.templates) if not read.file.rpartition("/")[2].startswith("_")]
    careful = {read.path for read in reads if read.careful or read.use is not Use.TAKEN}
    told: set[tuple[str, ...]] = set()
    for read in reads:
        path = read.path
        if not path or path in told or path[0] in others or any(path[: len(one)] == one for one in careful if one):
            continue
        missing = _missing(chart.values, path)
        if missing is None or any(f"{missing}:" in text or f'"{missing}"' in text for text in texts):
            continue
        told.add(path)
        yield ctx.finding(
            f"no values file of the chart has .Values.{'.'.join(path)}",
            at=run.place(read.file),
            span=Span(read.start, read.end),
            label="printed as nothing",
            notes=["put it into values.yaml, if only in a comment, or think of its absence with default or if"],
        )


def _missing(values: Any, path: tuple[str, ...]) -> str | None:
    """The step of a path that leads to nothing, None where all of them are there or lead into what is no map."""
    for step in path:
        if not isinstance(values, Mapping):
            return None
        if step not in values:
            return step
        values = values[step]
    return None
