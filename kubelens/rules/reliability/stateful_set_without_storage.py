"""A StatefulSet claims no storage.

Its Pods are replaced one by one and keep their names, which is slow, but lose their files like those of a Deployment.

Bad:

```yaml
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: web  # expect: storage
spec:
  serviceName: web
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: shop/web:1.27
```

Good:

```yaml
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: web
spec:
  serviceName: web
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: [ReadWriteOnce]
        resources:
          requests:
            storage: 1Gi
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: shop/web:1.27
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.resource import Resource
from kubelens.rules.api import Context, Finding, Severity, rule


@rule(on="StatefulSet", severity=Severity.INFO, profiles=())
def check(resource: Resource, ctx: Context) -> Iterator[Finding]:
    """One finding for each."""
    if not resource.spec.get("volumeClaimTemplates"):
        yield ctx.finding(f"{resource.key} claims no storage", at=resource.place.at("metadata", "name"))
