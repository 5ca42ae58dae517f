"""A PersistentVolumeClaim that is missing beside one of nearly its name.

The scheduler does not place a Pod whose claim is missing: it stays Pending.

Bad:

```yaml
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: uploads
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 1Gi
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  volumes:
    - name: data
      persistentVolumeClaim:
        claimName: uplaods  # expect: uplaods
  containers:
    - name: web
      image: nginx:1.27
```

Good:

```yaml
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: uploads
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 1Gi
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  volumes:
    - name: data
      persistentVolumeClaim:
        claimName: uploads
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


@rule(on=(*WORKLOAD_KINDS, "PersistentVolumeClaim"), severity=Severity.ERROR, options=[UNLISTED], mentions=("laim",))
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each name."""
    yield from missing(resource, ctx, ("PersistentVolumeClaim",), "the Pod stays Pending until it exists")
