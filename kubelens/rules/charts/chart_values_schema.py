"""A value in values.yaml that the chart's own values.schema.json does not allow.

Helm holds values against the schema before it renders anything: ``helm install`` and ``helm template`` end with an
error, and so does ``helm lint``.

Bad:

```chart
# file: Chart.yaml
apiVersion: v2
name: shop
version: 1.0.0
# file: values.yaml
replicas: two  # expect: got string, want integer
# file: values.schema.json
{"type": "object", "properties": {"replicas": {"type": "integer"}}}
```

Good:

```chart
# file: Chart.yaml
apiVersion: v2
name: shop
version: 1.0.0
# file: values.yaml
replicas: 2
# file: values.schema.json
{"type": "object", "properties": {"replicas": {"type": "integer"}}}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.subjects import ChartRun
from kubelens.syntax.parse import parse_stream
from kubelens.syntax.place import child
from kubelens.syntax.text import Span
from kubelens.syntax.tree import Node


@rule(on=ChartRun, severity=Severity.ERROR)
def check(run: ChartRun, ctx: Context) -> Iterator[Finding]:
    """One finding for each complaint of the schema, at the value or, where it is missing, at the map it belongs to."""
    from kubelens.render.chart.fault import ChartFault  # noqa: PLC0415 - only where a chart is there
    from kubelens.render.chart.schema import check_schema  # noqa: PLC0415
    from kubelens.render.chart.values import load_values  # noqa: PLC0415

    schema, source = run.files.get("values.schema.json"), run.source("values.yaml")
    if schema is None or source is None:
        return
    if run.rendered is not None:
        return
    try:
        values = load_values(source.text, "values.yaml")
    except ChartFault:
        return
    complaints, trouble = check_schema(schema, values)
    if trouble:
        yield ctx.finding(
            f"values.schema.json cannot be used: {trouble}", at=run.place("values.schema.json"), span=Span(0, 0)
        )
    root, _ = parse_stream(source)
    for complaint in (leaf for one in complaints for leaf in one.leaves()):
        place = ".".join(map(str, complaint.path)) or "the values"
        yield ctx.finding(
            f"{place}: {complaint.message}, says values.schema.json",
            at=run.place("values.yaml"),
            span=_span(root, complaint.path),
            notes=["Helm refuses to render the chart"],
        )


def _span(root: Node | None, path: tuple[str | int, ...]) -> Span:
    """The value at a path, or the key of the last one on the way to it."""
    node, found = root, Span(0, 0)
    for step in path:
        key, node = child(node, step)
        if node is None:
            break
        found = Span(node.start, node.end) if key is None or path[-1] == step else Span(key.start, key.end)
    return found
