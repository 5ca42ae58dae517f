"""A container has no CPU limit.

The container may take all CPU that is idle on its node. Many leave CPU limits out on purpose, as a limit throttles
even on an idle node.

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
        - name: web  # expect: CPU limit
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
from kubelens.rules.api import Context, Finding, Severity, rule
from kubelens.rules.reliability._amounts import ALSO_INIT, without_limit


@rule(
    on=PodContainer,
    severity=Severity.INFO,
    profiles=(),
    options=(ALSO_INIT,),
    aliases=(
        "kube-score:container-resources",
        "polaris:cpuLimitsMissing",
        "checkov:CKV_K8S_11",
        "kics:cpu_limits_not_set",
        "kubescape:C-0270",
        "kubescape:C-0050",
        "kubescape:C-0009",
        "kyverno:require-cpu-limits",
        "trivy:KSV-0011",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    yield from without_limit(pc, ctx, "cpu", "CPU")
