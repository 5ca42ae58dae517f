"""A container's limit is many times its request.

What lies between is promised to several Pods at once: when they all use it, memory is taken by killing and CPU by
throttling.

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
              cpu: 100m
              memory: 128Mi
            limits:
              cpu: 500m
              memory: 4Gi  # expect: memory
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
              cpu: 100m
              memory: 128Mi
            limits:
              cpu: 500m
              memory: 128Mi
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Option, Severity, rule


@rule(
    on=PodContainer,
    mentions=("limits",),
    severity=Severity.INFO,
    profiles=(),
    options=(
        Option("cpu", 10, "how many times the request a CPU limit may be"),
        Option("memory", 4, "how many times the request a memory limit may be"),
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    for key in ("cpu", "memory"):
        request, limit = pc.container.requests.get(key), pc.container.limits.get(key)
        if (
            request is not None
            and limit is not None
            and request.nanos
            and limit.nanos > request.nanos * ctx.options[key]
        ):
            times = limit.nanos // request.nanos
            yield ctx.finding(
                f"{key} limit of {pc.title()} is {times} times its request", at=pc.place("resources", "limits", key)
            )
