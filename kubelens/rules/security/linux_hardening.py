"""Neither AppArmor, seccomp, SELinux nor dropped capabilities restrict the container.

Each of the four narrows what a process that was taken over can do; the container has none of them.

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
        - name: web  # expect: hardening
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
          securityContext:
            seccompProfile:
              type: RuntimeDefault
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from kubelens.kube import fields
from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.security._context import capabilities, effective

_APPARMOR: Final = "container.apparmor.security.beta.kubernetes.io/"


@rule(
    on=PodContainer,
    severity=Severity.WARNING,
    profiles=(),
    aliases=(
        "polaris:linuxHardening",
        "kubescape:C-0055",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    own = fields.mapping(pc.container.value, "securityContext")
    drops = fields.mapping(own, "capabilities").get("drop")
    if "ALL" in {name for name, _ in capabilities(pc, "add")}:
        drops = None
    profiles = any(
        isinstance(found := effective(pc, key)[0], Mapping) and found and found.get("type") != "Unconfined"
        for key in ("seccompProfile", "appArmorProfile", "seLinuxOptions")
    )
    annotated = f"{_APPARMOR}{pc.container.name}" in pc.workload.pod.annotations
    if not drops and not profiles and not annotated:
        yield ctx.finding(
            f"{pc.title()} uses no hardening: no AppArmor, seccomp, SELinux or dropped capability", at=pc.place("name")
        )
