"""A document after ``...`` without ``---``: kubectl drops it without a word.

``...`` ends a document; what follows is read only after a ``---`` line. kubectl exits with 0 and the object
is never made.

Bad:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: first
...
apiVersion: v1
kind: ConfigMap
metadata:
  name: second
```

Good:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: first
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: second
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.subjects import Text


@rule(on=Text, severity=Severity.ERROR, on_trouble=True)
def check(text: Text, ctx: Context) -> Iterator[Finding]:
    """One finding for each document that kubectl never sees."""
    if text.status != "taken":
        return
    for problem in text.problems:
        if problem.kind == "dropped-document":
            yield ctx.finding(
                problem.message, at=text.place, span=problem.span, notes=["write --- on a line of its own"]
            )
