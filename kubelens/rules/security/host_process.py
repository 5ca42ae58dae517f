"""The Windows container runs as a process of its node.

``windowsOptions.hostProcess`` takes away the isolation altogether: the container sees the node's files, network and
registry.

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
      securityContext:
        windowsOptions:
          hostProcess: true  # expect: hostProcess
      containers:
        - name: web
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
      securityContext:
        windowsOptions:
          hostProcess: false
      containers:
        - name: web
          image: shop/web:1.27
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Profile, Severity, rule
from kubelens.rules.security._context import effective


@rule(
    on=PodContainer,
    mentions=("hostProcess",),
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    aliases=(
        "polaris:hostProcess",
        "kyverno:disallow-host-process",
        "gatekeeper:host-process",
        "trivy:KSV-0103",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    value, at = effective(pc, "windowsOptions")
    if isinstance(value, dict) and value.get("hostProcess") is True:
        yield ctx.finding(f"{pc.title()} runs as a process of its node: hostProcess is true", at=at.at("hostProcess"))
