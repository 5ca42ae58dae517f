"""A value in values.yaml that nothing in the chart reads.

Whoever sets it changes nothing: the name is misspelt, or what read it is gone. Told for the top level of values.yaml,
where the name stands in no template at all and no subchart, condition or tag goes by it.

Bad:

```chart
# file: Chart.yaml
apiVersion: v2
name: shop
version: 1.0.0
# file: values.yaml
replicas: 2
colour: red  # expect: 'colour'
# file: templates/config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: shop
data:
  count: "{{ .Values.replicas }}"
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
from collections.abc import Iterator
from typing import Final

from kubelens.rules.api import Context, Finding, Profile, Severity, rule
from kubelens.rules.subjects import ChartRun
from kubelens.syntax.text import Span

_WORD: Final = re.compile(r"[A-Za-z0-9_-]+")
_NEVER: Final = frozenset({"global", "tags", "enabled", "exports"})
_WHOLE: Final = re.compile(r"\.Values(?![.\w])")
"""Where all values are read at once: nobody knows which."""


@rule(on=ChartRun, severity=Severity.INFO, profiles=(Profile.RECOMMENDED,))
def check(run: ChartRun, ctx: Context) -> Iterator[Finding]:
    """One finding for each key."""
    from kubelens.render.origin import Sourced  # noqa: PLC0415 - only where a chart is there

    chart = run.chart
    if chart is None or chart.metadata.is_library or not isinstance(chart.values, Sourced):
        return
    texts = [file.text for file in chart.templates]
    if not texts or any(_WHOLE.search(text) for text in texts):
        return
    known = {word for text in texts for word in _WORD.findall(text)} | _NEVER
    for below in chart.metadata.required():
        known |= {below.name, below.alias, *(c.partition(".")[0] for c in below.condition.split(","))}
    known |= {below.name for below in chart.dependencies}
    for key in chart.values:
        origin = chart.values.key_origins.get(key)
        if key in known or origin is None or f"{run.folder}{origin.file}" not in run.texts:
            continue
        yield ctx.finding(
            f"nothing in the chart reads the value {key!r}",
            at=run.place(origin.file),
            span=Span(origin.start, origin.end),
            notes=["setting it changes nothing"],
        )
