"""The container listens on a port below 1024.

Outside of containers such ports need root or NET_BIND_SERVICE; a port above 1023 needs neither on any runtime.

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
          ports:
            - containerPort: 80  # expect: 80
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
          ports:
            - containerPort: 8080
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Severity, rule


@rule(
    on=PodContainer,
    mentions=("containerPort",),
    severity=Severity.INFO,
    profiles=(),
    aliases=(
        "kube-linter:privileged-ports",
        "trivy:KSV-0117",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    for port in pc.container.ports:
        if 0 < port.number < 1024:
            at = pc.workload.resource.place.at(*port.path, "containerPort")
            yield ctx.finding(f"{pc.title()} listens on the privileged port {port.number}", at=at)
