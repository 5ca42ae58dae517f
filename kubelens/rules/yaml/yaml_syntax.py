"""A document that no YAML reader, or not Kubernetes' own, can read.

Kubernetes refuses the whole document; kubectl stops at it. The other documents of the file are still checked.

Bad:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
   labels: {}  # expect: YAML cannot be read
```

Good:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  labels: {}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.subjects import Text
from kubelens.rules.yaml._braces import braces_left
from kubelens.rules.yaml._in_plain_words import in_plain_words, is_not_closed
from kubelens.syntax.text import Span


@rule(
    on=Text,
    on_trouble=True,
    severity=Severity.ERROR,
    aliases=(
        "kubeconform:schema-validation",
        "kubectl-validate:schema-validation",
    ),
)
def check(text: Text, ctx: Context) -> Iterator[Finding]:
    """One finding for each broken document of a file that is meant for Kubernetes."""
    if text.status != "taken":
        return
    for problem in text.problems:
        if problem.kind in ("syntax", "directive"):
            notes = braces_left(text.source, problem.span) or in_plain_words(problem)
            span = problem.span
            if is_not_closed(problem) and problem.began is not None:
                span = Span(problem.began, problem.began + 1)
            yield ctx.finding(problem.message, at=text.place, span=span, notes=notes)
