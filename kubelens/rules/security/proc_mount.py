"""The container's /proc is mounted without the runtime's masks.

``procMount: Unmasked`` shows files of ``/proc`` through which a container can reach its node.

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
          securityContext:
            procMount: Unmasked  # expect: Unmasked
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
          securityContext:
            procMount: Default
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Profile, Severity, rule
from kubelens.rules.security._context import own_setting


@rule(
    on=PodContainer,
    mentions=("procMount",),
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    aliases=(
        "kube-linter:unsafe-proc-mount",
        "polaris:procMount",
        "kics:container_runs_unmasked",
        "kyverno:disallow-proc-mount",
        "gatekeeper:proc-mount",
        "trivy:KSV-0027",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    value, at = own_setting(pc, "procMount")
    if value is not None and value != "Default":
        yield ctx.finding(f"{pc.title()} mounts /proc with procMount {value}", at=at)
