"""Content on the line of a document separator: kubectl refuses the file.

Other YAML readers take ``--- {a: b}`` as a document that begins on that line. kubectl splits files at lines
that begin with ``---`` and allows nothing but blanks and a comment after it.

Bad:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: first
--- {apiVersion: v1, kind: ConfigMap, metadata: {name: second}}  # expect: document separator
```

Good:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: first
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: second}}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.subjects import Text


@rule(on=Text, severity=Severity.ERROR, on_trouble=True)
def check(text: Text, ctx: Context) -> Iterator[Finding]:
    """One finding for each such line."""
    if text.status != "taken":
        return
    for problem in text.problems:
        if problem.kind == "separator":
            yield ctx.finding(problem.message, at=text.place, span=problem.span)
