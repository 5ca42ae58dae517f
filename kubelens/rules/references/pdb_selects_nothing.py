"""A PodDisruptionBudget whose selector misses the Pods that are meant.

The budget protects nothing: a drain evicts the Pods it is meant for all at once. Pods are meant where one slip in one label
keeps the selector from them, or where their workload has the budget's own name and stands in its folder.

Bad:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: frontend
spec:
  containers:
    - name: web
      image: nginx:1.27
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: fronted  # expect: fronted
  minAvailable: 1
```

Good:

```yaml
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: frontend
spec:
  containers:
    - name: web
      image: nginx:1.27
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: frontend
  minAvailable: 1
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.references._near_label import selects_nothing


@rule(on="PodDisruptionBudget", severity=Severity.ERROR)
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding, at the label."""
    yield from selects_nothing(resource, ctx, "the budget protects nothing")
