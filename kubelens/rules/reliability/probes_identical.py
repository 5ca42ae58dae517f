"""The readiness and the liveness probe of a container are the same.

What makes a Pod unready for a moment then also restarts it: an overload turns into an outage.

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
          readinessProbe:
            httpGet:
              path: /ready
              port: 8080
          livenessProbe:  # expect: same
            httpGet:
              path: /ready
              port: 8080
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
          readinessProbe:
            httpGet:
              path: /ready
              port: 8080
          livenessProbe:
            httpGet:
              path: /alive
              port: 8080
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kubelens.kube import fields
from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Profile, Related, Severity, rule


def _slack(probe: Mapping[str, Any]) -> int:
    """How many seconds of failures a probe lets pass."""
    period = fields.integer(probe, "periodSeconds") or 10
    return period * (fields.integer(probe, "failureThreshold") or 3)


@rule(
    on=PodContainer,
    mentions=("livenessProbe",),
    severity=Severity.WARNING,
    profiles=(Profile.RECOMMENDED,),
    aliases=(
        "kube-score:pod-probes-identical",
        "kyverno:validate-probes",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    if pc.container.role == "init":
        return
    ready = fields.mapping(pc.container.value, "readinessProbe")
    live = fields.mapping(pc.container.value, "livenessProbe")
    for key in ("httpGet", "tcpSocket", "exec", "grpc"):
        if key in ready and ready[key] and ready.get(key) == live.get(key) and _slack(live) <= _slack(ready):
            yield ctx.finding(
                f"readinessProbe and livenessProbe of {pc.title()} are the same {key}",
                at=pc.place("livenessProbe").key(),
                related=[Related(pc.place("readinessProbe"), "the readiness probe")],
            )
