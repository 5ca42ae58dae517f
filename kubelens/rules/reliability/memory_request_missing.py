"""A container has no memory request.

The scheduler places the Pod as if it used no memory, and it is among the first that the kubelet evicts. A limit
without a request is taken for both.

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
        - name: web  # expect: memory request
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
from kubelens.rules.reliability._amounts import ACCEPT_LIMIT, ALSO_INIT, without_request


@rule(
    on=PodContainer,
    severity=Severity.WARNING,
    profiles=(Profile.RECOMMENDED,),
    options=(ALSO_INIT, ACCEPT_LIMIT),
    aliases=(
        "kube-score:container-resources",
        "polaris:memoryRequestsMissing",
        "checkov:CKV_K8S_12",
        "kics:memory_requests_not_defined",
        "kubescape:C-0269",
        "kubescape:C-0004",
        "kyverno:require-requests-limits",
        "trivy:KSV-0016",
    ),
)
def check(pc: PodContainer, ctx: Context) -> Iterator[Finding]:
    """One finding for each place."""
    yield from without_request(pc, ctx, "memory", "memory")
