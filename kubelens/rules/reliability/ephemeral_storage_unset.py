"""A container says nothing about the disk space it needs on its node.

Logs and files outside of volumes count as ephemeral storage. Without a limit one container fills the node's disk, and
the kubelet evicts Pods until there is room.

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
        - name: web  # expect: ephemeral-storage
          image: shop/web:1.27
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
    severity=Severity.INFO,
    profiles=(),
    aliases=("kube-score:container-ephemeral-storage-request-and-limit",),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    missing = [
        word
        for word, listed in (("request", pc.container.requests), ("limit", pc.container.limits))
        if "ephemeral-storage" not in listed
    ]
    if missing and pc.container.role != "ephemeral":
        yield ctx.finding(f"{pc.title()} has no ephemeral-storage {' and no '.join(missing)}", at=pc.place("name"))
