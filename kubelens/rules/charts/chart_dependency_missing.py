"""A chart that asks for another one which its ``charts/`` folder does not hold.

Helm renders nothing before the dependency is there: ``helm dependency build`` fetches it. Many repositories leave
dependencies out on purpose, so this is a note: it says which charts nobody looked at. That there are some the last line
of every run says.

Bad:

```chart
# file: Chart.yaml
apiVersion: v2
name: shop
version: 1.0.0
dependencies:
- name: redis  # expect: 'redis'
  version: 1.0.0
  repository: https://charts.example
```

Good:

```chart
# file: Chart.yaml
apiVersion: v2
name: shop
version: 1.0.0
dependencies:
- name: redis
  version: 1.0.0
  repository: https://charts.example
# file: charts/redis/Chart.yaml
apiVersion: v2
name: redis
version: 1.0.0
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.rules.api import Context, Finding, Profile, Severity, rule
from kubelens.rules.subjects import ChartRun
from kubelens.syntax.text import Span


@rule(on=ChartRun, severity=Severity.INFO, profiles=(Profile.RECOMMENDED,))
def check(run: ChartRun, ctx: Context) -> Iterator[Finding]:
    """One finding for the chart, at the first dependency that is not there."""
    from kubelens.render.chart.dependencies import missing_dependencies  # noqa: PLC0415 - only where a chart is there
    from kubelens.render.origin import Text  # noqa: PLC0415

    if run.chart is None or run.rendered is not None or run.chart.metadata.is_library:
        return
    missing = missing_dependencies(run.chart)
    if not missing:
        return
    first = missing[0]
    at, span = run.place(), run.line("Chart.yaml", 1)
    origins = first.origins_of(0, len(first)) if isinstance(first, Text) else ()
    if origins and f"{run.folder}{origins[0].file}" in run.texts:
        at, span = run.place(origins[0].file), Span(origins[0].start, origins[0].end)
    names = ", ".join(repr(name) for name in dict.fromkeys(map(str, missing)))
    yield ctx.finding(
        f"the chart asks for {names}, which charts/ does not hold: it is not rendered",
        at=at,
        span=span,
        notes=["helm dependency build fetches what Chart.yaml asks for"],
    )
