"""A container has no memory limit.

A leak then takes the memory of the whole node, and others are killed with it.

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
        - name: web  # expect: memory limit
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
              cpu: 100m
              memory: 128Mi
            limits:
              cpu: 500m
              memory: 128Mi
```
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelens.kube.workload import PodContainer
from kubelens.rules.api import Context, Finding, Profile, Severity, rule
from kubelens.rules.reliability._amounts import ALSO_INIT, without_limit


@rule(
    on=PodContainer,
    severity=Severity.WARNING,
    profiles=(Profile.RECOMMENDED,),
    options=(ALSO_INIT,),
    aliases=(
        "kube-linter:unset-memory-requirements",
        "kube-score:container-resources",
        "polaris:memoryLimitsMissing",
        "checkov:CKV_K8S_13",
        "kics:memory_limits_not_defined",
        "kubescape:C-0271",
        "kubescape:C-0004",
        "kubescape:C-0009",
        "kyverno:require-requests-limits",
        "trivy:KSV-0018",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    yield from without_limit(pc, ctx, "memory", "memory")
