"""A container declares no port, or two ports of its Pod have one name.

A Service that names its target port finds the first port of that name only; a container without ports tells neither
people nor tools what it serves.

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
        - name: web  # expect: port
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
          ports:
            - name: http
              containerPort: 8080
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import PodContainer, Workload
from kubelens.rules.api import Context, Finding, Option, Related, Severity, rule
from kubelens.syntax.place import Place


@rule(
    on=Workload,
    severity=Severity.INFO,
    profiles=(),
    options=(Option("require-ports", True, "report containers that declare none"),),
    aliases=("kube-score:container-ports-check",),
)
def check(workload: Workload, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    seen: dict[str, Place] = {}
    for container in workload.pod.containers:
        if container.role != "app":
            continue
        owner = PodContainer(workload, container)
        if not container.ports and ctx.options["require-ports"]:
            yield ctx.finding(f"{owner.title()} declares no port", at=owner.place("name"))
        for port in container.ports:
            at = workload.resource.place.at(*port.path)
            if not port.number:
                yield ctx.finding(f"a port of {owner.title()} has no containerPort", at=at)
            if len(port.name) > 15:
                yield ctx.finding(
                    f"port name {port.name!r} of {owner.title()} is longer than 15 characters", at=at.at("name")
                )
            if port.name and port.name in seen:
                related = [Related(seen[port.name], "used here first")]
                yield ctx.finding(
                    f"port name {port.name!r} of {owner.title()} is used twice in the Pod",
                    at=at.at("name"),
                    related=related,
                )
            seen.setdefault(port.name, at)
