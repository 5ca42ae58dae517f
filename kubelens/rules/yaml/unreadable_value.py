"""A value that YAML allows and Kubernetes cannot hold: infinity, a null key, an alias that contains itself.

The API server turns YAML into JSON, which has neither infinity nor keys that are not text; aliases that expand
to far more than the document holds are refused as an attack.

Bad:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: limits
  annotations:
    example.com/limit: .inf  # expect: no number
```

Good:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: limits
  annotations:
    example.com/limit: ".inf"
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.manifest import Manifest
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.yaml._braces import braces_left
from kubelens.syntax.place import Place


@rule(on=Manifest, severity=Severity.ERROR, on_trouble=True)
def check(manifest: Manifest, ctx: Context) -> Iterator[Finding]:
    """One finding for each value that cannot be read."""
    for problem in manifest.problems:
        place, notes = Place(manifest.uri, manifest.document.index), braces_left(manifest.document.source, problem.span)
        yield ctx.finding(problem.message, at=place, span=problem.span, notes=notes)
