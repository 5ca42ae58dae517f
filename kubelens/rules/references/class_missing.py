"""A PriorityClass, StorageClass or RuntimeClass that is missing beside one of nearly its name.

The API server refuses Pods of an unknown priority or runtime class; a claim of an unknown storage class stays Pending.

Bad:

```yaml
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata:
  name: urgent
value: 1000
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  priorityClassName: ugrent  # expect: ugrent
  containers:
    - name: web
      image: nginx:1.27
```

Good:

```yaml
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata:
  name: urgent
value: 1000
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  priorityClassName: urgent
  containers:
    - name: web
      image: nginx:1.27
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.kube.workload import WORKLOAD_KINDS
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.references._near_miss import missing
from kubelens.rules.references._unlisted import UNLISTED

_REFERRERS = (*WORKLOAD_KINDS, "PersistentVolumeClaim")


@rule(on=_REFERRERS, severity=Severity.ERROR, options=[UNLISTED], mentions=("lass",))
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each name."""
    yield from missing(
        resource,
        ctx,
        ("PriorityClass", "StorageClass", "RuntimeClass"),
        "Pods with it are refused, claims of it stay Pending",
    )
