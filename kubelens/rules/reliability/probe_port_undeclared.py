"""A probe asks a port that its container does not declare.

A number works undeclared, but is mostly a slip: nothing listens there, and the probe fails for ever. A name of a UDP
port never works. Names that no port has are reported by probe-port-unknown.

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
            - name: http
              containerPort: 8080
          readinessProbe:
            httpGet:
              path: /ready
              port: 8081  # expect: 8081
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
          readinessProbe:
            httpGet:
              path: /ready
              port: http
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube import fields
from kubelens.kube.go_int import parse_int
from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Option, Profile, Related, Severity, rule
from kubelens.rules.references._served_by_words import says_port


@rule(
    on=PodContainer,
    mentions=("Probe",),
    severity=Severity.WARNING,
    profiles=(Profile.WORKS,),
    options=(
        Option("numbers-without-ports", False, "also report numbers where the container declares no TCP port at all"),
    ),
    aliases=(
        "kube-linter:liveness-port",
        "kube-linter:readiness-port",
        "kube-linter:startup-port",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        found = fields.mapping(pc.container.value, probe)
        for key in ("httpGet", "tcpSocket", "grpc"):
            port = fields.mapping(found, key).get("port")
            if isinstance(port, str) and (number := parse_int(port)) is not None:
                port = number
            declared = [p for p in pc.container.ports if p.protocol == "TCP"]
            if port is None or any(port in (p.name, p.number) for p in declared):
                continue
            if isinstance(port, str) and all(p.name != port for p in pc.container.ports):
                continue
            if isinstance(port, int) and not declared and not ctx.options["numbers-without-ports"]:
                continue
            if isinstance(port, int) and (
                says_port(pc.container, port) or pc.workload.pod.value.get("hostNetwork") is True
            ):
                continue
            related = [Related(pc.workload.resource.place.at(*p.path), "declared here") for p in declared[:3]]
            at = pc.place(probe, key, "port")
            yield ctx.finding(
                f"{probe} asks TCP port {port!r}, which {pc.title()} does not declare", at=at, related=related
            )
