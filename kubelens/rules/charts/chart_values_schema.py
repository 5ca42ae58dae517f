"""A value that the chart's own values.schema.json does not allow: in values.yaml, or in a file of values beside it.

Helm holds values against the schema before it renders anything: ``helm install`` and ``helm template`` end with an
error, and so does ``helm lint``. What schemas of subcharts have against values is told as well.

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

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.subjects import ChartRun
from kubelens.syntax.parse import parse_stream
from kubelens.syntax.place import Place, child
from kubelens.syntax.text import Span
from kubelens.syntax.tree import Node

if TYPE_CHECKING:
    from kubelens.render.origin import Origin, Sourced

_OWN: Final = "values.yaml"
_Path = tuple[str | int, ...]


@rule(on=ChartRun, severity=Severity.ERROR)
def check(run: ChartRun, ctx: Context) -> Iterator[Finding]:
    """One finding for each complaint of the schema, at the value or, where it is missing, at the map it belongs to."""
    from kubelens.render.chart.schema import check_schema  # noqa: PLC0415 - only where a chart is there

    if run.rendered is not None:
        return
    told = False
    schema, values = run.files.get("values.schema.json"), _values(run)
    if schema is not None and values is not None:
        source = run.source(_OWN)
        complaints, trouble = check_schema(schema, values)
        if trouble:
            told = True
            yield ctx.finding(
                f"values.schema.json cannot be used: {trouble}", at=run.place("values.schema.json"), span=Span(0, 0)
            )
        root = parse_stream(source)[0] if source is not None else None
        for complaint in (leaf for one in complaints for leaf in one.leaves()):
            told = True
            place = ".".join(map(str, complaint.path)) or "the values"
            given = _given(values, complaint.path)
            at = run.place(_OWN if source is not None else "values.schema.json")
            yield ctx.finding(
                f"{place}: {complaint.message}, says values.schema.json",
                at=at if given is None else Place(run.named(given.file), 0),
                span=_span(root, complaint.path) if given is None else Span(given.start, given.end),
                notes=["Helm refuses to render the chart"],
            )
    if not told and run.fault is not None and run.fault.by_schema:
        said = " ".join(line.strip() for line in run.fault.message.splitlines()[1:])
        yield ctx.finding(
            f"the values do not meet a schema: {said}",
            at=run.place(_OWN if run.source(_OWN) is not None else "Chart.yaml"),
            span=Span(0, 0),
            notes=["Helm refuses to render the chart"],
        )


def _values(run: ChartRun) -> Sourced | None:
    """The chart's own values with what is given over them; None where they cannot be read."""
    from kubelens.render.chart.fault import ChartFault  # noqa: PLC0415 - only where a chart is there
    from kubelens.render.chart.values import load_values, merge_maps  # noqa: PLC0415
    from kubelens.render.origin import Sourced  # noqa: PLC0415

    source = run.source(_OWN)
    try:
        values = load_values(source.text, _OWN) if source is not None else Sourced()
    except ChartFault:
        return None
    if isinstance(run.given, Sourced) and run.given:
        values = merge_maps(values, run.given)
        _take_out(values, run.given)
    return values


def _take_out(values: Sourced, given: Mapping[str, object]) -> None:
    """Leave out what is given as null: Helm deletes it. Maps below are copied: merging takes them over as they are."""
    from kubelens.render.origin import Sourced  # noqa: PLC0415 - only where a chart is there

    for name, value in given.items():
        inner = values.get(name)
        if value is None:
            values.pop(name, None)
        elif isinstance(value, Mapping) and isinstance(inner, Sourced):
            own = values[name] = Sourced(inner, dict(inner.origins), dict(inner.key_origins))
            _take_out(own, value)


def _given(values: Sourced, path: _Path) -> Origin | None:
    """Where a value was written that is given beside the chart's own; None for these, and for what is not there."""
    from kubelens.render.origin import written_at  # noqa: PLC0415 - only where a chart is there

    found = written_at(values, path)
    return found if found is not None and found.file != _OWN else None


def _span(root: Node | None, path: _Path) -> Span:
    """The value at a path, or the key of the last one on the way to it."""
    node, found = root, Span(0, 0)
    for step in path:
        key, node = child(node, step)
        if node is None:
            break
        found = Span(node.start, node.end) if key is None or path[-1] == step else Span(key.start, key.end)
    return found
