"""A privileged container can do nearly everything on its node that a process of the node can.

``privileged: true`` hands over every capability and every device and takes away seccomp and AppArmor: whoever breaks
out of the process owns the node.

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
            privileged: true  # expect: privileged
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
            privileged: false
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Profile, Severity, rule
from kubelens.rules.security._context import own_setting


@rule(
    on=PodContainer,
    mentions=("privileged",),
    severity=Severity.WARNING,
    profiles=(Profile.SECURITY,),
    aliases=(
        "checkov:CKV_K8S_16",
        "kube-linter:privileged-container",
        "kube-score:container-security-context-privileged",
        "polaris:runAsPrivileged",
        "kics:container_is_privileged",
        "kubescape:C-0057",
        "kyverno:disallow-privileged-containers",
        "gatekeeper:privileged-containers",
        "kubeaudit:PrivilegedTrue",
        "trivy:KSV-0017",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    value, at = own_setting(pc, "privileged")
    if value is True:
        yield ctx.finding(f"{pc.title()} is privileged", at=at, label="every capability and device of the node")
