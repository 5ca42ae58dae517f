"""The requests and limits of a container differ, so its Pod is not of the Guaranteed class.

Only Pods whose CPU and memory requests equal their limits are evicted last and can be given cores of their own.

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
              cpu: 500m  # expect: cpu
              memory: 128Mi
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
              cpu: 100m
              memory: 128Mi
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Option, Severity, rule


@rule(
    on=PodContainer,
    mentions=("requests",),
    severity=Severity.INFO,
    profiles=(),
    options=(Option("resources", ["cpu", "memory"], "resources that are compared"),),
    aliases=(
        "kube-score:container-resource-requests-equal-limits",
        "kube-score:container-cpu-requests-equal-limits",
        "kube-score:container-memory-requests-equal-limits",
        "kyverno:require-qos-guaranteed",
        "kyverno:memory-requests-equal-limits",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    for key in ctx.options["resources"]:
        request, limit = pc.container.requests.get(key), pc.container.limits.get(key)
        if request is not None and (limit is None or request.nanos != limit.nanos):
            steps = ("limits", key) if limit is not None else ("requests", key)
            yield ctx.finding(f"{key} request and limit of {pc.title()} differ", at=pc.place("resources", *steps))
