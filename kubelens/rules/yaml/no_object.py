"""A document that is no object, in a file of objects, or a list of objects without a head.

``kubectl`` refuses the whole file. A map with neither ``apiVersion`` nor ``kind`` is mostly the second half of an object
that a stray ``---`` cuts in two: the first half is applied without it.

Bad:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: web
---
spec:  # expect: neither apiVersion nor kind
  selector:
    app: web
  ports:
    - port: 80
```

Good:

```yaml
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.subjects import Text

_OF_PROGRAMS: Final = frozenset({"src", "test", "tests", "__tests__", "testdata", "fixtures", "__fixtures__"})


@rule(on=Text, severity=Severity.ERROR, on_trouble=True, aliases=("kubeconform:schema-validation",))
def check(text: Text, ctx: Context) -> Iterator[Finding]:
    """One finding for each document."""
    for problem in text.problems:
        if problem.kind == "no-object" and not _is_data(text, problem.message):
            yield ctx.finding(problem.message, at=text.place, span=problem.span)


def _is_data(text: Text, message: str) -> bool:
    """Whether a list of objects is data of a program: JSON among its sources or the inputs of its tests."""
    *folders, name = text.place.uri.lower().split("/")
    return name.endswith(".json") and not _OF_PROGRAMS.isdisjoint(folders) and message.startswith("a list of ")
