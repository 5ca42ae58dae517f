"""A container may use more disk space on its node than it asked for.

What lies between the request and the limit is not reserved: when the disk fills, the kubelet evicts Pods above their
request first.

Bad:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
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
          resources:
            requests:
              ephemeral-storage: 1Gi
            limits:
              ephemeral-storage: 2Gi  # expect: ephemeral-storage
```

Good:

```yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
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
          resources:
            requests:
              ephemeral-storage: 1Gi
            limits:
              ephemeral-storage: 1Gi
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Severity, rule


@rule(
    on=PodContainer,
    mentions=("ephemeral-storage",),
    severity=Severity.INFO,
    profiles=(),
    aliases=("kube-score:container-ephemeral-storage-request-equals-limit",),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    key = "ephemeral-storage"
    request, limit = pc.container.requests.get(key), pc.container.limits.get(key)
    if limit is not None and request is not None and request.nanos != limit.nanos:
        yield ctx.finding(f"{key} request and limit of {pc.title()} differ", at=pc.place("resources", "limits", key))
