"""The container exposes port 22, where SSH listens.

A shell server in a container is a second way in that neither RBAC nor the audit log sees.

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
            - containerPort: 22  # expect: 22
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
from kubelens.rules.api import Context, Finding, Profile, Severity, rule


@rule(
    on=PodContainer,
    mentions=("containerPort",),
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    aliases=(
        "kube-linter:ssh-port",
        "kubescape:C-0042",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    for port in pc.container.ports:
        if port.number == 22 and port.protocol == "TCP":
            at = pc.workload.resource.place.at(*port.path, "containerPort")
            yield ctx.finding(f"{pc.title()} exposes port 22 (SSH)", at=at)
