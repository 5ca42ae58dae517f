"""A key that is there twice in one map of values.yaml or Chart.yaml: only the last one counts.

Helm takes the last value without a word; the first one is lost.

Bad:

```chart
# file: Chart.yaml
apiVersion: v2
name: shop
version: 1.0.0
# file: values.yaml
replicas: 1
replicas: 2  # expect: 'replicas'
```

Good:

```chart
# file: Chart.yaml
apiVersion: v2
name: shop
version: 1.0.0
# file: values.yaml
replicas: 2
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.subjects import ChartRun
from kubelens.syntax.parse import parse_stream
from kubelens.syntax.tree import Mapping, Scalar, walk

_FILES: Final = ("Chart.yaml", "values.yaml")


@rule(on=ChartRun, severity=Severity.WARNING)
def check(run: ChartRun, ctx: Context) -> Iterator[Finding]:
    """One finding for each repeated key, at the later one."""
    for file in _FILES:
        source = run.source(file)
        if source is None:
            continue
        for node in walk(parse_stream(source)[0]):
            first: dict[str, Scalar] = {}
            for key, _ in node.entries if isinstance(node, Mapping) else ():
                if not isinstance(key, Scalar) or key.text == "<<":
                    continue
                if key.text not in first:
                    first[key.text] = key
                    continue
                line = source.position(first[key.text].start).line + 1
                yield ctx.finding(
                    f"key {key.text!r} is there twice: this value counts, the earlier one is lost",
                    at=run.place(file),
                    span=key.span,
                    notes=[f"the first one stands in line {line}"],
                )
