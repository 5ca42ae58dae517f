"""Two objects of one kind, namespace and name: the one applied last wins.

``kubectl apply -f folder`` applies both, in the order of the files; the first is overwritten without a word.
Reported within one file only: the same object in several files is how overlays and environments are written.

Bad:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  level: info
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings  # expect: twice
data:
  level: debug
```

Good:

```yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  level: info
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: other
data:
  level: debug
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.bundle import Bundle
from kubelens.rules.api import Context, Finding, Related, Severity, rule


@rule(on=Bundle, severity=Severity.ERROR)
def check(bundle: Bundle, ctx: Context) -> Iterator[Finding]:
    """One finding for each object that an earlier one of the same file stands for already."""
    for same in bundle.duplicates():
        whole = [resource for resource in same if not resource.partial]
        for position, resource in enumerate(whole):
            earlier = next((o for o in whole[:position] if o.place.uri == resource.place.uri), None)
            if earlier is None:
                continue
            yield ctx.finding(
                f"{resource.key} is there twice in this file",
                at=resource.place.at("metadata", "name"),
                related=[Related(earlier.place.at("metadata", "name"), "the first one is here")],
                notes=["the later one overwrites the earlier when the file is applied"],
            )
